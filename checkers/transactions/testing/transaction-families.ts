import fc from 'fast-check';
import type { History } from '../../../harness/kernel/history.ts';
import type { Checker } from '../../../harness/kernel/checker.ts';
import type { CheckResult } from '../../../harness/kernel/verdict.ts';
import { contextWith } from '../../testing/sketch.ts';
import { provedFamily, type Comparison, type ProvedFamily } from '../../testing/prove-family.ts';
import type { Order } from '../cycle-search.ts';
import { ruledOutBy, type Level } from '../levels.ts';
import { listAppendChecker } from '../list-append/check-list-append.ts';
import { rwRegisterChecker } from '../rw-register/check-rw-register.ts';
import { weakIsolationChecker } from '../weak-isolation/check-weak-isolation.ts';
import { WEAK_LEVELS } from '../weak-isolation/pattern-search.ts';
import type { Dialect } from '../transactions.ts';
import { findingAlone } from '../../testing/finding-context.ts';
import { guessedHistory, guessedTransactions } from './guessed-transactions.ts';
import { ORACLE_LEVELS, possibleLevels } from './graph-oracle.ts';
import { oracleTransactions } from './oracle-transactions.ts';
import { randomHistory, randomTransactions } from './random-transactions.ts';
import { hasSerialOrder } from './serial-oracle.ts';
import { hasSnapshotExecution } from './snapshot-oracle.ts';
import { AXIOMATIC_LEVELS, possibleByAxioms } from './visibility-oracle.ts';
import { isWeaklyPossible } from './weak-oracle.ts';

/** Anomalies after which the order of writes that read-uncommitted speaks of cannot be told by reads. */
const BEYOND_READ_UNCOMMITTED = ['G1a', 'G1b', 'incompatible-order', 'dirty-update', 'future-read', 'garbage-read'];

