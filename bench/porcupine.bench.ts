import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkLinearizable } from '../checkers/check-linearizable.ts';
import { simulateClients, simulatedRegister } from '../checkers/testing/simulate-clients.ts';
import { readAnyHistory } from '../harness/history/index.ts';
import type { History } from '../harness/kernel/history.ts';
import type { JsonValue } from '../harness/kernel/json.ts';

/**
 * A fixed set of histories for which Porcupine's times are known (55508eb, Go 1.19, the same 2-core Xeon at 2.5 GHz), with
 * ours beside them: `node dist/bench/porcupine.bench.js`. Its own files are read from the folder in FAULTLINE_CORPUS, and
 * left out without it. Our time is the median of five checks, columns in memory to verdict; a line is marked where it is
 * more than 1.5 times Porcupine's and more than 50 ms.
 */
interface Compared {
  readonly name: string;
  /** Infinity where Porcupine did not finish in 30 to 60 s, or ran out of memory. */
  readonly porcupineMs: number;
  readonly histories: () => readonly History[];
  readonly model: string;
  readonly options: Readonly<Record<string, JsonValue>>;
}

const ROUNDS = 5;
const corpus = process.env['FAULTLINE_CORPUS'];

/** Operations, clients, and Porcupine's milliseconds on a valid register history with unique writes. */
const REGISTERS: readonly (readonly [operations: number, clients: number, porcupineMs: number])[] = [
  [500, 10, 70],
  [500, 20, 44_100],
  [500, 50, Infinity],
  [1_000, 1, 2],
  [1_000, 5, 5],
  [1_000, 10, 170],
  [1_000, 15, 1_700],
  [10_000, 1, 44],
  [10_000, 5, 110],
  [10_000, 10, 2_300],
  [100_000, 1, 1_600],
  [100_000, 5, 5_100],
  [1_000_000, 10, Infinity],
];
/** The same for compare-and-sets over five values. */
const SWAPS: typeof REGISTERS = [
  [10_000, 5, 430],
  [50_000, 5, 2_500],
  [10_000, 10, 1_600],
  [50_000, 10, 18_600],
  [500, 20, 16_500],
  [500, 50, Infinity],
];

/** Porcupine's milliseconds for the logs that took it longest, and the median of the others. */
const SLOW_LOGS: Readonly<Record<string, number>> = {
  'etcd_002.log': 350.9,
  'etcd_007.log': 258.1,
  'etcd_057.log': 121.6,
  'etcd_099.log': 112.3,
  'etcd_075.log': 46.4,
  'etcd_040.log': 25.4,
  'etcd_080.log': 22.2,
};
const USUAL_LOG_MS = 0.2;

const COMPARED: readonly Compared[] = [
  ...etcdLogs(),
  ...filesOf('porcupine/kv/c10-ok.txt', 'kv c10-ok', 0.74, 'kv', {}),
  ...filesOf('porcupine/kv/c10-bad.txt', 'kv c10-bad', 0.41, 'kv', {}),
  ...filesOf('porcupine/kv/c50-ok.txt', 'kv c50-ok', 240, 'kv', {}),
  ...filesOf('porcupine/kv/c50-bad.txt', 'kv c50-bad', 31.1, 'kv', {}),
  ...REGISTERS.map(([operations, clients, porcupineMs]): Compared => {
    const name = `register, unique writes, ${operations} operations, ${clients} clients`;
    const histories = (): History[] => [simulateClients(() => simulatedRegister(0), { operations, clients, seed: 1 })];
    return { name, porcupineMs, histories, model: 'register', options: {} };
  }),
  ...SWAPS.map(([operations, clients, porcupineMs]): Compared => {
    const name = `cas-register, five values, ${operations} operations, ${clients} clients`;
    const histories = (): History[] => [
      simulateClients(() => simulatedRegister(5, 2), { operations, clients, seed: 1 }),
    ];
    return { name, porcupineMs, histories, model: 'cas-register', options: {} };
  }),
];

for (const { name, porcupineMs, histories, model, options } of COMPARED) {
  const made = histories();
  const times: number[] = [];
  const verdicts = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    const startMs = performance.now();
    for (const history of made) {
      const { verdict } = checkLinearizable(history, { model, options, limits: { timeMs: 30_000 } });
      if (round === 0) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }
    times.push(performance.now() - startMs);
  }
  const oursMs = times.sort((left, right) => left - right)[ROUNDS >> 1] ?? Infinity;
  const ratio = oursMs / porcupineMs;
  const theirs = porcupineMs === Infinity ? 'not finished' : `${porcupineMs} ms`;
  const found = [...verdicts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
  const mark = ratio > 1.5 && oursMs > 50 ? ' | SLOWER' : '';
  console.log(`| ${name} | ${theirs} | ${oursMs.toFixed(1)} ms | ${ratio.toFixed(3)} | ${found}${mark} |`);
}

/** The etcd logs that the corpus has, together and those that Porcupine needed more than 20 ms for. */
function etcdLogs(): Compared[] {
  const folder = join(corpus ?? '', 'porcupine/jepsen');
  if (corpus === undefined || !existsSync(folder)) return [];
  // One of them is empty: no history.
  const names = readdirSync(folder).filter((file) => statSync(join(folder, file)).size > 0);
  const porcupineMs = names.reduce((sum, file) => sum + (SLOW_LOGS[file] ?? USUAL_LOG_MS), 0);
  const options = { failedCas: 'all' };
  const histories = (): History[] => names.map((file) => readAnyHistory(join(folder, file)).history);
  const slow = names.filter((file) => SLOW_LOGS[file] !== undefined);
  return [
    { name: `${names.length} etcd logs together`, porcupineMs, histories, model: 'cas-register', options },
    ...slow.flatMap((file) => filesOf(`porcupine/jepsen/${file}`, file, SLOW_LOGS[file] ?? 0, 'cas-register', options)),
  ];
}

/** A file of the corpus. Nothing where the corpus is not there. */
function filesOf(
  path: string,
  name: string,
  porcupineMs: number,
  model: string,
  options: Compared['options'],
): Compared[] {
  if (corpus === undefined || !existsSync(join(corpus, path))) {
    console.log(`left out: ${name} (FAULTLINE_CORPUS names no folder with ${path})`);
    return [];
  }
  const full = join(corpus, path);
  const histories = (): History[] => [readAnyHistory(full).history];
  return [{ name, porcupineMs, histories, model, options }];
}
