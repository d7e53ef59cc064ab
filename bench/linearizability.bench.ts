import { checkLinearizable } from '../checkers/check-linearizable.ts';
import { runCheck } from '../checkers/run-check.ts';
import {
  simulateClients,
  simulatedContainer,
  simulatedRegister,
  simulatedSet,
  spoilWithStaleRead,
} from '../checkers/testing/simulate-clients.ts';
import { repeatOnOtherKeys } from './repeat-keys.ts';
import { measureCases, type MeasuredCase } from './measure-cases.ts';

/**
 * How long linearizability takes, from columns in memory to the verdict: `node dist/bench/linearizability.bench.js
 * [PART OF A NAME] [--json FILE] [--alone]`; see {@link measureCases}.
 */
const LIMITS = { timeMs: 60_000, memoryBytes: 2 ** 30 };
const MILLION = 1_000_000;

function inThread(model: string): MeasuredCase['check'] {
  return (history) => checkLinearizable(history, { model, limits: LIMITS });
}

/** With a thread per core. */
function inWorkers(model: string): MeasuredCase['check'] {
  return (history) => runCheck(history, { checker: 'linearizability', options: { model } }, LIMITS);
}

const unique = { operations: MILLION, clients: 50, crashed: 1000, seed: 1 };

const oneMillionOnKeys = { operations: MILLION, clients: 10, keys: 1000, seed: 7 };
/** Millions of operations, and thousands of keys: with one million, starting the threads is a third of the time. */
const KEY_SIZES = [1, 5] as const;

const CASES: readonly MeasuredCase[] = [
  {
    name: 'register unique 1M, 50 clients, 1000 crashed, valid',
    goal: '<= 1.5 s, <= 600 MB',
    make: () => simulateClients(() => simulatedRegister(0), unique),
    check: inThread('register'),
  },
  {
    name: 'register unique 1M, 50 clients, 1000 crashed, stale',
    goal: '<= 1.5 s, <= 600 MB',
    make: () => simulateClients(() => simulatedRegister(0), { ...unique, spoil: spoilWithStaleRead }),
    check: inThread('register'),
  },
  {
    name: 'cas-register 5 values 1k, 50 clients, valid',
    goal: '<= 1 s',
    make: () => simulateClients(() => simulatedRegister(5, 2), { operations: 1000, clients: 50, seed: 2 }),
    check: inThread('cas-register'),
  },
  {
    name: 'cas-register 5 values 1k, 10 clients, stale',
    make: () =>
      simulateClients(() => simulatedRegister(5, 2), {
        operations: 1000,
        clients: 10,
        seed: 2,
        spoil: spoilWithStaleRead,
      }),
    check: inThread('cas-register'),
  },
  {
    name: 'register 5 values 1M, 10 clients, valid',
    goal: '<= 10 s',
    make: () => simulateClients(() => simulatedRegister(5), { operations: MILLION, clients: 10, seed: 3 }),
    check: inThread('register'),
  },
  {
    name: 'register 5 values 1M, 10 clients, stale',
    make: () =>
      simulateClients(() => simulatedRegister(5), {
        operations: MILLION,
        clients: 10,
        seed: 3,
        spoil: spoilWithStaleRead,
      }),
    check: inThread('register'),
  },
  {
    name: 'fifo-queue 1M, 10 clients, valid',
    goal: '<= 3 s',
    make: () =>
      simulateClients(() => simulatedContainer('enqueue', 'dequeue', false), {
        operations: MILLION,
        clients: 10,
        seed: 4,
      }),
    check: inThread('fifo-queue'),
  },
  {
    name: 'stack 100k, 10 clients, valid',
    make: () =>
      simulateClients(() => simulatedContainer('push', 'pop', true), { operations: 100_000, clients: 10, seed: 5 }),
    check: inThread('stack'),
  },
  {
    name: 'set 1M adds, 5 reads, 10 clients, valid',
    goal: '<= 3 s',
    make: () => simulateClients(() => simulatedSet(200_000), { operations: MILLION, clients: 10, seed: 6 }),
    check: inThread('set'),
  },
  ...KEY_SIZES.flatMap((millions) =>
    ([1, 2] as const).map((cores): MeasuredCase => ({
      name: manyKeys(millions, cores),
      goal: cores === 1 ? 'as the base of the next' : '>= 1.7x one core',
      make: () =>
        repeatOnOtherKeys(
          simulateClients(() => simulatedRegister(5), oneMillionOnKeys),
          millions,
        ),
      check: inWorkers('register'),
      cores,
    })),
  ),
];

const measured = await measureCases(import.meta.url, CASES);
for (const millions of KEY_SIZES) {
  const [one, two] = ([1, 2] as const).map((cores) => measured.find(({ name }) => name === manyKeys(millions, cores)));
  if (one === undefined || two === undefined) continue;
  console.log(
    `${millions}M on ${millions}000 keys: two cores are ${(one.medianMs / two.medianMs).toFixed(2)} times as fast as one`,
  );
}

function manyKeys(millions: number, cores: 1 | 2): string {
  return `register 5 values ${millions}M, ${millions}000 keys, 10 clients, ${cores === 1 ? 'one core' : 'two cores'}`;
}
