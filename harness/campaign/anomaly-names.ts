import { OBJECT_LEVELS, type ObjectLevel } from '../kernel/target.ts';

/**
 * Anomalies that checkers report of single objects, by the weakest level that excludes them. `written`: the loss of an
 * acknowledged write, which a promise may allow.
 */
const OF_OBJECTS: Readonly<Record<string, ObjectLevel | 'written'>> = {
  'not-linearizable': 'linearizable',
  'not-2-atomic': 'linearizable',
  'stale-read': 'linearizable',
  'future-read': 'linearizable',
  'causal-reverse': 'linearizable',
  stale: 'linearizable',
  'not-sequential': 'sequential',
  CyclicCO: 'causal',
  CyclicCF: 'causal',
  CyclicHB: 'causal',
  WriteCOInitRead: 'causal',
  WriteCORead: 'causal',
  WriteHBInitRead: 'causal',
  'read-your-writes': 'causal',
  'monotonic-reads': 'causal',
  'monotonic-writes': 'causal',
  'writes-follow-reads': 'causal',
  AbortedRead: 'convergent',
  ThinAirRead: 'convergent',
  diverged: 'convergent',
  undelivered: 'convergent',
  unexpected: 'convergent',
  duplicate: 'convergent',
  duplicated: 'convergent',
  'out-of-bounds': 'convergent',
  'wrong-total': 'convergent',
  'double-grant': 'convergent',
  lost: 'written',
  'lost-write': 'written',
};

/** Anomalies of totals, logs, locks and watches: no level of single objects speaks about them. */
const OF_OTHERS: readonly string[] = [
  'Atomic',
  'Bookmarkable',
  'Filter',
  'IsCreate',
  'Ordered',
  'PrevKV',
  'Reliable',
  'Resumable',
  'Unique',
  'incomparable',
  'inconsistent-offsets',
  'int-nonmonotonic-poll',
  'int-nonmonotonic-send',
  'int-poll-skip',
  'int-send-skip',
  'log-pattern',
  'long-fork',
  'missing-key',
  'negative-value',
  'nil-balance',
  'nonmonotonic',
  'nonmonotonic-poll',
  'nonmonotonic-send',
  'poll-skip',
  'precommitted-read',
  'stale-token-accepted',
  'token-regressed',
  'token-reused',
  'unexpected-key',
];

/** Anomalies of transactions, by their names in Adya's, Elle's and Plume's works. */
const OF_TRANSACTIONS: readonly string[] = [
  ...['G0', 'G1c', 'G-single', 'G-nonadjacent', 'G2-item'].flatMap((cycle) => [
    cycle,
    `${cycle}-process`,
    `${cycle}-realtime`,
  ]),
  'G1a',
  'G1b',
  'cyclic-versions',
  'dirty-update',
  'duplicate-elements',
  'garbage-read',
  'incompatible-order',
  'internal',
  'lost-update',
  'write-skew',
  'G-prefix',
  'G-update',
  'OTV',
  'FutureRead',
  'NotMyLastWrite',
  'NotMyOwnWrite',
  'IntermediateRead',
  'NonRepeatableRead',
  'NonMonoReadCO',
  'NonMonoReadAO',
  'FracturedReadCO',
  'FracturedReadAO',
  'COConflictAO',
  'ConflictAO',
];

/** Whether {@link promiseExcludes} has something to say of an anomaly. */
export function isOfObjects(anomaly: string): boolean {
  return Object.hasOwn(OF_OBJECTS, anomaly);
}

/** Every anomaly that the checkers report. */
export const ANOMALY_NAMES: readonly string[] = [...Object.keys(OF_OBJECTS), ...OF_TRANSACTIONS, ...OF_OTHERS];

/** Whether a system that keeps a promise can never show an anomaly. */
export function promiseExcludes(
  promise: { readonly level: ObjectLevel; readonly keepsAcknowledged: boolean },
  anomaly: string,
): boolean {
  const weakest = Object.hasOwn(OF_OBJECTS, anomaly) ? OF_OBJECTS[anomaly] : undefined;
  if (weakest === undefined) return false;
  if (weakest === 'written') return promise.keepsAcknowledged || promise.level === 'linearizable';
  return OBJECT_LEVELS.indexOf(promise.level) <= OBJECT_LEVELS.indexOf(weakest);
}
