import type { Checker } from '../../harness/kernel/checker.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { plural, quote, when, who } from '../judging/wording.ts';

/** What a read of all accounts may be wrong about. */
const BANK_ANOMALIES = ['unexpected-key', 'nil-balance', 'wrong-total', 'negative-value'] as const;

interface BadRead {
  readonly read: number;
  readonly anomaly: (typeof BANK_ANOMALIES)[number];
  readonly message: string;
}

/**
 * Judges a bank: `transfer` moves money between accounts, `read` answers all balances by account. Every read must hold the
 * known accounts only, no empty balance, the same total, and nothing below zero.
 *
 * Options: `total` and `accounts` (list of names; absent: those of the first read), `negativeBalances: true` allows debts.
 * Anomalies: `unexpected-key`, `nil-balance`, `wrong-total`, `negative-value`. O(size of the reads).
 */
export const bankChecker: Checker = operationsChecker('bank', (operations, { options, budget }) => {
  const answered = [...operations.invocations].filter((op) => operations.f(op) === 'read' && operations.isOk(op));
  const reads = answered.filter((op) => isMap(operations.history.decode(operations.output(op)) ?? null));
  const unreadable = answered.length - reads.length;
  const [first] = reads;
  if (first === undefined) return judged([], { reads: 0 }, 'no read of the accounts was answered');
  const opening = balancesOf(operations, first);
  const rules = {
    total: options.number('total') ?? sum(opening),
    accounts: new Set(options.texts('accounts') ?? opening.map(([account]) => account)),
    mayOwe: options.flag('negativeBalances'),
  };
  const bad: BadRead[] = [];
  for (const read of reads) {
    const balances = balancesOf(operations, read);
    budget.step(balances.length);
    bad.push(...faultsOf(read, balances, rules));
  }
  const findings = BANK_ANOMALIES.flatMap((anomaly) =>
    tellBank(
      operations,
      first,
      bad.filter((each) => each.anomaly === anomaly),
    ),
  );
  const facts = { reads: reads.length, badReads: new Set(bad.map(({ read }) => read)).size, total: rules.total };
  const doubt = `${plural(unreadable, 'read')} answered something that is no map of balances`;
  return judged(findings, facts, unreadable === 0 ? undefined : doubt);
});

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
  readonly mayOwe: boolean;
}

function* faultsOf(read: number, balances: Balances, rules: BankRules): Generator<BadRead> {
  const strange = balances.find(([account]) => !rules.accounts.has(account));
  if (strange !== undefined)
    yield { read, anomaly: 'unexpected-key', message: `an account ${strange[0]} that nobody knows` };
  const empty = balances.find(([, balance]) => typeof balance !== 'number');
  if (empty !== undefined)
    yield { read, anomaly: 'nil-balance', message: `${quote(empty[1])} as the balance of account ${empty[0]}` };
  const total = sum(balances);
  if (total !== rules.total)
    yield { read, anomaly: 'wrong-total', message: `${total} in all instead of ${rules.total}` };
  const owing = balances.find(([, balance]) => typeof balance === 'number' && balance < 0);
  if (owing !== undefined && !rules.mayOwe) {
    yield {
      read,
      anomaly: 'negative-value',
      message: `${quote(owing[1])} on account ${owing[0]}, which may not go below zero`,
    };
  }
}

function tellBank(operations: Operations, first: number, bad: readonly BadRead[]): Finding[] {
  const anomaly = bad[0]?.anomaly ?? '';
  return sampleFindings(bad, {
    anomaly,
    label: ({ read }) => `the read ${when(operations, read)}`,
    tell: ({ read, message }) => ({
      // The first read says what the accounts and the total are.
      ops: operations.entries([first, read]),
      message: `The read by ${who(operations, read)} ${when(operations, read)} found ${message}.`,
    }),
  });
}
