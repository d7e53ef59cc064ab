import { CYCLE_CLASSES, ORDERS } from '../transactions/cycle-search.ts';

const CYCLES = ORDERS.flatMap((order) => CYCLE_CLASSES.map((kind) => `${kind}${order}`));
const STRAYS = ['ThinAirRead', 'AbortedRead'];
const CAUSAL = [...STRAYS, 'CyclicCO', 'WriteCOInitRead', 'WriteCORead'];
const HAPPENS_BEFORE = ['WriteHBInitRead', 'CyclicHB'];
const READS = ['G1a', 'G1b', 'garbage-read', 'internal', 'future-read'];
const TRANSACTIONS = [...READS, 'lost-update', 'write-skew', 'G-prefix', 'G-update'];

/**
 * Every anomaly that each checker can report. `guarantees` hands on those of others; the checkers of a run's quality that
 * are not here report none.
 */
export const REPORTABLE_ANOMALIES: Readonly<Record<string, readonly string[]>> = {
  linearizability: ['not-linearizable'],
  set: ['lost', 'unexpected', 'duplicated', 'stale'],
  'set-full': ['lost', 'unexpected', 'duplicated', 'stale'],
  convergence: ['lost', 'unexpected', 'diverged'],
  queue: ['unexpected', 'duplicated'],
  'total-queue': ['unexpected', 'duplicated', 'lost'],
  bank: ['missing-key', 'unexpected-key', 'nil-balance', 'wrong-total', 'negative-value'],
  counter: ['out-of-bounds'],
  'unique-ids': ['duplicated'],
  'long-fork': ['long-fork'],
  'causal-reverse': ['causal-reverse', 'unexpected'],
  monotonic: ['nonmonotonic', 'stale', 'incomparable'],
  kafka: [
    'inconsistent-offsets',
    'duplicate',
    'lost-write',
    'G1a',
    'unexpected',
    'precommitted-read',
    ...['', 'int-'].flatMap((prefix) =>
      ['nonmonotonic-poll', 'poll-skip', 'nonmonotonic-send'].map((step) => `${prefix}${step}`),
    ),
    'G0',
    ...['', '-process', '-realtime'].map((order) => `G1c${order}`),
  ],
  watch: ['Filter', 'Ordered', 'Unique', 'Atomic', 'Bookmarkable', 'Resumable', 'Reliable', 'PrevKV', 'IsCreate'],
  lock: ['double-grant', 'token-reused', 'token-regressed', 'stale-token-accepted'],
  broadcast: ['undelivered', 'unexpected'],
  sequential: [...STRAYS, 'not-sequential'],
  causal: CAUSAL,
  'causal-convergence': [...CAUSAL, 'CyclicCF'],
  'causal-memory': [...CAUSAL, ...HAPPENS_BEFORE],
  pram: [...STRAYS, ...HAPPENS_BEFORE],
  'read-your-writes': [...STRAYS, 'read-your-writes'],
  'monotonic-reads': [...STRAYS, 'monotonic-reads'],
  'monotonic-writes': [...STRAYS, 'monotonic-writes'],
  'writes-follow-reads': [...STRAYS, 'writes-follow-reads'],
  regular: [...STRAYS, 'stale-read', 'future-read'],
  safe: [...STRAYS, 'stale-read', 'future-read'],
  'two-atomic': [...STRAYS, 'stale-read', 'future-read', 'not-2-atomic'],
  staleness: ['stale-read', 'future-read'],
  'log-patterns': ['log-pattern'],
  'list-append': [
    ...CYCLES,
    ...TRANSACTIONS,
    'duplicate-elements',
    'incompatible-order',
    'dirty-update',
    'OTV',
    'FracturedReadCO',
    'COConflictAO',
  ],
  'rw-register': [
    ...CYCLES,
    ...TRANSACTIONS,
    'cyclic-versions',
    'NonMonoReadCO',
    'NonMonoReadAO',
    'FracturedReadCO',
    'FracturedReadAO',
    'COConflictAO',
    'ConflictAO',
  ],
  'weak-isolation': [
    ...STRAYS,
    'FutureRead',
    'NotMyOwnWrite',
    'NotMyLastWrite',
    'IntermediateRead',
    'CyclicCO',
    'NonMonoReadCO',
    'NonMonoReadAO',
    'NonRepeatableRead',
    'FracturedReadCO',
    'FracturedReadAO',
    'COConflictAO',
    'ConflictAO',
  ],
};
