import type { Key, OpDraft } from '../kernel/op.ts';
import { IllFormedHistoryError } from './ill-formed-history-error.ts';

/**
 * The rules of a history, for one entry: its time is a number and does not run backwards; its process is a whole number;
 * a process has at most one operation open; a completion has its invocation, of the same function. That it has the same
 * key, where it has one, its callers see from codes: {@link rejectOtherKey}.
 *
 * `index` is the one the entry would get, `lastTimeNs` the time of the entry before (-Infinity where there is none), `openF`
 * the function of the operation that the entry's process has open. Throws {@link IllFormedHistoryError}.
 */
export function assertWellFormed(entry: OpDraft, index: number, lastTimeNs: number, openF: string | undefined): void {
  const { timeNs, process } = entry;
  if (!Number.isFinite(timeNs)) reject(entry, index, `time is ${timeNs}, expected a number`);
  if (timeNs < lastTimeNs) {
    reject(entry, index, `time ${timeNs} ns runs backwards, the entry before has ${lastTimeNs} ns`);
  }
  if (!Number.isInteger(process) || process < 0 || process > 0x7fffffff) {
    reject(entry, index, 'process must be a whole number from 0 to 2147483647');
  }
  if (entry.type === 'invoke') {
    if (openF !== undefined) reject(entry, index, `the process still has its invocation of ${named(openF)} open`);
  } else if (openF === undefined) {
    reject(entry, index, 'a completion without an open invocation');
  } else if (openF !== entry.f) {
    reject(entry, index, `completes an invocation of ${named(openF)}`);
  }
}

/** Throws {@link IllFormedHistoryError} about a completion whose key is not the one that its invocation has. */
export function rejectOtherKey(entry: OpDraft, index: number, invoked: Key | undefined): never {
  const asked = invoked === undefined ? 'without a key' : `on key ${JSON.stringify(invoked)}`;
  reject(entry, index, `completes an operation ${asked}, and has key ${JSON.stringify(entry.key)}`);
}

function reject(entry: OpDraft, index: number, reason: string): never {
  throw new IllFormedHistoryError(
    `process ${entry.process}, ${entry.type} ${named(entry.f)}: ${reason}`,
    `entry ${index}`,
  );
}

/** Foreign names may hold anything: in a message they stay on one line, and short. */
function named(f: string): string {
  return /^[\w.:/+-]{1,60}$/.test(f) ? f : JSON.stringify(f.slice(0, 60));
}
