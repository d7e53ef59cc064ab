import type { Checker } from '../../harness/kernel/checker.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import type { CheckOptions } from '../judging/check-options.ts';
import { groupByKey, keyMember } from '../judging/group-by-key.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { listed, ofKey, plural, quote, when, who } from '../judging/wording.ts';
import { roundingOf } from './rounding.ts';

/** What a read of all accounts may be wrong about. */
const BANK_ANOMALIES = ['unexpected-key', 'missing-key', 'nil-balance', 'wrong-total', 'negative-value'] as const;

interface BadRead {
  readonly read: number;
  readonly anomaly: (typeof BANK_ANOMALIES)[number];
  readonly message: string;
}

/**
 * Judges a bank: `transfer` moves money between accounts, `read` answers all balances by account. Every read must hold the
 * known accounts only, no empty balance, the same total, and nothing below zero. Per key.
 *
 * Options: `total` and `accounts` (list of names; absent: those of the first read), `negativeBalances: true` allows debts.
 * Anomalies: `unexpected-key`, `missing-key` (of accounts that were named), `nil-balance`, `wrong-total` (of reads of
 * nothing but numbers on known accounts; sums of fractions may be off by what floating point rounds), `negative-value`.
 *
 * Reads alone have power: each may show a debt, an empty balance or money that appeared. O(size of the reads).
 */
export const bankChecker: Checker = operationsChecker('bank', (operations, { options, budget }) => {
  const findings: Finding[] = [];
  const counts = { reads: 0, badReads: 0, transfers: 0 };
  const totals: number[] = [];
  let unreadable = 0;
  for (const [key, invocations] of groupByKey(operations)) {
    const answered = invocations.filter((op) => operations.f(op) === 'read' && operations.isOk(op));
    const reads = answered.filter((op) => isMap(operations.history.decode(operations.output(op)) ?? null));
    unreadable += answered.length - reads.length;
    counts.transfers += invocations.filter((op) => operations.f(op) === 'transfer' && operations.isOk(op)).length;
    const [first] = reads;
    if (first === undefined) continue;
    const rules = rulesOf(options, balancesOf(operations, first));
    totals.push(rules.total);
    counts.reads += reads.length;
    const bad: BadRead[] = [];
    for (const read of reads) {
      const balances = balancesOf(operations, read);
      budget.step(balances.length);
      bad.push(...faultsOf(read, balances, rules));
    }
    counts.badReads += new Set(bad.map(({ read }) => read)).size;
    for (const anomaly of BANK_ANOMALIES) {
      const alike = bad.filter((each) => each.anomaly === anomaly);
      findings.push(...tellBank(operations, { key, first, anomaly }, alike));
    }
  }
  const doubts: string[] = [];
  if (counts.reads === 0) doubts.push('no read of the accounts was answered');
  if (unreadable > 0) doubts.push(`${plural(unreadable, 'read')} answered something that is no map of balances`);
  const facts = { ...counts, total: totals.length === 1 ? (totals[0] ?? null) : totals };
  return judged(findings, facts, doubts.length === 0 ? undefined : listed(doubts));
});

function rulesOf(options: CheckOptions, opening: Balances): BankRules {
  const named = options.texts('accounts');
  return {
    total: options.number('total') ?? sum(opening),
    accounts: new Set(named ?? opening.map(([account]) => account)),
    named: named ?? [],
    mayOwe: options.flag('negativeBalances'),
  };
}

function isMap(answer: JsonValue): boolean {
  return typeof answer === 'object' && answer !== null && !Array.isArray(answer);
}

type Balances = readonly (readonly [account: string, balance: JsonValue])[];

function balancesOf(operations: Operations, read: number): Balances {
  const answer = operations.history.decode(operations.output(read)) ?? null;
  return typeof answer === 'object' && answer !== null ? Object.entries(answer) : [];
}

function sum(balances: Balances): number {
  return balances.reduce((total, [, balance]) => total + (typeof balance === 'number' ? balance : 0), 0);
}

interface BankRules {
  readonly total: number;
  readonly accounts: ReadonlySet<string>;
  /** Accounts that every read must have, because somebody said so. */
  readonly named: readonly string[];
  readonly mayOwe: boolean;
}

function* faultsOf(read: number, balances: Balances, rules: BankRules): Generator<BadRead> {
  const strange = balances.find(([account]) => !rules.accounts.has(account));
  if (strange !== undefined)
    yield { read, anomaly: 'unexpected-key', message: `an account ${strange[0]} that nobody knows` };
  const missing = rules.named.find((name) => !balances.some(([account]) => account === name));
  if (missing !== undefined) yield { read, anomaly: 'missing-key', message: `no account ${missing}` };
  const empty = balances.find(([, balance]) => typeof balance !== 'number');
  if (empty !== undefined)
    yield { read, anomaly: 'nil-balance', message: `${quote(empty[1])} as the balance of account ${empty[0]}` };
  const total = sum(balances);
  const isWhole = strange === undefined && missing === undefined && empty === undefined;
  if (isWhole && !isSameTotal(total, rules.total, balances)) {
    yield { read, anomaly: 'wrong-total', message: `${total} in all instead of ${rules.total}` };
  }
  const owing = balances.find(([, balance]) => typeof balance === 'number' && balance < 0);
  if (owing !== undefined && !rules.mayOwe) {
    yield {
      read,
      anomaly: 'negative-value',
      message: `${quote(owing[1])} on account ${owing[0]}, which may not go below zero`,
    };
  }
}

/** Whole numbers are added exactly; fractions are off by what each addition rounds. */
function isSameTotal(total: number, expected: number, balances: Balances): boolean {
  if (total === expected) return true;
  if (balances.every(([, balance]) => Number.isInteger(balance)) && Number.isInteger(expected)) return false;
  const most = balances.reduce((size, [, balance]) => size + Math.abs(Number(balance)), Math.abs(expected));
  return Math.abs(total - expected) <= roundingOf(balances.length, most);
}

interface BadKind {
  readonly key: number;
  readonly first: number;
  readonly anomaly: BadRead['anomaly'];
}

function tellBank(operations: Operations, { key, first, anomaly }: BadKind, bad: readonly BadRead[]): Finding[] {
  return sampleFindings(bad, {
    anomaly,
    label: ({ read }) => `the read ${when(operations, read)}`,
    tell: ({ read, message }) => ({
      ...keyMember(operations, key),
      // The first read says what the accounts and the total are.
      ops: operations.entries([first, read]),
      message: `The read${ofKey(operations, key)} by ${who(operations, read)} ${when(operations, read)} found ${message}.`,
    }),
  });
}
