import { TYPE_INFO, TYPE_INVOKE } from '../../harness/kernel/history.ts';
import type { Budget } from '../judging/budget.ts';
import type { Operations } from '../judging/operations.ts';
import { isUpdate } from '../judging/attempts.ts';

/** How much the processes of a history met each other. */
export interface Contention {
  /** Operations that began while another one on the same object was open; crashed ones do not count as open. */
  readonly overlapping: number;
  /** `ok` reads that began when the last acknowledged update of their object was another process's. */
  readonly readsAfterForeignUpdates: number;
  /** Whether there are reads and updates at all, so that the number above means something. */
  readonly hasReadsAndUpdates: boolean;
}

/** Measures contention among the operations that began before `untilNs`. O(entries). */
export function measureContention(operations: Operations, untilNs: number, budget: Budget): Contention {
  const { columns } = operations.history;
  const open = new Map<number, number>();
  const lastUpdater = new Map<number, number>();
  const seen = { read: false, update: false };
  let overlapping = 0;
  let readsAfterForeignUpdates = 0;
  for (let entry = 0; entry < columns.type.length; entry++) {
    budget.step();
    const isInvoke = columns.type[entry] === TYPE_INVOKE;
    const invocation = isInvoke ? entry : (columns.pair[entry] ?? 0);
    if (operations.outcome(invocation) === TYPE_INFO || operations.startNs(invocation) >= untilNs) continue;
    const key = operations.key(invocation);
    const f = operations.f(invocation);
    const openHere = open.get(key) ?? 0;
    if (!isInvoke) {
      open.set(key, openHere - 1);
      if (isUpdate(f) && operations.isOk(invocation)) lastUpdater.set(key, operations.process(invocation));
      continue;
    }
    if (openHere > 0) overlapping++;
    open.set(key, openHere + 1);
    if (isUpdate(f)) seen.update = true;
    if (f !== 'read') continue;
    seen.read = true;
    const updater = lastUpdater.get(key);
    if (updater !== undefined && updater !== operations.process(invocation) && operations.isOk(invocation)) {
      readsAfterForeignUpdates++;
    }
  }
  return { overlapping, readsAfterForeignUpdates, hasReadsAndUpdates: seen.read && seen.update };
}
