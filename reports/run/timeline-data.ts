import { gzipSync } from 'node:zlib';
import { NO_KEY, NO_PAIR, NULL_CODE, type History } from '../../harness/kernel/history.ts';
import { formatValue } from '../html/format.ts';
import type { Operations } from '../metrics/operations.ts';
import { encodeColumns } from './column-codec.ts';
import { ANSWER_NULL, NEVER, TIMELINE_COLUMNS, type PageValues } from './run-page-data.ts';

/** The operations of a run as compressed blocks for its page. */
export interface TimelineData {
  readonly unitNs: number;
  /** Base64 of gzip of the columns. */
  readonly columns: string;
  /** Base64 of gzip of the JSON of {@link PageValues}. */
  readonly values: string;
}

/** Texts of values longer than this are cut, and all together take no more than the budget. */
const VALUE_LENGTH_MAX = 160;
const VALUES_BUDGET = 24_000_000;

/** Packs all operations. O(entries); about 1 s and 12 MB of base64 for a million operations on registers. */
export function timelineData(history: History, operations: Operations): TimelineData {
  const lastNs = operations.count === 0 ? 0 : (history.columns.timeNs[history.length - 1] ?? 0);
  const unitNs = unitFor(lastNs);
  const { count, invoke, completion } = operations;
  const { process, node, f, key, value, error } = history.columns;
  const columns = {
    start: new Uint32Array(count),
    duration: new Uint32Array(count),
    process: new Uint32Array(count),
    node: new Uint16Array(count),
    f: new Uint16Array(count),
    outcome: operations.outcome,
    key: new Int32Array(count),
    argument: new Int32Array(count),
    answer: new Int32Array(count),
    error: new Uint16Array(count),
    invokeEntry: invoke,
    completionEntry: new Uint32Array(count),
  };
  for (let operation = 0; operation < count; operation++) {
    const invoked = invoke[operation] ?? 0;
    const completed = completion[operation] ?? NO_PAIR;
    const start = Math.floor((operations.startNs[operation] ?? 0) / unitNs);
    const argument = value[invoked] ?? 0;
    columns.start[operation] = start;
    columns.process[operation] = process[invoked] ?? 0;
    columns.node[operation] = node[invoked] ?? 0xffff;
    columns.f[operation] = f[invoked] ?? 0;
    columns.key[operation] = key[invoked] ?? NO_KEY;
    columns.argument[operation] = argument;
    if (completed === NO_PAIR) {
      columns.duration[operation] = NEVER;
      continue;
    }
    columns.duration[operation] = Math.floor((operations.endNs[operation] ?? 0) / unitNs) - start;
    const answer = value[completed] ?? NULL_CODE;
    columns.answer[operation] = answer === NULL_CODE ? ANSWER_NULL : answer - argument;
    columns.error[operation] = error[completed] ?? 0;
    columns.completionEntry[operation] = completed - invoked;
  }
  return {
    unitNs,
    columns: compressed(encodeColumns(TIMELINE_COLUMNS, columns, count)),
    values: compressed(Buffer.from(JSON.stringify(valueTexts(history)))),
  };
}

/** Base64 of the gzipped bytes. Level 4 is the knee: a third of the time of level 6 for 1 % more bytes. */
export function compressed(bytes: Uint8Array): string {
  return gzipSync(bytes, { level: 4 }).toString('base64');
}

/** The finest power of ten of nanoseconds in which the whole run fits 32 bits. */
function unitFor(lastNs: number): number {
  let unitNs = 1;
  while (lastNs / unitNs >= NEVER) unitNs *= 10;
  return unitNs;
}

function valueTexts(history: History): PageValues {
  const texts: (string | null)[] = [];
  let budget = VALUES_BUDGET;
  const take = (code: number): void => {
    if (code >= 0 || code === NO_KEY || typeof texts[~code] === 'string') return;
    const text = budget > 0 ? formatValue(history.decode(code), VALUE_LENGTH_MAX) : null;
    budget -= text?.length ?? 0;
    while (texts.length < ~code) texts.push(null);
    texts[~code] = text;
  };
  // Keys first: without them operations could not be told apart at all.
  const { key, value } = history.columns;
  for (let entry = 0; entry < history.length; entry++) take(key[entry] ?? NO_KEY);
  for (let entry = 0; entry < history.length; entry++) take(value[entry] ?? 0);
  return texts;
}
