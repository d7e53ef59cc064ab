import fc from 'fast-check';
import { historyOf } from '../../harness/history/index.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Model } from '../../harness/kernel/model.ts';
import type { OpDraft } from '../../harness/kernel/op.ts';
import { randomOf } from '../../harness/kernel/random.ts';
import { generateHistory, type GenerateOptions } from '../generate/generate-history.ts';
import { randomHistory } from '../transactions/testing/random-transactions.ts';
import { concurrently } from '../transactions/testing/transaction-sketch.ts';
import { SIMULATED_ISOLATIONS } from '../transactions/testing/simulated-database.ts';
import { buried, busyHistory, type BackgroundOp } from './buried.ts';
import { moreCases } from './more-evidence-cases.ts';
import { randomRegisters, type RegisterSizes } from './random-registers.ts';
import { sketch } from './sketch.ts';
import { transactionCases } from './transaction-cases.ts';
import { ownRegister } from './user-models.ts';
import { workloadCases } from './workload-cases.ts';

/** A broken history, and what judges it. */
export interface EvidenceCase {
  readonly title: string;
  readonly history: () => History;
  readonly options?: Readonly<Record<string, JsonValue>>;
  readonly model?: Model<unknown>;
}

/** Operations of the histories that a violation is cut out of. */
const LONG = 2_000;

/** Broken histories for a checker: small ones, and such that hold one violation in thousands of operations. */
export function evidenceCases(checker: string): readonly EvidenceCase[] {
  return [...literal(checker), ...generated(checker), ...registers(checker), ...transactions(checker)];
}

/** Histories that people wrote down, as they are and each inside of a long one that is correct. */
function literal(checker: string): readonly EvidenceCase[] {
  return [...workloadCases, ...moreCases, ...transactionCases]
    .filter(({ checker: name, expected }) => name === checker && expected.length > 0 && expected[0] !== 'unknown')
    .flatMap(({ title, ops, options = {} }): EvidenceCase[] => {
      const small = sketch(ops);
      const background = BACKGROUNDS[checker];
      const alone = { title, options, history: () => small };
      if (background === undefined) return [alone];
      const long = (): History =>
        buried(
          small,
          busyHistory(LONG, (order) => background(order, small), 100),
        );
      return [alone, { title: `${title}, in a long history`, options, history: long }];
    });
}

/** What is correct about other objects than those of the cases, by checker. */
const BACKGROUNDS: Readonly<Record<string, (order: number, small: History) => BackgroundOp>> = {
  bank: (_, small) => ({ f: 'read', output: firstAnswer(small) }),
  counter: (order) => (order % 2 === 0 ? { f: 'add', key: 'other', input: 0 } : { f: 'read', key: 'other', output: 0 }),
  'unique-ids': (order) => ({ f: 'generate', output: `id ${order}` }),
  queue: (order) => ({ f: 'enqueue', key: 'other', input: order }),
  'set-full': (order) =>
    order % 50 === 0 ? { f: 'read', key: 'other', output: [] } : { f: 'add', key: `other ${order}`, input: order },
  broadcast: () => ({ f: 'topology' }),
  'long-fork': (order) => ({
    f: 'txn',
    input: [],
    output: [
      ['r', `other ${order}`, 1],
      ['r', 'another', 1],
    ],
  }),
  'causal-reverse': (order) => ({ f: 'write', key: 'other', input: order }),
  monotonic: (order) => ({ f: 'read', key: 'other', output: order }),
  kafka: (order) => ({
    f: 'send',
    input: [['send', 'other', order]],
    output: [['send', 'other', [order, order]]],
  }),
  watch: (order) => ({ f: 'put', key: 'other', input: order, output: { revision: 1_000_000 + order } }),
  lock: (order) => ({ f: 'renew', key: 'other', input: order }),
};

function firstAnswer(history: History): JsonValue {
  const ends = Array.from({ length: history.length }, (_, entry) => history.at(entry));
  return ends.find(({ type }) => type === 'ok')?.value ?? null;
}

type Use = Pick<EvidenceCase, 'options' | 'model'>;

/** How each checker judges generated histories, by their model. */
const USES: Readonly<Record<string, Readonly<Record<string, readonly Use[]>>>> = {
  linearizability: {
    register: [{ options: { model: 'register' } }, { model: ownRegister }],
    'cas-register': [{ options: { model: 'cas-register' } }],
    set: [{ options: { model: 'set' } }],
    queue: [{ options: { model: 'fifo-queue' } }],
    stack: [{ options: { model: 'stack' } }],
  },
  set: { set: [{}, { options: { level: 'linearizable' } }] },
  'set-full': { set: [{ options: { level: 'linearizable' } }] },
  queue: { queue: [{}] },
  'total-queue': { queue: [{}] },
  counter: { counter: [{}] },
  bank: { bank: [{}] },
  regular: { register: [{}], 'cas-register': [{}] },
  safe: { register: [{}] },
  sequential: { 'cas-register': [{}] },
  'two-atomic': { register: [{}] },
  staleness: { register: [{ options: { maxVersions: 0 } }, { options: { maxMs: 0 } }] },
  'list-append': { 'list-append': [{}] },
  'rw-register': {
    'rw-register': [{}, { options: { sequentialKeys: true } }, { options: { linearizableKeys: true } }],
  },
  'weak-isolation': { 'rw-register': [{}] },
  guarantees: { register: [{}], set: [{}], 'list-append': [{}], 'rw-register': [{}] },
};

