import { TYPE_FAIL, TYPE_OK } from '../../../harness/kernel/history.ts';
import type { Budget } from '../../judging/budget.ts';
import { processChains, type Chains } from '../rw-register/chains.ts';
import type { RegisterReads } from '../rw-register/register-reads.ts';
import type { Transactions } from '../transactions.ts';

/** Whether a transaction sees what its process did before, and chains of transactions each of which sees the one before. */
export interface Sessions {
  readonly areVisible: boolean;
  readonly chains: Chains;
}

/** Sessions told apart at most: each costs a column of clocks. */
const MOST_SESSIONS = 4096;
/** Clocks kept at most where chains are made of reads alone: 64 MiB. */
const MOST_CLOCKS = 1 << 24;

/** A process is a session. */
export function processSessions(transactions: Transactions): Sessions {
  return {
    areVisible: true,
    chains: processChains(transactions, MOST_SESSIONS, (outcome) => outcome !== TYPE_FAIL),
  };
}

/**
 * No sessions: who sees whom is told by reads alone. Each transaction goes on with the chain of one that it read from, where
 * nobody else does. O(micro-operations).
 */
export function noSessions(transactions: Transactions, { version, writes }: RegisterReads, budget: Budget): Sessions {
  const { count, first, outcome } = transactions;
  const of = new Int32Array(count).fill(-1);
  const place = new Int32Array(count).fill(-1);
  const hasNext = new Uint8Array(count);
  const most = Math.floor(MOST_CLOCKS / Math.max(1, count));
  let [chains, left] = [0, 0];
  for (let txn = 0; txn < count; txn++) {
    budget.step((first[txn + 1] as number) - (first[txn] as number) + 1);
    if (outcome[txn] === TYPE_FAIL) continue;
    for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
      const found = version[mop] as number;
      const source = found < 0 || outcome[txn] !== TYPE_OK ? -1 : writes.index.writerOf(found);
      if (source < 0 || source >= txn || (of[source] as number) < 0 || hasNext[source] === 1) continue;
      hasNext[source] = 1;
      of[txn] = of[source] as number;
      place[txn] = (place[source] as number) + 1;
      break;
    }
    if ((of[txn] as number) >= 0) continue;
    if (chains === most) left++;
    else {
      of[txn] = chains++;
      place[txn] = 0;
    }
  }
  return { areVisible: false, chains: { count: chains, of, place, left } };
}
