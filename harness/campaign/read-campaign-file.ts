import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { LineCounter, isMap, isScalar, parseDocument, type Document } from 'yaml';
import { HarnessError } from '../kernel/harness-error.ts';
import { CampaignProblem, type CampaignPath } from './campaign-problem.ts';

/** Larger files are not campaigns. */
const MAX_BYTES = 1024 * 1024;
/** References to YAML anchors that a file may have in all, so that a small file cannot become a huge value. */
const MAX_ALIASES = 100;

/** A campaign file's content, not yet checked, and where its parts stand. */
export interface CampaignSource {
  readonly file: string;
  readonly value: unknown;
  /** `file:line:column` of a part, or `file (at targets[1])` for modules. */
  locate(problem: CampaignProblem): string;
}

/** Loads a module and returns its exports; injected, because loading TypeScript is not the campaign's business. */
export type ModuleLoader = (file: string) => Promise<Readonly<Record<string, unknown>>>;

/**
 * Reads a campaign from YAML (or JSON), or from a module that exports it as `campaign` or as its default. Throws usage
 * errors of one line with the place.
 */
export async function readCampaignFile(file: string, loadModule: ModuleLoader): Promise<CampaignSource> {
  const size = sizeOf(file);
  switch (path.extname(file).toLowerCase()) {
    case '.yaml':
    case '.yml':
    case '.json':
      if (size > MAX_BYTES) throw new HarnessError('usage', `${file}: expected at most 1 MiB, got ${size} bytes`);
      return fromYaml(file, readFileSync(file, 'utf8'));
    case '.ts':
    case '.mts':
    case '.js':
    case '.mjs':
      return await fromModule(file, loadModule);
    default:
      throw new HarnessError('usage', `${file}: expected a campaign file (.yaml, .yml, .json, .ts, .mts, .js or .mjs)`);
  }
}

/** Says what went wrong in a campaign file, with its place. */
export async function withPlaces<T>(source: CampaignSource, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CampaignProblem)) throw error;
    throw new HarnessError('usage', `${source.locate(error)}: ${error.message}`, { cause: error });
  }
}

function sizeOf(file: string): number {
  try {
    const stat = statSync(file);
    if (!stat.isFile()) throw new HarnessError('usage', `${file}: expected a campaign file, got something else`);
    return stat.size;
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new HarnessError('usage', `cannot read ${file}: ${missing ? 'no such file' : String(error)}`);
  }
}

function fromYaml(file: string, text: string): CampaignSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const [broken] = [...document.errors, ...document.warnings];
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new HarnessError('usage', `${file}:${line}:${col}: ${firstLine(broken.message)}`);
  }
  return {
    file,
    value: valueOf(document, file),
    locate: ({ path: at, at: part }) => {
      const { line, col } = lines.linePos(offsetOf(document, at, part));
      return `${file}:${line}:${col}`;
    },
  };
}

function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    throw new HarnessError('usage', `${file}: ${firstLine(error instanceof Error ? error.message : String(error))}`);
  }
}

/** Where a part begins; the nearest part around it where it has no place of its own. */
function offsetOf(document: Document, path: CampaignPath, part: 'key' | 'value'): number {
  const around = path.slice(0, -1);
  const key = path.at(-1);
  if (part === 'key') {
    const map: unknown = around.length === 0 ? document.contents : document.getIn(around, true);
    const pair = isMap(map) ? map.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
    const found = pair === undefined ? undefined : rangeOf(pair.key);
    if (found !== undefined) return found;
  }
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const found = rangeOf(node);
    if (found !== undefined) return found;
  }
  return 0;
}

function rangeOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined;
  const [start]: readonly unknown[] = node.range;
  return typeof start === 'number' ? start : undefined;
}

async function fromModule(file: string, loadModule: ModuleLoader): Promise<CampaignSource> {
  const exported = await loadModule(path.resolve(file)).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HarnessError('usage', `cannot load ${file}: ${firstLine(reason)}`, { cause: error });
  });
  const value = exported['campaign'] ?? exported['default'];
  if (value === undefined) {
    throw new HarnessError(
      'usage',
      `${file}: expected an export named campaign, or a default one, made by defineCampaign`,
    );
  }
  return { file, value, locate: ({ path: at }) => (at.length === 0 ? file : `${file} (at ${pathWords(at)})`) };
}

function pathWords(path: CampaignPath): string {
  return path.reduce<string>(
    (words, step) => (typeof step === 'number' ? `${words}[${step}]` : words === '' ? step : `${words}.${step}`),
    '',
  );
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}
