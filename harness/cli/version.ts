import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Version of the package, from its own package.json; the same from sources and from dist. */
export function faultlineVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(new URL('package.json', packageUrl()), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown';
}

/** Folder of the package, the same from sources and from dist. */
export function packageRoot(): string {
  return fileURLToPath(packageUrl());
}

function packageUrl(): URL {
  const fromSources = import.meta.url.endsWith('.ts');
  return new URL(fromSources ? '../../' : '../../../', import.meta.url);
}
