import { canonicalJson } from '../models/canonical-json.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { ModelOperations } from './model-operations.ts';
import { NEVER } from './operations.ts';
import type { SpecialEffort, SpecialWay } from './special-way.ts';
import { TimedQueue } from './timed-queue.ts';

/**
 * Decides a log in which values repeat, by its longest read: that one says in which order values were appended, and every
 * other read must be a beginning of it, so what was done in which order is known. Only which of several appends of one
 * value came first is not: that is the one that must be over first, because in any order two operations that do the same
 * can change places as long as the one that may be over later comes later.
 *
 * What no read saw comes last, in order of invocation. O(n log n + sizes of the reads) for n operations.
 */
export const forcedLog: SpecialWay = {
  algorithm: 'append-log by its longest read',
  decide(operations, _, effort) {
    const log = readLog(operations, effort);
    return log !== undefined && hasOrder(operations, log, effort) ? 'valid' : 'invalid';
  },
};

interface ForcedLog {
  /** Value numbers, as the longest read lists them. */
  readonly word: Int32Array;
  /** Answered reads by the number of values that they show. */
  readonly reads: ReadonlyMap<number, readonly number[]>;
  /** Value number of each append, -1 for reads; by operation. */
  readonly appended: Int32Array;
  readonly values: number;
}

/** The log; undefined where some read is no beginning of the longest one. */
function readLog({ count, action, ret, actions }: ModelOperations, effort: SpecialEffort): ForcedLog | undefined {
  const ids = new Map<JsonValue, number>();
  const idOf = (value: JsonValue): number => {
    // A text within JSON has quotes around it, so no text is taken for an object.
    const key = typeof value === 'number' ? value : canonicalJson(value);
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, ids.size);
    return ids.size - 1;
  };
  const appended = new Int32Array(count).fill(-1);
  const reads = new Map<number, number[]>();
  const answers = new Map<number, readonly JsonValue[]>();
  let longest: readonly JsonValue[] = [];
  for (let op = 0; op < count; op++) {
    effort.step();
    const what = actions[action[op] as number];
    if (what?.f === 'append') appended[op] = idOf(what.input);
    else if (ret[op] !== NEVER) {
      const answer = what?.output;
      if (!Array.isArray(answer)) return undefined;
      const list = answer as readonly JsonValue[];
      answers.set(action[op] as number, list);
      if (list.length > longest.length) longest = list;
      const alike = reads.get(list.length);
      if (alike === undefined) reads.set(list.length, [op]);
      else alike.push(op);
    }
  }
  const word = Int32Array.from(longest, idOf);
  for (const answer of answers.values()) {
    effort.step(1 + answer.length / 8);
    if (!answer.every((value, place) => idOf(value) === word[place])) return undefined;
  }
  return { word, reads, appended, values: ids.size };
}

/** Whether the operations can have happened in the one order that the reads leave them. */
function hasOrder(operations: ModelOperations, log: ForcedLog, effort: SpecialEffort): boolean {
  const { word, reads, appended } = log;
  const { call } = operations;
  const queue = new TimedQueue(operations, appended, log.values, effort);
  for (let length = 0; ; length++) {
    const here = reads.get(length) ?? [];
    effort.step(1 + here.length);
    // Among themselves they can come in order of their returns.
    for (const op of here) queue.take(op);
    if (here.some((op) => (call[op] as number) > queue.firstReturn)) return false;
    if (length === word.length) return true;
    if (!queue.takeFirst(word[length] as number)) return false;
  }
}
