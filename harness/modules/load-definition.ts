import { statSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { HarnessError, isHarnessError } from '../kernel/harness-error.ts';
import { importModule, modulePath, type ModuleExports } from './import-module.ts';

/** What is looked for in a module: the export's name, and the shape it must have. */
export interface DefinitionKind<T> {
  /** `target` or `workload`: also the name of the export. A default export serves as well. */
  readonly name: string;
  readonly schema: z.ZodType<T>;
}

/**
 * Loads a target or a workload from a module of the user's. Rejects with a usage error of one line that says what was
 * expected, what came and what to do; where the module itself threw, its stack is the detail.
 */
export async function loadDefinition<T>(kind: DefinitionKind<T>, module: string): Promise<T> {
  const shown = path.relative('', modulePath(module)) || module;
  requireFile(kind, shown, modulePath(module));
  const exported = await importModule(module).catch((error: unknown) => {
    if (isHarnessError(error)) throw error;
    throw new HarnessError('usage', `${shown} cannot be loaded: ${firstLine(error)}`, {
      cause: error,
      ...stackOf(error),
    });
  });
  return parseDefinition(kind, exportOf(kind, exported, shown), shown);
}

/** Checks that a value has the shape of a target or a workload. `where` is what the user calls it. */
export function parseDefinition<T>(kind: DefinitionKind<T>, value: unknown, where: string): T {
  if (value instanceof Promise) {
    value.catch(() => undefined);
    throw new HarnessError('usage', `${where}: ${kind.name}: expected a ${kind.name}, received a promise; await it`);
  }
  const parsed = kind.schema.safeParse(value);
  // The value itself and not a copy: definitions may be instances of classes.
  if (parsed.success) return value as T;
  const [issue] = parsed.error.issues;
  const member = [kind.name, ...(issue?.path ?? [])].join('.');
  const wrong = (issue?.message ?? 'it has another shape').replace(/^Invalid input: /, '');
  throw new HarnessError('usage', `${where}: ${member}: ${wrong}; see docs/own-service.md`);
}

function requireFile<T>(kind: DefinitionKind<T>, shown: string, file: string): void {
  const isFile = statSync(file, { throwIfNoEntry: false })?.isFile();
  if (isFile === true) return;
  const came = isFile === undefined ? 'is not there' : 'is not a file';
  throw new HarnessError('usage', `${shown} ${came}: expected the path of a module that exports a ${kind.name}`);
}

/** The named export, else the default one. */
function exportOf<T>(kind: DefinitionKind<T>, namespace: ModuleExports, shown: string): unknown {
  const exported = unwrapped(namespace);
  const found = exported[kind.name] ?? exported['default'];
  if (isRecord(found) && found !== exported[kind.name] && found[kind.name] !== undefined) return found[kind.name];
  if (found !== undefined && !isEmptyModule(exported)) return found;
  const names = isEmptyModule(exported) ? 'nothing' : Object.keys(exported).join(', ') || 'nothing';
  throw new HarnessError(
    'usage',
    `${shown} exports no ${kind.name}, it exports ${names}; write: export const ${kind.name} = ${DEFINERS[kind.name] ?? '...'}`,
  );
}

/** Where no package.json says `module`, TypeScript becomes CommonJS, which Node shows as one default export. */
function unwrapped(namespace: ModuleExports): ModuleExports {
  const whole = namespace['default'];
  return isRecord(whole) && whole['__esModule'] === true ? whole : namespace;
}

/** CommonJS that exports nothing, which Node shows as a default export without members. */
function isEmptyModule(exported: ModuleExports): boolean {
  const names = Object.keys(exported);
  const whole = exported['default'];
  return (
    names.length === 1 &&
    isRecord(whole) &&
    Object.getPrototypeOf(whole) === Object.prototype &&
    Object.keys(whole).length === 0
  );
}

const DEFINERS: Readonly<Record<string, string>> = {
  target: 'defineTarget({ ... })',
  workload: 'defineWorkload({ ... })',
  client: 'defineClient({ ... })',
};

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Compilers put `Transform failed with 1 error:` on the first line, and what is wrong on the second. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  const lines = text.split('\n').map((line) => line.trim());
  const telling = lines[0]?.endsWith(':') === true ? lines.slice(0, 2).join(' ') : lines[0];
  return telling ?? text;
}

/** Where a module's own code failed; what a compiler says is on the first line already. */
function stackOf(error: unknown): { readonly detail?: string } {
  if (!(error instanceof Error) || error.stack === undefined || 'errors' in error || 'code' in error) return {};
  // The frames of what does not even parse are those of the loader.
  if (error instanceof SyntaxError) return {};
  return { detail: error.stack };
}
