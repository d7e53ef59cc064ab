import { closeSync, openSync, readSync } from 'node:fs';
import { HarnessError } from '../kernel/harness-error.ts';
import { readingFile } from './file-errors.ts';
import { brief } from './import-builder.ts';
import { HISTORY_FORMATS, type HistoryFormat } from './imported-history.ts';
import { isHistoryFile } from './read-history-file.ts';

const HEAD_SIZE = 64 * 1024;

/** First lines of text formats. The first that matches a significant line wins. */
const SIGNS: readonly (readonly [RegExp, HistoryFormat])[] = [
  [/^\[\s*\d+\s*\]\s+(call|return)\b/, 'limo'],
  [/^\{\s*("|\}$)/, 'jsonl'],
  [/^\[\s*(\{\s*("|$)|\]$|$)/, 'json'],
  [/^([[(]\s*)?(\{\s*:|#jepsen|#_|\^)|^[[(]\s*(;.*)?$|^\(/, 'edn'],
  [/^[rw]\s+\d+\s+-?\d+$|^-{3,}$|^={3,}$/, 'awdit'],
  [/\bjepsen\.util\b|(^|\s)(\d+|:nemesis)\s+:(invoke|ok|fail|info)\s/, 'jepsen-log'],
];

/** What format a file has, by its first bytes. Throws HarnessError `usage` where it is none of ours. */
export function detectFormat(path: string): HistoryFormat {
  const head = readHead(path);
  if (head.length === 0) throw new HarnessError('usage', `${path} is empty: expected a history`);
  if (isHistoryFile(head)) return 'faultline';
  if (head.includes(0)) throw new HarnessError('usage', `${path} is binary data, expected a history file or text`);
  const lines = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.trim());
  const significant = lines.filter((line) => line !== '' && !/^(;|# |#$|#@)/.test(line));
  for (const line of significant.slice(0, 100)) {
    const format = SIGNS.find(([sign]) => sign.test(line))?.[1];
    if (format === 'json' && line === '[') return /^\{\s*"/.test(significant.slice(1, 3).join(' ')) ? 'json' : 'edn';
    if (format !== undefined) return format;
  }
  throw new HarnessError(
    'usage',
    `${path} has no known format: expected one of ${HISTORY_FORMATS.join(', ')}, it begins with ${brief(significant[0] ?? '')}`,
  );
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
