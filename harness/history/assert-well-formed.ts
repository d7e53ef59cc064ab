import type { OpDraft } from '../kernel/op.ts';
import { IllFormedHistoryError } from './ill-formed-history-error.ts';

/** What came before the entry in question. */
export interface EntryContext {
  /** Index the entry would get. */
  readonly index: number;
  /** Time of the entry before, -Infinity where there is none. */
  readonly lastTimeNs: number;
  /** Function name of the operation that the entry's process has open; undefined where it has none. */
  readonly openF: string | undefined;
}

/**
 * The rules of a history, for one entry: its time is a number and does not run backwards; its process is a whole number;
 * a process has at most one operation open; a completion has its invocation, of the same function.
 *
 * Throws {@link IllFormedHistoryError}.
 */
export function assertWellFormed(entry: OpDraft, context: EntryContext): void {
  const { timeNs, process } = entry;
  if (!Number.isFinite(timeNs)) reject(entry, context, `time is ${timeNs}, expected a number`);
  if (timeNs < context.lastTimeNs) {
    reject(entry, context, `time ${timeNs} ns runs backwards, the entry before has ${context.lastTimeNs} ns`);
  }
  if (!Number.isInteger(process) || process < 0 || process > 0x7fffffff) {
    reject(entry, context, 'process must be a whole number from 0 to 2147483647');
  }
  const { openF } = context;
  if (entry.type === 'invoke') {
    if (openF !== undefined) reject(entry, context, `the process still has its invocation of ${openF} open`);
  } else if (openF === undefined) {
    reject(entry, context, 'a completion without an open invocation');
  } else if (openF !== entry.f) {
    reject(entry, context, `completes an invocation of ${openF}`);
  }
}

function reject(entry: OpDraft, context: EntryContext, reason: string): never {
  throw new IllFormedHistoryError(
    `entry ${context.index} (process ${entry.process}, ${entry.type} ${entry.f}): ${reason}`,
  );
}
