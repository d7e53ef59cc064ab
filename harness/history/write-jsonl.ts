import { closeSync, openSync, writeSync } from 'node:fs';
import type { FaultEvent } from '../kernel/fault.ts';
import type { History } from '../kernel/history.ts';
import type { Op } from '../kernel/op.ts';
import { storageError } from './file-errors.ts';

const CHUNK_LENGTH = 1 << 16;

/**
 * Writes a history as JSONL: one JSON object per entry with `index`, `time` in nanoseconds, `process`, `type`, `f`, `key`,
 * `value`, `error` and `node` (absent where there is none), and one of type `fault` per fault event, in order of time.
 * A failing file system is a HarnessError `storage`.
 */
export function writeJsonl(path: string, history: History): void {
  try {
    const file = openSync(path, 'w');
    try {
      let text = '';
      for (const line of jsonlLines(history)) {
        text += `${line}\n`;
        if (text.length < CHUNK_LENGTH) continue;
        writeAll(file, text);
        text = '';
      }
      writeAll(file, text);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw storageError('write', path, cause);
  }
}

function* jsonlLines(history: History): Generator<string> {
  let nextFault = 0;
  for (let index = 0; index < history.length; index++) {
    const entry = history.at(index);
    for (; nextFault < history.faults.length; nextFault++) {
      const fault = history.faults[nextFault];
      if (fault === undefined || fault.timeNs > entry.timeNs) break;
      yield faultLine(fault);
    }
    yield entryLine(entry);
  }
  for (const fault of history.faults.slice(nextFault)) yield faultLine(fault);
}

function entryLine({ index, timeNs, process, type, f, key, value, error, node }: Op): string {
  return JSON.stringify({ index, time: timeNs, process, type, f, key, value, error, node });
}

function faultLine({ timeNs, ...rest }: FaultEvent): string {
  return JSON.stringify({ type: 'fault', time: timeNs, ...rest });
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
}
