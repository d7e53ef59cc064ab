import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkLinearizable } from '../checkers/check-linearizable.ts';
import { generateHistory, type GenerateOptions } from '../checkers/generate/index.ts';
import { readAnyHistory } from '../harness/history/index.ts';
import type { History } from '../harness/kernel/history.ts';
import type { JsonValue } from '../harness/kernel/json.ts';

/**
 * A fixed set of histories for which Porcupine's times are known (55508eb, Go 1.19, the same 2-core Xeon at 2.5 GHz), with
 * ours beside them: `node dist/bench/porcupine.bench.js`. Its own files are read from the folder in FAULTLINE_CORPUS, and
 * left out without it. Its map of all keys at once has no counterpart: here keys are always judged one by one.
 *
 * Our time is the median of five checks, columns in memory to verdict; a line is marked where it is more than 1.5 times
 * Porcupine's and more than 50 ms, or undecided. The process ends with 1 where such a line is none of {@link EXCEPTIONS}.
 */
interface Compared {
  readonly name: string;
  /** Infinity where Porcupine did not finish in 30 to 60 s, or ran out of memory. */
  readonly porcupineMs: number;
  readonly histories: () => readonly History[];
  readonly model: string;
  readonly options: Readonly<Record<string, JsonValue>>;
}

/** Rows that may be slower, by name, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {};

const ROUNDS = 5;
const corpus = process.env['FAULTLINE_CORPUS'] || undefined;

/** Operations, clients, and Porcupine's milliseconds. */
type Row = readonly [operations: number, clients: number, porcupineMs: number];

/** Valid register histories with unique writes. */
const REGISTERS: readonly Row[] = [
  [500, 10, 70],
  [500, 15, 500],
  [500, 20, 44_100],
  [500, 50, Infinity],
  [1_000, 1, 2],
  [1_000, 5, 5],
  [1_000, 10, 170],
  [1_000, 15, 1_700],
  [1_000, 20, Infinity],
  [10_000, 1, 44],
  [10_000, 5, 110],
  [10_000, 10, 2_300],
  [10_000, 15, Infinity],
  [100_000, 1, 1_600],
  [100_000, 5, 5_100],
  [1_000_000, 10, Infinity],
];
/** One read in the middle answers what was surely overwritten. */
const STALE: readonly Row[] = [
  [1_000, 5, 70],
  [10_000, 5, 850],
  [50_000, 5, 10_100],
  [100_000, 5, Infinity],
  [500, 10, 180],
  [1_000, 10, 310],
  [10_000, 10, 5_900],
  [50_000, 10, Infinity],
  [500, 15, 13_400],
  [1_000, 15, 25_600],
  [10_000, 15, Infinity],
  [500, 20, Infinity],
  [500, 50, Infinity],
];
/** One read in the middle answers what nobody wrote. */
const PHANTOM: readonly Row[] = [
  [1_000, 5, 80],
  [10_000, 5, 1_400],
  [50_000, 5, 14_000],
  [100_000, 5, 15_300],
  [500, 10, 520],
  [1_000, 10, 910],
  [10_000, 10, Infinity],
  [500, 15, 3_700],
  [1_000, 15, 6_900],
  [500, 20, Infinity],
  [500, 50, Infinity],
];
/** 5000 operations of a register with crashed writes: how many, clients, milliseconds. The least of the range quoted. */
const CRASHED: readonly Row[] = [
  ...[0, 2, 4, 8, 16].map((crashed): Row => [crashed, 5, 40]),
  ...[0, 2, 4, 8, 16].map((crashed): Row => [crashed, 10, 900]),
];
/** The same with a stale read after nine tenths. */
const CRASHED_STALE: readonly Row[] = [
  [0, 5, 180],
  [2, 5, 210],
  [4, 5, 710],
  [6, 5, 530],
  [8, 5, 4_400],
  [10, 5, 4_300],
  [12, 5, 14_100],
  [16, 5, Infinity],
  [0, 10, 9_400],
  [2, 10, Infinity],
  [16, 10, Infinity],
];
/** Compare-and-sets over five values. */
const SWAPS: readonly Row[] = [
  [10_000, 5, 430],
  [50_000, 5, 2_500],
  [10_000, 10, 1_600],
  [50_000, 10, 18_600],
  [500, 20, 16_500],
  [1_000, 20, Infinity],
  [500, 50, Infinity],
  [1_000, 50, Infinity],
];
/** The same with a phantom read after nine tenths. */
const SWAPS_PHANTOM: readonly Row[] = [
  [10_000, 5, 1_700],
  [50_000, 5, 14_900],
  [500, 10, 1_500],
  [1_000, 10, 4_200],
  [10_000, 10, Infinity],
  [500, 20, Infinity],
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
  ...REGISTERS.map((row) => generated('register, unique writes', row, { model: 'register' })),
  ...STALE.map((row) => generated('register, a stale read', row, { model: 'register', broken: 'stale' })),
  ...PHANTOM.map((row) => generated('register, a phantom read', row, { model: 'register', broken: 'phantom' })),
  ...CRASHED.map((row) => crashedWrites('valid', row, {})),
  ...CRASHED_STALE.map((row) => crashedWrites('a stale read', row, { broken: 'stale', brokenAt: 0.9 })),
  ...SWAPS.map((row) => generated('cas-register, five values', row, { model: 'cas-register', distinctValues: 5 })),
  ...SWAPS_PHANTOM.map((row) =>
    generated('cas-register, five values, a phantom read', row, {
      model: 'cas-register',
      distinctValues: 5,
      broken: 'phantom',
      brokenAt: 0.9,
    }),
  ),
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
  const theirs = porcupineMs === Infinity ? 'not finished' : `${Number(porcupineMs.toFixed(2))} ms`;
  const found = [...verdicts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
  const isSlower = ratio > 1.5 && oursMs > 50;
  const isUndecided = verdicts.has('unknown');
  const excuse = EXCEPTIONS[name];
  if ((isSlower && excuse === undefined) || isUndecided) process.exitCode = 1;
  const mark = isUndecided ? ' | UNDECIDED' : isSlower ? ` | SLOWER${excuse === undefined ? '' : `: ${excuse}`}` : '';
  console.log(`| ${name} | ${theirs} | ${oursMs.toFixed(1)} ms | ${ratio.toFixed(3)} | ${found}${mark} |`);
}

/** A history of always busy clients whose operations take exponentially distributed times, as Porcupine had them. */
function generated(
  what: string,
  [operations, clients, porcupineMs]: Row,
  options: Pick<GenerateOptions, 'model' | 'broken' | 'brokenAt' | 'distinctValues' | 'crashed'>,
): Compared {
  const history = (): History =>
    generateHistory({ ...options, operations, clients, durations: 'exponential', seed: 1 });
  return {
    name: `${what}, ${operations} operations, ${clients} clients`,
    porcupineMs,
    histories: () => [history()],
    model: options.model,
    options: {},
  };
}

function crashedWrites(
  what: string,
  [crashed, clients, porcupineMs]: Row,
  broken: Pick<GenerateOptions, 'broken' | 'brokenAt'>,
): Compared {
  const row: Row = [5_000, clients, porcupineMs];
  return generated(`register, ${crashed} crashed writes, ${what}`, row, { model: 'register', crashed, ...broken });
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
