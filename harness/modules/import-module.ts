import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { resolveOwnPackage } from './resolve-own-package.ts';

/** What an ES module exports, by name. */
export type ModuleExports = Readonly<Record<string, unknown>>;

const TYPESCRIPT = /\.[cm]?tsx?$/;

/** True for what names a file and not something built in: a path, a file URL, anything that ends like a module. */
export function isModulePath(name: string): boolean {
  return /^file:|[\\/]|^\.|\.[cm]?[jt]sx?$/.test(name);
}

/**
 * Imports a module by path (from the working directory) or file URL. TypeScript is transformed on the way, with no build
 * step and wherever this runs: from source, from dist, in a worker thread. Rejects with whatever the module threw.
 */
export async function importModule(name: string): Promise<ModuleExports> {
  const url = moduleUrl(name);
  resolveOwnPackage();
  if (!TYPESCRIPT.test(new URL(url).pathname)) return (await import(url)) as ModuleExports;
  // Loaded on first use: it starts a compiler, which nobody needs who brings JavaScript.
  const { tsImport } = await import('tsx/esm/api');
  return (await tsImport(url, import.meta.url)) as ModuleExports;
}

/** Absolute path of a module that was named by path or by file URL. What a loader put behind a `?` is left out. */
export function modulePath(name: string): string {
  return name.startsWith('file:') ? fileURLToPath(new URL(name)) : path.resolve(name);
}

function moduleUrl(name: string): string {
  return pathToFileURL(modulePath(name)).href;
}
