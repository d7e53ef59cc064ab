import { transactionCheckers } from '../checkers/transactions/index.ts';
import { simulateDatabase, type SimulationOptions } from '../checkers/transactions/testing/simulated-database.ts';
import type { CheckContext } from '../harness/kernel/checker.ts';
import type { JsonValue } from '../harness/kernel/json.ts';

/**
 * Times the transaction checkers from a history in memory to the verdict, on simulated databases with 10 clients.
 * `node --expose-gc --import tsx bench/transactions.bench.ts [most transactions]`; prints one line per measurement.
 */
const most = Number(process.argv[2] ?? 1_000_000);
const CASES: readonly (Pick<SimulationOptions, 'isolation' | 'dialect'> & {
  readonly checker: string;
  readonly upTo: number;
})[] = [
  { checker: 'list-append', dialect: 'append', isolation: 'strict-serializable', upTo: 1_000_000 },
  { checker: 'list-append', dialect: 'append', isolation: 'snapshot-isolation', upTo: 1_000_000 },
  { checker: 'list-append', dialect: 'append', isolation: 'read-committed', upTo: 100_000 },
  { checker: 'list-append', dialect: 'append', isolation: 'none', upTo: 100_000 },
  { checker: 'rw-register', dialect: 'w', isolation: 'strict-serializable', upTo: 100_000 },
  { checker: 'weak-isolation', dialect: 'w', isolation: 'strict-serializable', upTo: 100_000 },
];

for (const { checker: name, upTo, ...simulated } of CASES) {
  const checker = transactionCheckers.find((each) => each.name === name);
  if (checker === undefined) throw new Error(`no checker ${name}`);
  for (let transactions = 10_000; transactions <= Math.min(upTo, most); transactions *= 10) {
    const history = simulateDatabase({ ...simulated, transactions, clients: 10, seed: 69 });
    const context: CheckContext = {
      limits: { timeMs: 120_000, memoryBytes: 2 ** 31 },
      nowMs: () => performance.now(),
      options: {},
    };
    globalThis.gc?.();
    const before = process.memoryUsage();
    const startedMs = performance.now();
    const { verdict, reason, facts } = checker.check(history, context);
    const tookMs = performance.now() - startedMs;
    const after = process.memoryUsage();
    const grownMiB = (after.rss - before.rss) / 2 ** 20;
    print([
      name,
      simulated.isolation,
      transactions,
      `${tookMs.toFixed(0)} ms`,
      `${grownMiB.toFixed(0)} MiB`,
      verdict,
      reason ?? '',
      facts['anomalies'] ?? {},
    ]);
  }
}

function print(fields: readonly JsonValue[]): void {
  process.stdout.write(
    `${fields.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join('\t')}\n`,
  );
}
