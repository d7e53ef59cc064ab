import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
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
  const { outputFiles, metafile } = esbuild.buildSync({
    entryPoints: [join(sourceFolder, asset.replace(/\.js$/, '.ts'))],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: ['es2022'],
    charset: 'utf8',
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild made nothing of ${asset}`);
  return licencesOf(Object.keys(metafile.inputs)) + output.text;
}

/** The licences of the packages in a bundle, as comments: they want to be in every copy, and every report is one. */
function licencesOf(inputs: readonly string[]): string {
  const folders = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input) ?? []);
  const comments = [...new Set(folders)].map((folder) => {
    const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    if (file === undefined) throw new Error(`${folder} is bundled and has no licence file`);
    return `/*! ${basename(folder)}\n${readFileSync(join(folder, file), 'utf8').trim().replaceAll('*/', '* /')}\n*/\n`;
  });
  return comments.join('');
}
