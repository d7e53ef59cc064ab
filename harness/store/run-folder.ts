import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { HarnessError } from '../kernel/harness-error.ts';
import { RUN_RECORD_VERSION, type RunRecord } from './run-record.ts';

/** Where runs are kept unless the user says otherwise. */
export const DEFAULT_STORE = '.runs';

/** Files of one run. */
export interface RunFolder {
  readonly directory: string;
  readonly planFile: string;
  readonly traceFile: string;
  readonly historyFile: string;
  readonly resultsFile: string;
  readonly reportFile: string;
  /** What the cluster said of itself over time, and messages around findings; see `run-observations.ts`. */
  readonly samplesFile: string;
  readonly messagesFile: string;
  /** One `<node>.log` each. */
  readonly logsDirectory: string;
}

/** The files of the run in `directory`, whether they exist or not. */
export function runFolder(directory: string): RunFolder {
  return {
    directory,
    planFile: path.join(directory, 'plan.json'),
    traceFile: path.join(directory, 'trace.json'),
    historyFile: path.join(directory, 'history.fl'),
    resultsFile: path.join(directory, 'results.json'),
    reportFile: path.join(directory, 'report.html'),
    samplesFile: path.join(directory, 'samples.json'),
    messagesFile: path.join(directory, 'messages.jsonl'),
    logsDirectory: path.join(directory, 'logs'),
  };
}

/** Makes the folder of a run; see {@link createStampedFolder}. */
export function createRunFolder(store: string, name: string, startedAt: Date, seed: string): RunFolder {
  const folder = runFolder(createStampedFolder(store, name, startedAt, seed));
  storing(folder.logsDirectory, () => mkdirSync(folder.logsDirectory));
  return folder;
}

/**
 * Makes `<store>/<name>/<time>-<seed>/` and points `latest` of the name and of the store at it. Two that are made within a
 * second are told apart by a number at the end. It is filled before anything points at it.
 */
export function createStampedFolder(
  store: string,
  name: string,
  startedAt: Date,
  seed: string,
  fill: (directory: string) => void = () => undefined,
): string {
  const stamp = startedAt.toISOString().replaceAll(':', '').replaceAll('-', '').slice(0, 15);
  const parent = path.join(store, name);
  return storing(parent, () => {
    ensureDirectory(parent);
    const base = `${stamp}-${seed.replaceAll(/[^A-Za-z0-9_.-]/g, '_').slice(0, 40)}`;
    for (let attempt = 0; ; attempt++) {
      const leaf = attempt === 0 ? base : `${base}.${attempt}`;
      const directory = path.join(parent, leaf);
      try {
        mkdirSync(directory);
      } catch (error) {
        if (isCode(error, 'EEXIST') && attempt < 1000) continue;
        throw error;
      }
      fill(directory);
      link(path.join(parent, 'latest'), leaf);
      link(path.join(store, 'latest'), path.join(name, leaf));
      return directory;
    }
  });
}

/** Removes a run that never began, the links that now point nowhere, and folders that are empty without it. */
export function discardRunFolder(store: string, folder: RunFolder): void {
  const parent = path.dirname(folder.directory);
  rmSync(folder.directory, { recursive: true, force: true });
  for (const latest of [path.join(parent, 'latest'), path.join(store, 'latest')]) {
    if (!existsSync(latest)) rmSync(latest, { force: true });
  }
  for (const directory of [parent, store]) {
    if (existsSync(directory) && readdirSync(directory).length === 0) rmdirSync(directory);
  }
}

/** Writes a whole file or nothing: readers never see half of it. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  storing(file, () => {
    const partial = `${file}.partial`;
    try {
      writeFileSync(partial, content);
      renameSync(partial, file);
    } catch (error) {
      rmSync(partial, { force: true });
      throw error;
    }
  });
}

/** The record of a finished run. Throws a usage error where there is none or it cannot be read. */
export function readRunRecord(directory: string): RunRecord {
  const { resultsFile } = runFolder(directory);
  requireRunFile(resultsFile);
  const record = readJson(resultsFile) as RunRecord;
  if (typeof record !== 'object' || record === null || record.version !== RUN_RECORD_VERSION) {
    throw new HarnessError(
      'usage',
      `${resultsFile}: expected a run record of version ${RUN_RECORD_VERSION}, got ${JSON.stringify(record?.version)}; it was written by another version of faultline`,
    );
  }
  return record;
}

/** Throws a usage error where a folder is there but this file of a run is not in it. */
export function requireRunFile(file: string): void {
  const directory = path.dirname(file);
  if (existsSync(file) || !existsSync(directory)) return;
  throw new HarnessError('usage', `${directory} holds no run: there is no ${path.basename(file)} in it`);
}

/** Parses a JSON file of a run; a usage error names the file and the reason. */
export function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new HarnessError('usage', `cannot read ${file}: ${reason(error)}`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HarnessError('usage', `${file} is not valid JSON: ${reason(error)}`, { cause: error });
  }
}

/** Folders of all runs in a store, oldest first. An absent store holds none. */
export function listRunFolders(store: string): readonly RunFolder[] {
  const folders: RunFolder[] = [];
  for (const name of directoriesIn(store)) {
    for (const leaf of directoriesIn(path.join(store, name))) {
      const folder = runFolder(path.join(store, name, leaf));
      if (existsSync(folder.planFile)) folders.push(folder);
    }
  }
  return folders.sort((left, right) => (path.basename(left.directory) < path.basename(right.directory) ? -1 : 1));
}

function directoriesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw new HarnessError('usage', `cannot list ${directory}: ${reason(error)}`, { cause: error });
  }
}

/** Makes a folder and those above it. Node's own recursive way never returns under /proc, where nothing can be made. */
export function ensureDirectory(directory: string): void {
  if (existsSync(directory)) return;
  ensureDirectory(path.dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    // Another run may have made it meanwhile.
    if (!isCode(error, 'EEXIST')) throw error;
  }
}

/** Replaces a symbolic link in one step, so that it always points somewhere. */
function link(at: string, to: string): void {
  const fresh = `${at}.${process.pid}`;
  rmSync(fresh, { force: true });
  symlinkSync(to, fresh);
  renameSync(fresh, at);
}

/** Turns what the file system says into one line for the user. */
function storing<T>(what: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    throw new HarnessError('storage', `cannot write ${what}: ${reason(error)}`, { cause: error });
  }
}

function reason(error: unknown): string {
  if (isCode(error, 'ENOSPC'))
    return 'the disk is full (ENOSPC); free some space or choose another folder with --store';
  if (isCode(error, 'EACCES') || isCode(error, 'EPERM')) return 'permission denied';
  if (isCode(error, 'ENOENT')) return 'no such file';
  return error instanceof Error ? error.message : String(error);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