/** Transactions: levels against brute force. */
export const transactionFamilies: readonly ProvedFamily[] = [
  provedFamily({
    name: 'transactions/list-append',
    cases: randomTransactions,
    compare: (sample) => compareVersions(randomHistory(sample, 'append'), 'append'),
  }),
  provedFamily({
    name: 'transactions/list-append, guessed reads',
    cases: guessedTransactions,
    compare: (sample) => compareVersions(guessedHistory(sample, 'append'), 'append'),
  }),
  provedFamily({
    name: 'transactions/rw-register',
    cases: randomTransactions,
    compare: (sample) => compareVersions(randomHistory(sample, 'w'), 'w'),
  }),
  provedFamily({
    name: 'transactions/rw-register, guessed reads',
    cases: guessedTransactions,
    compare: (sample) => compareVersions(guessedHistory(sample), 'w'),
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
    name: 'transactions/rw-register, read-atomic and causal',
    cases: guessedTransactions,
    compare: (sample) => {
      const history = guessedHistory(sample);
      // Neither level promises sessions, so that each transaction has one of its own.
      const alone = oracleTransactions(history).map((each, process) => ({ ...each, process }));
      const { facts } = judge(rwRegisterChecker, history);
      const has = (fact: string, level: string): boolean => (facts[fact] as readonly string[]).includes(level);
      const levels = ['read-atomic', 'causal'] as const;
      const came = levels.map((level) => (has('possible', level) ? '' : has('ruledOut', level) ? 'im' : 'un'));
      const expected = levels.map((level) => (isWeaklyPossible(alone, level) ? '' : 'im'));
      return { came: `${came.join('/')}possible`, expected: `${expected.join('/')}possible` };
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
  ...(['append', 'w'] as const).map((dialect) =>
    provedFamily({
      name: `transactions/${dialect === 'w' ? 'rw-register' : 'list-append'}, executions`,
      cases: randomTransactions,
      compare: (sample) => compareExecutions(randomHistory(sample, dialect), dialect),
    }),
  ),
  ...(['append', 'w'] as const).map((dialect) =>
    provedFamily({
      name: `transactions/${dialect === 'w' ? 'rw-register' : 'list-append'}, axioms`,
      cases: fc.oneof(
        { arbitrary: randomTransactions.map((simulated) => ({ simulated })), weight: 1 },
        {
          arbitrary: guessedTransactions
            .filter(({ transactions }) => transactions <= 4)
            .map((guessed) => ({ guessed })),
          weight: 2,
        },
      ),
      compare: (sample) =>
        compareAxioms(
          'guessed' in sample ? guessedHistory(sample.guessed, dialect) : randomHistory(sample.simulated, dialect),
          dialect,
        ),
    }),
  ),
  provedFamily({
    name: 'transactions/rw-register, executions of guessed reads',
    cases: guessedTransactions.filter(({ transactions }) => transactions <= 4),
    compare: (sample) => compareExecutions(guessedHistory(sample), 'w'),
  }),
];

/** Levels that say how transactions are executed, by the order they keep. */
const EXECUTED: readonly (readonly [serial: Level, snapshots: Level, order: Order])[] = [
  ['serializable', 'snapshot-isolation', ''],
  ['strong-session-serializable', 'strong-session-snapshot-isolation', '-process'],
  ['strict-serializable', 'strong-snapshot-isolation', '-realtime'],
];

/** Compares with oracles that execute transactions, and know neither versions nor dependencies. */
function compareExecutions(history: History, dialect: Dialect): Comparison {
  const transactions = oracleTransactions(history);
  const result = judge(checkerOf(dialect), history);
  const levels = EXECUTED.flatMap(([serial, snapshots]) => [serial, snapshots]);
  const possible = EXECUTED.flatMap(([serial, snapshots, order]) => [
    ...(hasSerialOrder(transactions, dialect === 'append', order) ? [serial] : []),
    ...(hasSnapshotExecution(transactions, dialect === 'append', order) ? [snapshots] : []),
  ]);
  return compareLevels(result, levels, new Set(possible), '');
}

/** Compares with an oracle that tries who may have been visible to whom. */
function compareAxioms(history: History, dialect: Dialect): Comparison {
  const possible = possibleByAxioms(oracleTransactions(history), dialect === 'append');
  const result = judge(checkerOf(dialect), history);
  return compareLevels(result, AXIOMATIC_LEVELS, possible, '');
}

/** Compares with an oracle that tries every order of versions. */
function compareVersions(history: History, dialect: Dialect): Comparison {
  const checker = checkerOf(dialect);
  const result = judge(checker, history);
  const skipped = BEYOND_READ_UNCOMMITTED.some((anomaly) => anomalyNames(result).includes(anomaly));
  const levels = ORACLE_LEVELS.filter((level) => !(skipped && level.endsWith('read-uncommitted')));
  const possible = possibleLevels(oracleTransactions(history), dialect === 'append');
  return compareLevels(result, levels, possible, withEvidence(checker, history, result));
}

function checkerOf(dialect: Dialect): Checker {
  return dialect === 'w' ? rwRegisterChecker : listAppendChecker;
}

function judge(checker: Checker, history: History): CheckResult {
  return checker.check(history, contextWith());
}

function anomalyNames(result: CheckResult): string[] {
  return result.findings.map(({ anomaly }) => anomaly);
}

/**
 * The anomalies whose operations, alone with their context, show neither them nor others that rule out as much. None is
 * right.
 */
function withEvidence(checker: Checker, history: History, result: CheckResult): string {
  const lost = result.findings.filter((finding) => {
    const alone = anomalyNames(judge(checker, findingAlone(history, finding).withWriters));
    if (alone.includes(finding.anomaly)) return false;
    const [expected, ruledOut] = [ruledOutBy([finding.anomaly]), ruledOutBy(alone)];
    return expected.length === 0 || expected.some((level) => !ruledOut.includes(level));
  });
  return lost.length === 0 ? '' : `; without evidence: ${lost.map(({ anomaly }) => anomaly).join()}`;
}

/** Rules out exactly what is impossible, and calls the rest possible. */
function compareLevels(
  result: CheckResult,
  levels: readonly Level[],
  possible: ReadonlySet<Level>,
  doubt: string,
): Comparison {
  const named = (fact: string): readonly Level[] =>
    levels.filter((level) => (result.facts[fact] as readonly string[]).includes(level));
  const expected = levels.filter((level) => !possible.has(level));
  const [ruledOut, undecided] = [named('ruledOut'), named('undecided')];
  const say = (all: readonly Level[]): string => `${all.length} of ${levels.length} levels ruled out`;
  if (undecided.length > 0 || ruledOut.join() !== expected.join()) {
    return { came: `${ruledOut.join()} ruled out, ${undecided.join()} undecided`, expected: expected.join() };
  }
  return { came: say(ruledOut) + doubt, expected: say(ruledOut) };
}
