import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleBrowserAsset, type BrowserAsset } from './bundle-browser.ts';

const FOLDER = fileURLToPath(new URL('../browser/', import.meta.url));
const loaded = new Map<BrowserAsset, string>();

/**
 * The text of a script or style sheet that goes into a page. The build leaves it beside this module; when Faultline
 * runs from its sources it is bundled on first use.
 */
export function browserAsset(asset: BrowserAsset): string {
  const known = loaded.get(asset);
  if (known !== undefined) return known;
  const built = `${FOLDER}${asset}`;
  // Beside the sources lies the style sheet's source under the same name, so the module's own extension decides.
  const fromSources = import.meta.url.endsWith('.ts') || !existsSync(built);
  const text = fromSources ? bundleBrowserAsset(FOLDER, asset) : readFileSync(built, 'utf8');
  loaded.set(asset, text);
  return text;
}
