import { NO_PAIR, type History } from '../../../harness/kernel/history.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { Finding } from '../../../harness/kernel/verdict.ts';
import { keepOps } from '../../testing/sketch.ts';

const MOST_OPS = 50;

/**
 * A finding's operations with their context, as a history of at most 50 operations: the operations themselves, then those
 * that wrote values they read.
 */
export function withContext(history: History, finding: Finding): History {
  const kept = new Set(finding.ops);
  const wanted = new Set(finding.ops.flatMap((op) => valuesRead(history, op)));
  for (let entry = 0; entry < history.length && kept.size < MOST_OPS; entry++) {
    const { type, value } = history.at(entry);
    if (type === 'invoke' && valuesWritten(value).some((written) => wanted.has(written))) kept.add(entry);
  }
  return keepOps(history, [...kept]);
}

function valuesRead(history: History, op: number): string[] {
  const completion = history.columns.pair[op] ?? NO_PAIR;
  if (completion === NO_PAIR) return [];
  return triples(history.at(completion).value)
    .filter(([name]) => name === 'r')
    .flatMap(([, key, result]) =>
      (Array.isArray(result) ? result : [result]).map((each) => JSON.stringify([key, each])),
    );
}

function valuesWritten(value: JsonValue): string[] {
  return triples(value)
    .filter(([name]) => name !== 'r')
    .map(([, key, written]) => JSON.stringify([key, written]));
}

function triples(value: JsonValue): (readonly JsonValue[])[] {
  return Array.isArray(value) ? value.filter((each) => Array.isArray(each)) : [];
}
