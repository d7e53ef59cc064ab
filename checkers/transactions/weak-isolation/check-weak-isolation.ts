import { TYPE_OK, type History } from '../../../harness/kernel/history.ts';
import type { CheckContext, Checker } from '../../../harness/kernel/checker.ts';
import { HarnessError } from '../../../harness/kernel/harness-error.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { CheckResult } from '../../../harness/kernel/verdict.ts';
import { withinBudget, type Budget } from '../../judging/budget.ts';
import { CheckOptions } from '../../judging/check-options.ts';
import { judged, undecided } from '../../judging/results.ts';
import { Anomalies } from '../evidence.ts';
import { repeatedWriteDoubts } from '../repeated-writes.ts';
import { readRegisters } from '../rw-register/register-reads.ts';
import { readTransactions, type Transactions } from '../transactions.ts';
import { UndecidedError } from '../undecided-error.ts';
import { indexWrites } from '../write-index.ts';
import { findLocalPatterns } from './local-patterns.ts';
import { PatternSearch, WEAK_LEVELS, type WeakLevel } from './pattern-search.ts';
import { processSessions } from './sessions.ts';
import { VisibilityEdges } from './visibility-edges.ts';

/** The weakest level that forbids each pattern. */
const FORBIDDEN_BY: Readonly<Record<string, WeakLevel>> = {
  ThinAirRead: 'read-committed',
  AbortedRead: 'read-committed',
  FutureRead: 'read-committed',
  NotMyOwnWrite: 'read-committed',
  NotMyLastWrite: 'read-committed',
  IntermediateRead: 'read-committed',
  CyclicCO: 'read-committed',
  NonMonoReadCO: 'read-committed',
  NonMonoReadAO: 'read-committed',
  NonRepeatableRead: 'read-atomic',
  FracturedReadCO: 'read-atomic',
  FracturedReadAO: 'read-atomic',
  COConflictAO: 'causal',
  ConflictAO: 'causal',
};

/**
 * Judges transactions over registers against weak levels with sessions, in optimal time and without any order of writes:
 * read committed, read atomic, transactional causal consistency (Biswas and Enea, OOPSLA 2019; algorithms of AWDIT, PLDI
 * 2025; names of the fourteen patterns of Plume, OOPSLA 2024). A process is a session. Option `level`: the level asked
 * for, default `causal`. A circle is reported for the weakest level that forbids it.
 *
 * Read committed and read atomic O(n^1.5) in micro-operations, causal O(n * sessions).
 */
export const weakIsolationChecker: Checker = {
  name: 'weak-isolation',
  check: (history, context) => judge(history, context),
};

interface Analysis {
  readonly anomalies: Anomalies;
  readonly doubts: string[];
  readonly facts: Record<string, JsonValue>;
  transactions?: Transactions;
}

function judge(history: History, context: CheckContext): CheckResult {
  const asked = new CheckOptions(context).text('level') ?? 'causal';
  const level = WEAK_LEVELS.find((each) => each === asked);
  if (level === undefined) {
    const expected = `one of ${WEAK_LEVELS.join(', ')}`;
    throw new HarnessError('usage', `check option level: expected ${expected}, came ${JSON.stringify(asked)}`);
  }
  const analysis: Analysis = { anomalies: new Anomalies(), doubts: [], facts: {} };
  const attempt = withinBudget(context, (budget) => {
    try {
      analyse(history, analysis, budget);
    } catch (error) {
      if (error instanceof UndecidedError) return undecided(error.message);
      throw error;
    }
    return judged([], {});
  });
  const { anomalies, doubts, transactions } = analysis;
  if (attempt.reason !== undefined) doubts.push(attempt.reason);
  if (doubts.length === 0 && analysis.facts['committed'] === 0)
    doubts.push('no transaction committed, so nothing was tested');
  const from = Math.min(WEAK_LEVELS.length, ...anomalies.names().map(levelNumber));
  const facts = {
    level,
    ruledOut: WEAK_LEVELS.slice(from),
    possible: doubts.length === 0 ? WEAK_LEVELS.slice(0, from) : [],
    undecided: doubts.length === 0 ? [] : WEAK_LEVELS.slice(0, from),
    anomalies: anomalies.counts(),
    ...analysis.facts,
  };
  const forbidden = (anomaly: string): boolean => levelNumber(anomaly) <= WEAK_LEVELS.indexOf(level);
  const findings = transactions === undefined ? [] : anomalies.findings(transactions, forbidden);
  return judged(findings, facts, doubts.length === 0 ? undefined : doubts.join('; '));
}

function analyse(history: History, analysis: Analysis, budget: Budget): void {
  const { anomalies, doubts, facts } = analysis;
  const transactions = readTransactions(history, 'w', budget);
  analysis.transactions = transactions;
  facts['transactions'] = transactions.count;
  facts['committed'] = transactions.outcome.reduce((sum, outcome) => sum + (outcome === TYPE_OK ? 1 : 0), 0);
  facts['ignoredOperations'] = transactions.ignored;
  const writes = indexWrites(transactions, budget);
  doubts.push(...repeatedWriteDoubts(transactions, writes));
  const reads = readRegisters(transactions, writes, budget);
  findLocalPatterns(transactions, reads, anomalies);
  const edges = new VisibilityEdges(transactions, reads, processSessions(transactions), budget);
  const search = new PatternSearch(transactions, reads, edges, anomalies, budget);
  search.searchCausality();
  edges.findNonRepeatableReads(anomalies);
  for (const level of WEAK_LEVELS) {
    budget.doing(`checking ${level}`);
    if (!search.search(level)) doubts.push('the history has more sessions than can be told apart');
  }
}

function levelNumber(anomaly: string): number {
  return WEAK_LEVELS.indexOf(FORBIDDEN_BY[anomaly] ?? 'read-committed');
}
