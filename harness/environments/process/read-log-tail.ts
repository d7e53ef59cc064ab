import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Longest end of a log that is looked at. */
const BYTES_MAX = 4 * 2 ** 20;

/** The last lines of a file, at most 4 MiB of them; nothing where there is no file. */
export function readLogTail(file: string, lines: number): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, BYTES_MAX));
    const read = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8', 0, read).trimEnd().split('\n').slice(-lines).join('\n');
  } finally {
    closeSync(descriptor);
  }
}
