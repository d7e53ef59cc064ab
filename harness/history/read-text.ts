import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { HarnessError } from '../kernel/harness-error.ts';
import { readingFile } from './file-errors.ts';

const CHUNK_SIZE = 1 << 20;
/** Longer lines are refused: strings end at 512 Mi characters, and no entry of a history is of that size. */
const MAX_LINE_LENGTH = 1 << 28;
const NEW_LINE = 0x0a;

/** The whole of a UTF-8 text file, without byte order mark. */
export function readText(path: string): string {
  const bytes = readingFile(path, () => readFileSync(path));
  return decode(new TextDecoder('utf-8', { fatal: true }), bytes, { stream: false, path, line: 1 });
}

/** Where an offset into a text is, for people. */
export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length} column ${(before.at(-1) ?? '').length + 1}`;
}

/** Calls `each` for every line of a UTF-8 text file, numbered from 1, without holding the whole file. O(bytes). */
export function forEachLine(path: string, each: (line: string, number: number) => void): void {
  const file = readingFile(path, () => openSync(path, 'r'));
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const chunk = Buffer.allocUnsafe(CHUNK_SIZE);
    /** The beginning of a line whose end has not come yet, in pieces: joining them at each chunk would be quadratic. */
    let pieces: string[] = [];
    let pieceLength = 0;
    let number = 0;
    for (;;) {
      const size = readingFile(path, () => readSync(file, chunk));
      const [first = '', ...lines] = decode(decoder, chunk.subarray(0, size), {
        stream: size > 0,
        path,
        line: number + 1,
      }).split('\n');
      pieces.push(first);
      pieceLength += first.length;
      if (pieceLength > MAX_LINE_LENGTH) {
        throw new HarnessError('usage', `${path}, line ${number + 1}: longer than ${MAX_LINE_LENGTH} characters`);
      }
      if (lines.length > 0) {
        each(withoutReturn(pieces.join('')), ++number);
        const last = lines.pop() ?? '';
        for (const line of lines) each(withoutReturn(line), ++number);
        pieces = [last];
        pieceLength = last.length;
      }
      if (size === 0) break;
    }
    const rest = pieces.join('');
    if (rest !== '') each(rest, ++number);
  } finally {
    closeSync(file);
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function decode(
  decoder: InstanceType<typeof TextDecoder>,
  bytes: Buffer,
  { stream, path, line }: { readonly stream: boolean; readonly path: string; readonly line: number },
): string {
  try {
    return readingFile(path, () => decoder.decode(bytes, { stream }), isTooLong);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const where = line + lineOfOtherBytes(bytes);
    throw new HarnessError('usage', `${path}, line ${where}: expected UTF-8 text, other bytes came`, { cause });
  }
}

function isTooLong(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_STRING_TOO_LONG';
}

/** In which line of `bytes`, from 0, something is not UTF-8. */
function lineOfOtherBytes(bytes: Buffer): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let from = 0;
  for (let line = 0; from <= bytes.length; line++) {
    const end = bytes.indexOf(NEW_LINE, from);
    const isLast = end < 0;
    try {
      decoder.decode(bytes.subarray(from, isLast ? bytes.length : end));
    } catch {
      return line;
    }
    if (isLast) break;
    from = end + 1;
  }
  return 0;
}
