import { createHash } from 'node:crypto';
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { CgroupFreezer } from './cgroup-freezer.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** One change that is about to be made, with what it takes to undo it. */
export type JournalRecord =
  | {
      readonly type: 'run';
      readonly runId: string;
      readonly dockerSocket: string;
      /** The process that serves the run and heals it while it lives. */
      readonly agent: ProcessIdentity;
    }
  | {
      readonly type: 'rules';
      readonly containerId: string;
      /** A process in the network namespace. */
      readonly inside: ProcessIdentity;
      readonly chain: string;
      readonly command: string;
    }
  | {
      readonly type: 'vdso';
      readonly containerId: string;
      /** Marks the run's blocks in memory, as a decimal number. */
      readonly tag: string;
      readonly bootId: string;
      /** What the bytes were, in hexadecimal, by their offset in the vDSO. */
      readonly originals: Readonly<Record<string, string>>;
    }
  | { readonly type: 'faketime'; readonly containerId: string }
  | { readonly type: 'freeze'; readonly containerId: string; readonly freezer: CgroupFreezer }
  | { readonly type: 'pause'; readonly containerId: string };

/** The open journal of one run. */
export interface RunJournal {
  readonly records: readonly JournalRecord[];
  /** On disk when it returns. A change that is recorded already is not written twice. */
  append(record: JournalRecord): void;
  /** The run is healed: removes the file. */
  remove(): void;
}

/** What could be read of a journal. Lines that a crash tore are left out and counted. */
export interface StoredJournal {
  readonly path: string;
  readonly records: readonly JournalRecord[];
  readonly damagedLines: number;
}

const SUFFIX = '.journal';
const CHECKSUM_CHARS = 8;

/**
 * Opens the journal of a run: makes it, together with its folder, where it does not exist, and goes on with it where it
 * does. Others may read it, as an agent in a container is root where its user is not.
 */
export function openJournal(directory: string, runId: string): RunJournal {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, `${encodeURIComponent(runId)}${SUFFIX}`);
  const file = openSync(path, 'a', 0o644);
  syncDirectory(directory);
  const records = [...readJournal(path).records];
  const known = new Set(records.map((record) => JSON.stringify(record)));
  // Ends a line that a crash may have torn.
  if (fstatSync(file).size > 0) writeSync(file, '\n');
  return {
    records,
    append(record) {
      const json = JSON.stringify(record);
      if (known.has(json)) return;
      writeSync(file, `${checksum(json)} ${json}\n`);
      fdatasyncSync(file);
      known.add(json);
      records.push(record);
    },
    remove() {
      closeSync(file);
      removeJournal(path);
    },
  };
}

/** Reads every journal of a folder. Answers an empty list where there is no such folder. */
export function readJournals(directory: string): readonly StoredJournal[] {
  let names: readonly string[];
  try {
    names = readdirSync(directory);
  } catch {
    return [];
  }
  return names.filter((name) => name.endsWith(SUFFIX)).map((name) => readJournal(join(directory, name)));
}

/** The run whose journal lies at a path. */
export function runOfJournal(path: string): string {
  return decodeURIComponent(basename(path, SUFFIX));
}

/** Removes a journal once its run is healed. */
export function removeJournal(path: string): void {
  unlinkSync(path);
  syncDirectory(dirname(path));
}

function readJournal(path: string): StoredJournal {
  const records: JournalRecord[] = [];
  let damagedLines = 0;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue;
    const json = line.slice(CHECKSUM_CHARS + 1);
    if (line.slice(0, CHECKSUM_CHARS) === checksum(json)) records.push(JSON.parse(json) as JournalRecord);
    else damagedLines++;
  }
  return { path, records, damagedLines };
}

function checksum(json: string): string {
  return createHash('sha256').update(json).digest('hex').slice(0, CHECKSUM_CHARS);
}

/** A new name is only durable once its folder is. */
function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
