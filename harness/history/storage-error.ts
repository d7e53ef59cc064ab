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
