import { HarnessError } from '../kernel/harness-error.ts';

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the device: free some and start again',
  EDQUOT: 'the disk quota is used up: free some space and start again',
  EACCES: 'permission denied: choose a folder that you may write to',
  EPERM: 'permission denied: choose a folder that you may write to',
  EROFS: 'the file system is read-only: choose another folder',
  ENOENT: 'no such folder',
  EISDIR: 'it is a folder',
  EIO: 'the device reports an input/output error',
};

/** One line for a failed attempt to `action` (such as `write the history`) the file at `path`. */
export function storageError(action: string, path: string, cause: unknown): HarnessError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  return new HarnessError('storage', `cannot ${action} ${path}: ${ADVICE[code] ?? code} (${code})`, { cause });
}

/**
 * Runs a reading step; where the file system refuses, throws HarnessError `usage` about the file at `path`. What `isOurs`
 * does not know is thrown on.
 */
export function readingFile<T>(path: string, step: () => T, isOurs: (cause: unknown) => boolean = () => true): T {
  try {
    return step();
  } catch (cause) {
    if (!isOurs(cause)) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new HarnessError('usage', `cannot read ${path}: ${READ_ADVICE[code] ?? code}`, { cause });
  }
}

const READ_ADVICE: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'it is a folder, expected a history file',
  EACCES: 'permission denied',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GiB, the most that can be read at once',
  ERR_STRING_TOO_LONG: 'it is too large to be read as one text: convert it to JSONL',
};
