import { registerModels, sessionsCheckers } from '../checkers/sessions/index.ts';
import { simulateClients, simulatedRegister } from '../checkers/testing/simulate-clients.ts';
import { measureCases, type MeasuredCase } from './measure-cases.ts';

/**
 * How the models below linearizability grow with a register's history, unique writes, 10 clients:
 * `node dist/bench/weaker-models.bench.js [PART OF A NAME] [--json FILE] [--alone]`; see {@link measureCases}.
 */
const CASES = registerModels.flatMap(({ name }) =>
  [10_000, 100_000, 1_000_000].map((operations): MeasuredCase => ({
    name: `${name} ${operations}`,
    make: () => simulateClients(() => simulatedRegister(0), { operations, clients: 10, seed: 9 }),
    check: (history) => {
      const checker = sessionsCheckers.find((each) => each.name === name);
      if (checker === undefined) throw new Error(`no checker ${name}`);
      const limits = { timeMs: 60_000, memoryBytes: 2 ** 31 };
      return checker.check(history, { limits, nowMs: () => performance.now(), options: {} });
    },
    rounds: 1,
  })),
);

await measureCases(import.meta.url, CASES);
