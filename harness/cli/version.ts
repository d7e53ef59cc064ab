import { readFileSync } from 'node:fs';

/** Version of the package, from its own package.json; the same from sources and from dist. */
export function faultlineVersion(): string {
  for (const candidate of ['../../package.json', '../../../package.json']) {
    try {
      const parsed: unknown = JSON.parse(readFileSync(new URL(candidate, import.meta.url), 'utf8'));
      if (typeof parsed === 'object' && parsed !== null && 'version' in parsed) return String(parsed.version);
    } catch {
      // Not at this depth.
    }
  }
  return 'unknown';
}
