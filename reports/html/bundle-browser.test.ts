import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { bundleBrowserAsset } from './bundle-browser.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

it('carries the licence of what it bundles, which the notices of the package name too', () => {
  const script = bundleBrowserAsset(`${ROOT}reports/browser`, 'run-report.js');
  expect(script).toMatch(/^\/\*! uplot\nThe MIT License/);
  expect(script).toContain('Permission is hereby granted');
  expect(bundleBrowserAsset(`${ROOT}reports/browser`, 'store.js')).not.toContain('MIT License');
  expect(readFileSync(`${ROOT}THIRD-PARTY-NOTICES.md`, 'utf8')).toContain('## uplot ');
});
