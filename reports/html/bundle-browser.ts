import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Esbuild from 'esbuild';

/** Scripts and style sheets of the pages, by the name they have in `reports/browser` with its final extension. */
export const BROWSER_ASSETS = [
  'run-report.js',
  'comparison.js',
  'campaign.js',
  'store.js',
  'report.css',
  'campaign.css',
  'store.css',
] as const;
export type BrowserAsset = (typeof BROWSER_ASSETS)[number];

/**
 * Bundles one asset from its source into a single minified text. Needs esbuild, which is a development dependency: an
 * installed package carries the finished bundles instead.
 */
export function bundleBrowserAsset(sourceFolder: string, asset: BrowserAsset): string {
  const esbuild = createRequire(import.meta.url)('esbuild') as typeof Esbuild;
  const { outputFiles } = esbuild.buildSync({
    entryPoints: [join(sourceFolder, asset.replace(/\.js$/, '.ts'))],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: ['es2022'],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild made nothing of ${asset}`);
  return output.text;
}
