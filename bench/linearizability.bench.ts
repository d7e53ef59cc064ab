import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkLinearizable } from '../checkers/check-linearizable.ts';
import { runCheck } from '../checkers/run-check.ts';
import {
  simulateClients,
  simulatedContainer,
  simulatedRegister,
  simulatedSet,
  spoilWithStaleRead,
} from '../checkers/testing/simulate-clients.ts';
import type { History } from '../harness/kernel/history.ts';
import type { CheckResult } from '../harness/kernel/verdict.ts';

/**
 * How long linearizability takes, from columns in memory to the verdict: `tsx bench/linearizability.bench.ts [NAME]
 * [--json FILE]`. Each case runs three times; the best and the worst are printed, with the growth of resident memory.
 */
interface Case {
  readonly name: string;
  readonly goal: string;
  readonly make: () => History;
  readonly check: (history: History) => CheckResult | Promise<CheckResult>;
}

const LIMITS = { timeMs: 60_000, memoryBytes: 2 ** 30 };
const MILLION = 1_000_000;

function inThread(model: string): Case['check'] {
  return (history) => checkLinearizable(history, { model, limits: LIMITS });
}

function inWorkers(model: string, threads: number): Case['check'] {
  return (history) => runCheck(history, { checker: 'linearizability', options: { model } }, LIMITS, { threads });
}

const unique = { operations: MILLION, clients: 50, crashed: 1000, seed: 1 };

const CASES: readonly Case[] = [
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
    goal: '',
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
    goal: '',
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
    goal: '',
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
  ...[1, 2].map((threads): Case => ({
    name: `register 5 values 1M, 1000 keys, 10 clients, ${threads} threads`,
    goal: threads === 1 ? '' : '>= 1.7x one thread',
    make: () => simulateClients(() => simulatedRegister(5), { operations: MILLION, clients: 10, keys: 1000, seed: 7 }),
    check: inWorkers('register', threads),
  })),
];

const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
const rows: Record<string, unknown>[] = [];
for (const { name, goal, make, check } of CASES.filter((one) => one.name.includes(positionals[0] ?? ''))) {
  const history = make();
  const times: number[] = [];
  let result: CheckResult | undefined;
  globalThis.gc?.();
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 10);
  for (let run = 0; run < 3; run++) {
    const startMs = performance.now();
    result = await check(history);
    times.push(performance.now() - startMs);
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  clearInterval(watch);
  const seconds = (ms: number): string => (ms / 1000).toFixed(3);
  const row = {
    name,
    goal,
    verdict: result?.verdict,
    algorithm: JSON.stringify(result?.facts['algorithm']),
    bestS: seconds(Math.min(...times)),
    worstS: seconds(Math.max(...times)),
    growthMB: Math.round((peak - idle) / 1e6),
  };
  rows.push(row);
  console.log(Object.values(row).join(' | '));
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, undefined, 2)}\n`);
