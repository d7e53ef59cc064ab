import type { History } from '../../../harness/kernel/history.ts';
import type { Checker } from '../../../harness/kernel/checker.ts';
import type { CheckResult } from '../../../harness/kernel/verdict.ts';
import { contextWith } from '../../testing/sketch.ts';
import { provedFamily, type Comparison, type ProvedFamily } from '../../testing/prove-family.ts';
import type { Level } from '../levels.ts';
import { listAppendChecker } from '../list-append/check-list-append.ts';
import { rwRegisterChecker } from '../rw-register/check-rw-register.ts';
import { WEAK_LEVELS, weakIsolationChecker } from '../weak-isolation/check-weak-isolation.ts';
import { withContext } from './finding-context.ts';
import { ORACLE_LEVELS, possibleLevels } from './graph-oracle.ts';
import { oracleTransactions } from './oracle-transactions.ts';
import { randomHistory, randomTransactions } from './random-transactions.ts';
import { hasSerialOrder } from './serial-oracle.ts';
import { isWeaklyPossible } from './weak-oracle.ts';

/** Anomalies after which the order of writes that read-uncommitted speaks of cannot be told by reads. */
const BEYOND_READ_UNCOMMITTED = ['G1a', 'G1b', 'incompatible-order', 'dirty-update', 'future-read', 'garbage-read'];

/** Transactions: levels against brute force. */
export const transactionFamilies: readonly ProvedFamily[] = [
  provedFamily({
    name: 'transactions/list-append',
    cases: randomTransactions,
    compare: (sample) => {
      const history = randomHistory(sample, 'append');
      const result = judge(listAppendChecker, history);
      const skipped = BEYOND_READ_UNCOMMITTED.some((anomaly) => anomalyNames(result).includes(anomaly));
      const levels = ORACLE_LEVELS.filter((level) => !(skipped && level.endsWith('read-uncommitted')));
      const possible = possibleLevels(oracleTransactions(history), true);
      return compareLevels(result, levels, possible, true, withEvidence(listAppendChecker, history, result));
    },
  }),
  provedFamily({
    name: 'transactions/rw-register',
    cases: randomTransactions,
    compare: (sample) => {
      const history = randomHistory(sample, 'w');
      const result = judge(rwRegisterChecker, history);
      const levels = ORACLE_LEVELS.filter((level) => !level.endsWith('read-uncommitted'));
      const possible = possibleLevels(oracleTransactions(history), false);
      return compareLevels(result, levels, possible, false, withEvidence(rwRegisterChecker, history, result));
    },
  }),
  provedFamily({
    name: 'transactions/weak isolation',
    cases: randomTransactions,
    compare: (sample) => {
      const history = randomHistory(sample, 'w');
      const transactions = oracleTransactions(history);
      const result = weakIsolationChecker.check(history, contextWith());
      const ruledOut = result.facts['ruledOut'] as readonly string[];
      const notRuledOut = WEAK_LEVELS.filter((level) => !ruledOut.includes(level));
      const possible = WEAK_LEVELS.filter((level) => isWeaklyPossible(transactions, level));
      return {
        came: `${notRuledOut.join()} possible${withEvidence(weakIsolationChecker, history, result)}`,
        expected: `${possible.join()} possible`,
      };
    },
  }),
  provedFamily({
    name: 'transactions/serial orders',
    cases: randomTransactions,
    compare: (sample) => {
      const transactions = oracleTransactions(randomHistory(sample, 'append'));
      const possible = possibleLevels(transactions, true);
      const levels = ['serializable', 'strong-session-serializable', 'strict-serializable'] as const;
      const orders = ['', '-process', '-realtime'] as const;
      return {
        came: levels.map((level) => possible.has(level)).join(),
        expected: orders.map((order) => hasSerialOrder(transactions, true, order)).join(),
      };
    },
  }),
];

function judge(checker: Checker, history: History): CheckResult {
  return checker.check(history, contextWith());
}

function anomalyNames(result: CheckResult): string[] {
  return result.findings.map(({ anomaly }) => anomaly);
}

/** The anomalies whose operations, alone with their context, do not show them any more. None is right. */
function withEvidence(checker: Checker, history: History, result: CheckResult): string {
  const lost = result.findings.filter(
    (finding) => !anomalyNames(judge(checker, withContext(history, finding))).includes(finding.anomaly),
  );
  return lost.length === 0 ? '' : `; without evidence: ${lost.map(({ anomaly }) => anomaly).join()}`;
}

/** Rules out exactly what is impossible; where `exact` is false, nothing that is possible. */
function compareLevels(
  result: CheckResult,
  levels: readonly Level[],
  possible: ReadonlySet<Level>,
  exact: boolean,
  doubt: string,
): Comparison {
  const expected = levels.filter((level) => !possible.has(level));
  const ruledOut = levels.filter((level) => (result.facts['ruledOut'] as readonly string[]).includes(level));
  const unsound = ruledOut.filter((level) => possible.has(level));
  const complete = ruledOut.length === expected.length;
  const describe = (all: readonly Level[]): string =>
    `${all.length} of ${levels.length} levels ruled out${complete ? '' : ' (in part)'}`;
  if (unsound.length > 0) return { came: `${ruledOut.join()} ruled out`, expected: expected.join() };
  if (exact && !complete) return { came: `${ruledOut.join()} ruled out`, expected: expected.join() };
  return { came: describe(ruledOut) + doubt, expected: describe(ruledOut) };
}
