import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RUN_STATES, type RunEntry } from './run-entry.ts';

/** What tells a changed file from an unchanged one. */
export interface FileStamp {
  readonly mtimeMs: number;
  readonly size: number;
}

/** Version of the file's shape and of {@link RunEntry}'s. Another one is ignored, and the records are read again. */
const CACHE_VERSION = 1;

interface Cached extends FileStamp {
  readonly entry: RunEntry;
}

/**
 * Entries of runs whose records have not changed, kept in `.index/runs.json` of the store. Losing it costs time only: it
 * is written where that is possible, and a file that does not look right is ignored.
 */
export class IndexCache {
  readonly #file: string;
  #entries: Map<string, Cached> | undefined;
  #changed = false;

  constructor(store: string) {
    this.#file = path.join(store, '.index', 'runs.json');
  }

  get(run: string, stamp: FileStamp): RunEntry | undefined {
    const cached = this.#loaded().get(run);
    return cached?.mtimeMs === stamp.mtimeMs && cached.size === stamp.size ? cached.entry : undefined;
  }

  set(run: string, stamp: FileStamp, entry: RunEntry): void {
    this.#loaded().set(run, { ...stamp, entry });
    this.#changed = true;
  }

  /** Forgets all other runs, and writes the file where anything changed. */
  keepOnly(runs: ReadonlySet<string>): void {
    const entries = this.#loaded();
    for (const run of entries.keys()) {
      if (runs.has(run)) continue;
      entries.delete(run);
      this.#changed = true;
    }
    if (this.#changed) this.#write(entries);
    this.#changed = false;
  }

  #loaded(): Map<string, Cached> {
    this.#entries ??= new Map(readCache(this.#file));
    return this.#entries;
  }

  #write(entries: ReadonlyMap<string, Cached>): void {
    const partial = `${this.#file}.${process.pid}`;
    try {
      const folder = path.dirname(this.#file);
      if (!existsSync(folder)) mkdirSync(folder);
      writeFileSync(partial, JSON.stringify({ version: CACHE_VERSION, entries: [...entries] }));
      renameSync(partial, this.#file);
    } catch {
      // A store that may only be read is served all the same.
      rmSync(partial, { force: true });
    }
  }
}

function readCache(file: string): readonly (readonly [string, Cached])[] {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly version: number;
      readonly entries: readonly (readonly [string, Cached])[];
    };
    const sound = content.version === CACHE_VERSION && content.entries.every(([run, cached]) => isSound(run, cached));
    return sound ? content.entries : [];
  } catch {
    return [];
  }
}

function isSound(run: string, { mtimeMs, size, entry }: Cached): boolean {
  return (
    typeof mtimeMs === 'number' &&
    typeof size === 'number' &&
    entry.path === run &&
    RUN_STATES.includes(entry.state) &&
    Array.isArray(entry.faults) &&
    typeof entry.startedAt === 'string' &&
    typeof entry.operations.ok === 'number'
  );
}
