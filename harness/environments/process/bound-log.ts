import { appendFileSync, statSync, truncateSync } from 'node:fs';
import { readLogTail } from './read-log-tail.ts';

/** How long a node's log may grow; it is looked at now and then, so what is written in between comes on top. */
const LOG_BYTES_MAX = 64 * 2 ** 20;

/**
 * Cuts a log that grew beyond `bytesMax` down to its last lines, at most 4 MiB, under a line that says so. Whoever writes it
 * must have opened it for appending; what they write during the cut may be lost.
 */
export function boundLog(file: string, bytesMax: number = LOG_BYTES_MAX): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= bytesMax) return;
  const kept = readLogTail(file, Infinity);
  try {
    truncateSync(file);
    appendFileSync(file, `(this log was longer than ${bytesMax} bytes: its older lines were dropped)\n${kept}\n`);
  } catch {
    // A full disk, or a folder that is just being removed: no run ends because of a log.
  }
}
