import type { Budget } from '../../judging/budget.ts';
import { Anomalies } from '../evidence.ts';
import type { DirectLevel } from '../levels.ts';
import type { RegisterReads } from '../rw-register/register-reads.ts';
import type { Transactions } from '../transactions.ts';
import { PATTERNS, PatternSearch, type WeakLevel } from './pattern-search.ts';
import { noSessions, processSessions, type Sessions } from './sessions.ts';
import { VisibilityEdges } from './visibility-edges.ts';

/**
 * What each level is called by Biswas and Enea (OOPSLA 2019). Their read committed has one order of writes for all
 * transactions in which a read may not miss what an earlier one of the same transaction showed: a monotonic atomic view as
 * Bailis et al. define it (VLDB 2014), by the order in which writes, and reads of them, follow each other.
 */
const SEARCHED_AS: Readonly<Record<DirectLevel, WeakLevel>> = {
  'monotonic-atomic-view': 'read-committed',
  'read-atomic': 'read-atomic',
  causal: 'causal',
};

/**
 * Settles these levels for registers, without any order of writes and without sessions, which they do not promise (Cerone,
 * Bernardi and Gotsman, CONCUR 2015). Adds what breaks them to the anomalies, and returns what is
 * possible. Where causality has too many chains to be told apart, keeping sessions, too, may still show it to be possible.
 *
 * `wanted`: weakest first. Monotonic atomic view and read-atomic O(n^1.5), causal O(n * chains). Presumes that reads go in no circle.
 */
export function settleWeakLevels(
  transactions: Transactions,
  reads: RegisterReads,
  wanted: readonly DirectLevel[],
  anomalies: Anomalies,
  budget: Budget,
): readonly DirectLevel[] {
  const sessions = noSessions(transactions, reads, budget);
  const possible: DirectLevel[] = [];
  for (const level of wanted) {
    budget.doing(`checking ${level}`);
    const weakLevel = SEARCHED_AS[level];
    const patterns = PATTERNS[weakLevel];
    const searched = (by: Sessions, into: Anomalies): boolean => {
      const edges = new VisibilityEdges(transactions, reads, by, budget);
      const isWhole = new PatternSearch(transactions, reads, edges, into, budget).search(weakLevel);
      return isWhole && !patterns.some((pattern) => into.has(pattern));
    };
    const isShown = searched(sessions, anomalies);
    const isBroken = patterns.some((pattern) => anomalies.has(pattern));
    if (isShown || (!isBroken && searched(processSessions(transactions), new Anomalies()))) possible.push(level);
    if (isBroken) break;
  }
  return possible;
}
