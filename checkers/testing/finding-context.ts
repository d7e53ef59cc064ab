import { NO_PAIR, TYPE_INVOKE, type History } from '../../harness/kernel/history.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { Operations } from '../judging/operations.ts';
import { accessesOf } from './accesses.ts';
import { keepOps } from './sketch.ts';

/** Operations of a cycle or a window together with its context. */
export const MOST_OPERATIONS = 50;

/** A finding's operations as histories of their own. */
export interface FindingAlone {
  /** The operations, and those that wrote what they read. */
  readonly withWriters: History;
  /** Those, and operations that ran at the same time; for a loss every later read of its key, too. */
  readonly withContext: History;
}

/** Anomalies that say that something went missing: only all later reads together show that it never came back. */
const LOSSES = ['lost', 'lost-write', 'undelivered'];

/**
 * A finding with its context by rule. Writers of what was read come first, then concurrent operations by how close to the
 * finding's they began, each together with the writers of what it read: a read without its writer would be an anomaly that
 * the history does not have. Concurrent ones are added up to {@link MOST_OPERATIONS}, later reads without limit.
 *
 * O(operations log operations + micro-operations).
 */
export function findingAlone(history: History, finding: Finding): FindingAlone {
  const operations = new Operations(history);
  const writers = new Map<string, number[]>();
  for (const op of operations.invocations) {
    for (const written of accessesOf(operations, op).writes)
      writers.set(written, [...(writers.get(written) ?? []), op]);
  }
  const writersFor = (ops: Iterable<number>): Set<number> =>
    new Set([...ops].flatMap((op) => accessesOf(operations, op).reads.flatMap((read) => writers.get(read) ?? [])));
  const own = new Set(finding.ops.map((entry) => invocationOf(operations, entry)));
  const kept = new Set(own);
  for (const writer of writersFor(own)) {
    if (kept.size >= MOST_OPERATIONS) break;
    kept.add(writer);
  }
  const withWriters = keepOps(history, [...kept]);
  for (const op of concurrentWith(operations, own)) {
    const more = [op, ...writersFor([op])].filter((each) => !kept.has(each));
    if (kept.size + more.length <= MOST_OPERATIONS) for (const each of more) kept.add(each);
  }
  if (LOSSES.includes(finding.anomaly)) for (const read of laterReads(operations, own)) kept.add(read);
  return { withWriters, withContext: keepOps(history, [...kept]) };
}

function invocationOf({ history }: Operations, entry: number): number {
  const pair = history.columns.pair[entry] ?? NO_PAIR;
  return history.columns.type[entry] === TYPE_INVOKE || pair === NO_PAIR ? entry : pair;
}

/** Operations that overlap one of `own`, those that began closest to one of them first. */
function concurrentWith(operations: Operations, own: ReadonlySet<number>): readonly number[] {
  const distances: (readonly [op: number, distance: number])[] = [];
  for (const op of operations.invocations) {
    if (own.has(op)) continue;
    let nearest = Infinity;
    for (const mine of own) {
      const overlaps = op < operations.end(mine) && mine < operations.end(op);
      if (overlaps) nearest = Math.min(nearest, Math.abs(op - mine));
    }
    if (nearest < Infinity) distances.push([op, nearest]);
  }
  return distances.sort(([, left], [, right]) => left - right).map(([op]) => op);
}

/** Reads of the finding's keys that began after the first of its operations. */
function laterReads(operations: Operations, own: ReadonlySet<number>): readonly number[] {
  const first = Math.min(...own);
  const keys = new Set([...own].map((op) => operations.key(op)));
  return [...operations.invocations].filter(
    (op) =>
      op > first && keys.has(operations.key(op)) && operations.isOk(op) && accessesOf(operations, op).reads.length > 0,
  );
}
