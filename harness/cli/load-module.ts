import { pathToFileURL } from 'node:url';
import { HarnessError } from '../kernel/harness-error.ts';

/** Loads a module of the user's and returns its exports. Throws a usage error of one line when it does not load. */
export async function loadModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n');
    throw new HarnessError('usage', `cannot load ${file}: ${reason}`, { cause: error });
  }
}
