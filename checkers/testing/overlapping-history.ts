import fc from 'fast-check';
import { historyOf } from '../../harness/history/index.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { OpDraft } from '../../harness/kernel/op.ts';

/** One operation of a small history before it has times. */
export interface OperationSketch {
  readonly f: string;
  readonly input: JsonValue;
  readonly answer: JsonValue;
  readonly end: 'ok' | 'fail' | 'info' | 'none';
  /** How many later invocations come before its completion. */
  readonly open: number;
  readonly process?: number;
}

/** Lengths of overlap: mostly short ones, so that real time constrains most orders. */
export const overlaps: fc.Arbitrary<number> = fc.nat(5);

/** How operations end: mostly well. `fail` carries the error code `precondition`. */
export const ends: fc.Arbitrary<OperationSketch['end']> = fc.constantFrom(
  'ok',
  'ok',
  'ok',
  'ok',
  'ok',
  'fail',
  'info',
  'none',
);

/**
 * A history in which each sketch is invoked in turn and completes after `open` further invocations. Sketches without
 * process get one each; where a process still has an operation open, the next free one takes its place.
 */
export function overlappingHistory(sketches: readonly OperationSketch[]): History {
  const entries: OpDraft[] = [];
  const pending: { readonly at: number; readonly draft: OpDraft }[] = [];
  const push = (draft: OpDraft): void => void entries.push({ ...draft, timeNs: entries.length * 1000 });
  const completeUntil = (turn: number): void => {
    pending.sort((left, right) => left.at - right.at);
    while (pending[0] !== undefined && pending[0].at <= turn) {
      push(pending[0].draft);
      pending.shift();
    }
  };
  const dead = new Set<number>();
  sketches.forEach(({ f, input, answer, end, open, process: wanted }, turn) => {
    completeUntil(turn);
    let process = wanted ?? turn;
    while (dead.has(process) || pending.some(({ draft }) => draft.process === process)) process += 100;
    push({ timeNs: 0, process, type: 'invoke', f, value: input });
    if (end === 'none' || end === 'info') dead.add(process);
    if (end === 'none') return;
    const base = { timeNs: 0, process, type: end, f };
    const draft: OpDraft =
      end === 'ok'
        ? { ...base, value: answer }
        : { ...base, value: input, error: { code: end === 'fail' ? 'precondition' : 'timeout' } };
    pending.push({ at: turn + open, draft });
  });
  completeUntil(Infinity);
  return historyOf(entries);
}

/** The operations invoked at the given entries alone, with their completions. */
export function onlyOperations(history: History, entries: readonly number[]): History {
  const kept = new Set(entries.flatMap((entry) => [entry, history.columns.pair[entry] ?? -1]));
  const all = Array.from({ length: history.length }, (_, index) => history.at(index));
  return historyOf(all.filter(({ index }) => kept.has(index)));
}
