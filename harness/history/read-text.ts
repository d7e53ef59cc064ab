import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { HarnessError } from '../kernel/harness-error.ts';
import { readingFile } from './file-errors.ts';

const CHUNK_SIZE = 1 << 20;

/** The whole of a UTF-8 text file, without byte order mark. */
export function readText(path: string): string {
  const bytes = readingFile(path, () => readFileSync(path));
  return readingFile(path, () => decode(new TextDecoder('utf-8', { fatal: true }), bytes, false, path, 0));
}

/** Where an offset into a text is, for people. */
export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length} column ${(before.at(-1) ?? '').length + 1}`;
}

/** Calls `each` for every line of a UTF-8 text file, numbered from 1, without holding the whole file. */
export function forEachLine(path: string, each: (line: string, number: number) => void): void {
  const file = readingFile(path, () => openSync(path, 'r'));
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const chunk = Buffer.allocUnsafe(CHUNK_SIZE);
    let rest = '';
    let number = 0;
    for (;;) {
      const size = readingFile(path, () => readSync(file, chunk));
      const lines = (rest + decode(decoder, chunk.subarray(0, size), size > 0, path, number)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) each(line.endsWith('\r') ? line.slice(0, -1) : line, ++number);
      if (size === 0) break;
    }
    if (rest !== '') each(rest, ++number);
  } finally {
    closeSync(file);
  }
}

function decode(
  decoder: InstanceType<typeof TextDecoder>,
  bytes: Buffer,
  stream: boolean,
  path: string,
  line: number,
): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new HarnessError('usage', `${path}, after line ${line}: expected UTF-8 text, other bytes came`, { cause });
  }
}
