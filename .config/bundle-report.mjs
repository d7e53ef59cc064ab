/** Puts the reports' scripts and style sheets, one file each, beside the compiled reports. Runs after tsc. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { BROWSER_ASSETS, bundleBrowserAsset } from '../dist/reports/html/bundle-browser.js';

mkdirSync('dist/reports/browser', { recursive: true });
for (const asset of BROWSER_ASSETS) {
  writeFileSync(`dist/reports/browser/${asset}`, bundleBrowserAsset('reports/browser', asset));
}
