import { closeSync, openSync, readSync } from 'node:fs';
import { HarnessError } from '../kernel/harness-error.ts';
import { readingFile } from './file-errors.ts';
import { brief } from './import-builder.ts';
import { HISTORY_FORMATS, type HistoryFormat } from './imported-history.ts';
import { isHistoryFile } from './read-history-file.ts';

const HEAD_SIZE = 64 * 1024;

/** A JSON string that names a member: EDN may have strings as keys too, but no colon after them, or a keyword. */
const MEMBER = String.raw`"(?:[^"\\]|\\.)*"\s*:(?!\s*(?!true\b|false\b|null\b|NaN\b|Infinity\b)[A-Za-z])`;

/** How the text of a file may begin, comments and blank lines left out. The first that fits decides. */
const BEGINNINGS: readonly (readonly [RegExp, HistoryFormat])[] = [
  [/^\{\s*"(params|info|start|end|data)"\s*:/, 'dbcop'],
  [/^\[\s*\[\s*(\{\s*"(events|committed)"|\])/, 'dbcop'],
  [new RegExp(String.raw`^\{\s*(${MEMBER}|\}|$)`), 'jsonl'],
  [new RegExp(String.raw`^\[\s*(\{\s*(${MEMBER}|\}|$)|\[|\]\s*$)`), 'json'],
  [/^\{\s*("|:|#|;|$)|^[[(]\s*([{#^(;]|$)|^(#jepsen|#_|\^|\()/, 'edn'],
];

/** Lines by which text formats are known. The first significant line that matches any of them decides. */
const LINES: readonly (readonly [RegExp, HistoryFormat])[] = [
  [/^\[\s*\d+\s*\]\s+(call|return)\b/, 'limo'],
  [/^[rw]\s+\d+\s+\d+$/, 'awdit'],
  [/^[rw]\(\s*-?\d+\s*,\s*-?\d+\s*,\s*-?\d+\s*,\s*-?\d+\s*\)$/, 'plume'],
  [/^\[\s*[\p{L}\p{N}_]+(:=|==)/u, 'dbcop'],
  [/\bjepsen\.[a-z]|(^|\s)(\d+|:nemesis)\s+:(invoke|ok|fail|info)\s|^:(invoke|ok|fail|info)\s+:/, 'jepsen-log'],
];

/** What binary data begins with, and what to do with it. */
const BINARIES: readonly (readonly [magic: readonly number[], advice: string])[] = [
  [[0x1f, 0x8b], 'is compressed with gzip: unpack it first (gunzip -k FILE)'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'is compressed with zstd: unpack it first (zstd -d FILE)'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'is compressed with xz: unpack it first (xz -dk FILE)'],
  [[0x42, 0x5a, 0x68], 'is compressed with bzip2: unpack it first (bunzip2 -k FILE)'],
  [[0x50, 0x4b, 0x03, 0x04], 'is a zip archive: unpack it first (unzip FILE)'],
  [[0xff, 0xfe], 'is UTF-16 text: convert it first (iconv -f UTF-16 -t UTF-8 FILE)'],
  [[0xfe, 0xff], 'is UTF-16 text: convert it first (iconv -f UTF-16 -t UTF-8 FILE)'],
  [[0x4a, 0x45, 0x50, 0x53, 0x45, 0x4e], "is Jepsen's binary store: give the history.edn that stands beside it"],
];

/** What format a file has, by its first bytes. Throws HarnessError `usage` where it is none of ours. */
export function detectFormat(path: string): HistoryFormat {
  const head = readHead(path);
  if (head.length === 0) throw new HarnessError('usage', `${path} is empty: expected a history`);
  if (isHistoryFile(head)) return 'faultline';
  refuseBinary(path, head);
  const text = head.toString('utf8');
  // A byte order mark is white space as well.
  const lines = text.split('\n').map((line) => line.trim());
  const significant = lines.filter((line) => line !== '' && !/^(;|# |#$|#@|\/\/|[-=]+$)/.test(line));
  const beginning = significant.join('\n');
  const begun = BEGINNINGS.find(([sign]) => sign.test(beginning))?.[1];
  if (begun === 'jsonl') return isOneValue(significant) ? 'json' : 'jsonl';
  const known = begun ?? lineFormat(significant);
  if (known !== undefined) return known;
  if (significant.length === 0) throw new HarnessError('usage', `${path} holds no operation: expected a history`);
  throw new HarnessError(
    'usage',
    `${path} has no known format: expected one of ${HISTORY_FORMATS.join(', ')}, it begins with ${brief(significant[0] ?? '')}`,
  );
}

function lineFormat(lines: readonly string[]): HistoryFormat | undefined {
  for (const line of lines) {
    const format = LINES.find(([sign]) => sign.test(line))?.[1];
    if (format !== undefined) return format;
  }
  return undefined;
}

/** Whether an object goes on in the next line: one JSON value for people, not one per line. */
function isOneValue([first = '', second]: readonly string[]): boolean {
  return second !== undefined && !first.endsWith('}') && !second.startsWith('{');
}

function refuseBinary(path: string, head: Buffer): void {
  const advice = BINARIES.find(([magic]) => magic.every((byte, index) => head[index] === byte))?.[1];
  if (advice !== undefined) throw new HarnessError('usage', `${path} ${advice}`);
  if (!head.includes(0)) return;
  const hint = "binary histories of dbcop and Cobra become text with AWDIT's `awdit convert -t plume`";
  throw new HarnessError('usage', `${path} is binary data, expected a history file or text (${hint})`);
}

function readHead(path: string): Buffer {
  return readingFile(path, () => {
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(HEAD_SIZE);
      return head.subarray(0, readSync(file, head));
    } finally {
      closeSync(file);
    }
  });
}
