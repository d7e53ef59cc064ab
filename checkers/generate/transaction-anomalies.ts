import { HarnessError } from '../../harness/kernel/harness-error.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Scenario } from './scenario.ts';
import { callOf, type Call } from './simulated-object.ts';
import type { TransactionDialect } from './transaction-object.ts';

/**
 * An anomaly as the transactions that show it, on keys of their own. `ax1` appends 1 to x, `wx1` writes 1 to x, `rx12`
 * reads the list [1, 2] of x (or its value 12), `rx` reads nothing there; `!` in front aborts the transaction. In `steps`
 * the first digit of a transaction begins it and the second one ends it.
 */
interface Anomaly {
  readonly transactions: readonly string[];
  readonly steps: string;
}

/** Anomalies of list-append by name (Adya's where there is one). */
const LIST_APPEND: Readonly<Record<string, Anomaly>> = {
  g0: { transactions: ['ax1 ay1', 'ax2 ay2', 'rx12 ry21'], steps: '010122' },
  g1a: { transactions: ['!ax1', 'rx1'], steps: '0011' },
  g1b: { transactions: ['ax1 ax2', 'rx1', 'rx12'], steps: '010122' },
  g1c: { transactions: ['ax1 ry1', 'ay1 rx1'], steps: '0101' },
  'read-skew': { transactions: ['ax1 ay1', 'rx ry1', 'rx1 ry1'], steps: '010122' },
  'lost-update': { transactions: ['rx ax1', 'rx ax2', 'rx12'], steps: '010122' },
  'write-skew': { transactions: ['rx ay1', 'ry ax1', 'rx1 ry1'], steps: '010122' },
  stale: { transactions: ['ax1', 'rx', 'rx1'], steps: '001122' },
  lost: { transactions: ['ax1', 'ax2', 'rx2'], steps: '001122' },
  phantom: { transactions: ['ax1', 'rx19'], steps: '0011' },
  duplicate: { transactions: ['ax1', 'rx11'], steps: '0011' },
  'incompatible-order': { transactions: ['ax1', 'ax2', 'rx12', 'rx21'], steps: '01012323' },
  internal: { transactions: ['ax1 rx', 'rx1'], steps: '0011' },
};

/** Anomalies of rw-register by name. */
const RW_REGISTER: Readonly<Record<string, Anomaly>> = {
  g1a: { transactions: ['!wx1', 'rx1'], steps: '0011' },
  g1b: { transactions: ['wx1 wx2', 'rx1'], steps: '0101' },
  g1c: { transactions: ['wx1 ry1', 'wy1 rx1'], steps: '0101' },
  'read-skew': { transactions: ['wx1 wy1', 'rx1 wx2 ry1 wy2', 'rx1 ry2'], steps: '001212' },
  'lost-update': { transactions: ['wx1', 'rx1 wx2', 'rx1 wx3'], steps: '001212' },
  'write-skew': { transactions: ['wx1 wy1', 'rx1 ry1 wx2', 'rx1 ry1 wy2'], steps: '001212' },
  stale: { transactions: ['wx1', 'rx1 wx2', 'rx1'], steps: '001122' },
  phantom: { transactions: ['wx1', 'rx9'], steps: '0011' },
  internal: { transactions: ['wx1', 'wx2 rx1'], steps: '0011' },
};

const ANOMALIES: Readonly<Record<TransactionDialect, Readonly<Record<string, Anomaly>>>> = {
  'list-append': LIST_APPEND,
  'rw-register': RW_REGISTER,
};

/** Names of the anomalies that {@link anomalyScenario} can play. */
export function transactionAnomalies(dialect: TransactionDialect): readonly string[] {
  return Object.keys(ANOMALIES[dialect]);
}

/** The anomaly on fresh keys. */
export function anomalyScenario(dialect: TransactionDialect, name: string, freshKey: () => number): Scenario {
  const anomaly = ANOMALIES[dialect][name];
  if (anomaly === undefined) throw new HarnessError('usage', `${dialect} has no anomaly ${name}`);
  const keys = new Map([
    ['x', freshKey()],
    ['y', freshKey()],
  ]);
  return {
    calls: anomaly.transactions.map((text) => transactionOf(text, dialect, keys)),
    steps: Array.from(anomaly.steps, Number),
  };
}

function transactionOf(text: string, dialect: TransactionDialect, keys: ReadonlyMap<string, number>): Call {
  const aborts = text.startsWith('!');
  const results = (aborts ? text.slice(1) : text).split(' ').map((word): readonly [string, number, JsonValue] => {
    const [kind = '', key = '', ...digits] = word;
    const read = dialect === 'list-append' ? digits.map(Number) : digits.length === 0 ? null : Number(digits.join(''));
    const written = Number(digits.join(''));
    const number = keys.get(key) ?? 0;
    return kind === 'r' ? ['r', number, read] : [kind === 'a' ? 'append' : 'w', number, written];
  });
  const input = results.map(([kind, key, value]) => (kind === 'r' ? [kind, key, null] : [kind, key, value]));
  const call = callOf('txn', undefined, input, { mutates: true, calledAt: 0 });
  call.output = results;
  call.outcome = aborts ? 'fail' : 'ok';
  return call;
}
