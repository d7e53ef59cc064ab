import { transactionCheckers } from '../checkers/transactions/index.ts';
import { simulateDatabase, type SimulatedIsolation } from '../checkers/transactions/testing/simulated-database.ts';
import { measureCases, type MeasuredCase } from './measure-cases.ts';

/**
 * How long the transaction checkers take, from a history in memory to the verdict, on simulated databases with 10
 * clients: `node dist/bench/transactions.bench.js [PART OF A NAME] [--json FILE] [--alone]`; see {@link measureCases}.
 */
interface Sizes {
  readonly checker: string;
  readonly isolation: SimulatedIsolation;
  /** Transactions, and the goal for so many. */
  readonly sizes: readonly (readonly [transactions: number, goal: string])[];
}

const UP_TO_A_MILLION = [10_000, 30_000, 100_000, 300_000].map((size) => [size, ''] as const);
const UP_TO_A_TENTH = [10_000, 30_000].map((size) => [size, ''] as const);

const SERIES: readonly Sizes[] = [
  {
    checker: 'list-append',
    isolation: 'strict-serializable',
    sizes: [...UP_TO_A_MILLION, [1_000_000, '<= 6 s, <= 2 GB']],
  },
  {
    checker: 'list-append',
    isolation: 'snapshot-isolation',
    sizes: [...UP_TO_A_MILLION, [1_000_000, '<= 12 s, <= 2 GB']],
  },
  { checker: 'list-append', isolation: 'read-committed', sizes: [...UP_TO_A_TENTH, [100_000, '<= 10 s']] },
  { checker: 'list-append', isolation: 'none', sizes: [...UP_TO_A_TENTH, [100_000, '<= 10 s']] },
  { checker: 'rw-register', isolation: 'strict-serializable', sizes: [...UP_TO_A_TENTH, [100_000, '']] },
  { checker: 'weak-isolation', isolation: 'strict-serializable', sizes: [...UP_TO_A_TENTH, [100_000, '']] },
];

const CASES = SERIES.flatMap(({ checker: name, isolation, sizes }) =>
  sizes.map(([transactions, goal]): MeasuredCase => {
    const dialect = name === 'list-append' ? 'append' : 'w';
    return {
      name: `${name} ${isolation} ${transactions}`,
      goal,
      make: () => simulateDatabase({ isolation, dialect, transactions, clients: 10, seed: 69 }),
      check: (history) => {
        const checker = transactionCheckers.find((each) => each.name === name);
        if (checker === undefined) throw new Error(`no checker ${name}`);
        const limits = { timeMs: 120_000, memoryBytes: 2 ** 31 };
        return checker.check(history, { limits, nowMs: () => performance.now(), options: {} });
      },
    };
  }),
);

await measureCases(import.meta.url, CASES);
