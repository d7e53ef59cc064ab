import type { Checker } from '../../harness/kernel/checker.ts';
import { bankChecker } from './bank-checker.ts';
import { broadcastChecker } from './broadcast-checker.ts';
import { causalReverseChecker } from './causal-reverse-checker.ts';
import { convergenceChecker } from './convergence-checker.ts';
import { counterChecker } from './counter-checker.ts';
import { kafkaChecker } from './kafka-checker.ts';
import { lockChecker } from './lock-checker.ts';
import { longForkChecker } from './long-fork-checker.ts';
import { monotonicChecker } from './monotonic-checker.ts';
import { queueChecker, totalQueueChecker } from './queue-checkers.ts';
import { setChecker } from './set-checker.ts';
import { setFullChecker } from './set-full-checker.ts';
import { uniqueIdsChecker } from './unique-ids-checker.ts';
import { watchChecker } from './watch-checker.ts';

/** Judges of what went in and what came out, one per kind of workload. */
export const totalsCheckers: readonly Checker[] = [
  setChecker,
  setFullChecker,
  convergenceChecker,
  queueChecker,
  totalQueueChecker,
  bankChecker,
  counterChecker,
  uniqueIdsChecker,
  longForkChecker,
  causalReverseChecker,
  monotonicChecker,
  kafkaChecker,
  watchChecker,
  lockChecker,
  broadcastChecker,
];

export { convergenceChecker, setChecker };