const BREAKS: Readonly<Record<string, readonly string[]>> = {
  register: ['stale', 'phantom'],
  'cas-register': ['stale', 'lost'],
  set: ['lost', 'stale', 'phantom', 'duplicate'],
  queue: ['lost', 'duplicate', 'phantom', 'reordered'],
  stack: ['duplicate', 'phantom', 'reordered'],
  counter: ['lost', 'stale', 'phantom'],
  bank: ['skew', 'lost'],
  'list-append': [
    'g0',
    'g1a',
    'g1b',
    'g1c',
    'read-skew',
    'lost-update',
    'write-skew',
    'stale',
    'duplicate',
    'internal',
  ],
  'rw-register': ['g1a', 'g1c', 'read-skew', 'lost-update', 'write-skew', 'stale', 'phantom', 'internal'],
};

/** Long histories with one violation, of few and of many clients, with crashed operations and several keys. */
function generated(checker: string): readonly EvidenceCase[] {
  return Object.entries(USES[checker] ?? {}).flatMap(([model, uses]) =>
    (BREAKS[model] ?? []).flatMap((broken, order) => {
      const hasKeys = model.endsWith('register') && model !== 'rw-register';
      const size: GenerateOptions =
        order % 2 === 0
          ? { model, broken, operations: LONG, clients: 5, seed: order }
          : { model, broken, operations: LONG, clients: 20, crashed: 20, seed: order, ...(hasKeys ? { keys: 4 } : {}) };
      return uses.map((use) => ({ title: `${model} ${broken}`, history: () => generateHistory(size), ...use }));
    }),
  );
}

const MODELS_OF_REGISTERS: readonly string[] = [
  'linearizability',
  'sequential',
  'causal',
  'causal-convergence',
  'causal-memory',
  'pram',
  'read-your-writes',
  'monotonic-reads',
  'monotonic-writes',
  'writes-follow-reads',
  'regular',
  'safe',
  'two-atomic',
  'staleness',
  'convergence',
  'guarantees',
];

const SMALL: RegisterSizes = { processes: 3, keys: 2, operations: 12, cas: true, crashes: true, strays: true };
const WIDE: RegisterSizes = { processes: 6, keys: 3, operations: 60, cas: true, crashes: true, strays: true };
const ONE_KEY: RegisterSizes = { processes: 4, keys: 1, operations: 24, cas: false, crashes: true, strays: false };
const BUSY_KEY: RegisterSizes = { processes: 5, keys: 1, operations: 11, cas: false, crashes: false, strays: false };

/** Random histories of registers, and long correct ones of which some reads are wrong. */
function registers(checker: string): readonly EvidenceCase[] {
  if (!MODELS_OF_REGISTERS.includes(checker)) return [];
  const random = [SMALL, WIDE, ONE_KEY, BUSY_KEY].flatMap((sizes) =>
    fc.sample(randomRegisters(sizes), { numRuns: checker === 'guarantees' ? 8 : 40, seed: 3 }),
  );
  const long = [1, 2, 3].map((seed) => ({ title: `wrong reads ${seed}`, history: () => withWrongReads(seed) }));
  return [...random.map((history, order) => ({ title: `random registers ${order}`, history: () => history })), ...long];
}

/** A long history of registers in which three reads answer what their key held at some other time. */
function withWrongReads(seed: number): History {
  const random = randomOf(seed);
  const clients = 4 + 4 * seed;
  const right = generateHistory({ model: 'register', operations: LONG, clients, crashed: 10, keys: 3, seed });
  const entries = Array.from({ length: right.length }, (_, index): OpDraft => right.at(index));
  const reads = entries.flatMap(({ f, type }, index) => (f === 'read' && type === 'ok' ? [index] : []));
  for (let wrong = 0; wrong < 3; wrong++) {
    const at = random.pick(reads);
    const read = entries[at] as OpDraft;
    const others = reads.filter((other) => Math.abs(other - at) < 400 && entries[other]?.key === read.key);
    entries[at] = { ...read, value: entries[random.pick(others)]?.value ?? null };
  }
  return historyOf(entries);
}

/** Histories of simulated databases, some with falsified reads. */
function transactions(checker: string): readonly EvidenceCase[] {
  const dialect = checker === 'list-append' ? 'append' : 'w';
  if (!['list-append', 'rw-register', 'weak-isolation'].includes(checker)) return [];
  const samples = Array.from({ length: 45 }, (_, index) => {
    const random = randomOf(index);
    return {
      isolation: SIMULATED_ISOLATIONS[index % SIMULATED_ISOLATIONS.length] ?? 'read-committed',
      seed: index,
      transactions: index % 15 === 14 ? 300 : 12,
      clients: random.int(2, 6),
      keys: random.int(1, 5),
      longest: 3,
      abortedPerMille: 100,
      indeterminatePerMille: 100,
      lies: index % 3 === 0 ? [{ nth: random.int(0, 6), lie: 'shorter' as const }] : [],
    };
  });
  const random = samples.map((sample) => ({
    title: JSON.stringify(sample),
    history: () => randomHistory(sample, dialect),
  }));
  return checker === 'rw-register' ? [...random, ...WEAKLY_BROKEN] : random;
}

/** Registers whose values no order of causes explains; no simulated database is that weak. */
const WEAKLY_BROKEN: readonly EvidenceCase[] = [
  ['wx1', 'rx1 wx2', 'rx2 wy1', 'ry1 rx1'],
  ['wx1 wy1 wa1', 'wx2 wy2 wb2', 'ra1 rx2', 'rb2 ry1'],
  ['wx1 wy1 wa1', 'wx2 wy2 wb2', 'ra1 wc1', 'rc1 rx2', 'rb2 wd1', 'rd1 ry1'],
].map((all) => ({
  title: all.join('; '),
  history: () => concurrently(all.map((microOps, process) => [process, 'ok', microOps] as const)),
}));
