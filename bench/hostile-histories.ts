import { generateHistory } from '../checkers/generate/index.ts';
import { simulateDatabase } from '../checkers/transactions/testing/simulated-database.ts';
import { HistoryBuilder } from '../harness/history/index.ts';
import type { CheckerUse } from '../harness/kernel/checker.ts';
import type { History } from '../harness/kernel/history.ts';
import type { JsonValue } from '../harness/kernel/json.ts';
import type { Key } from '../harness/kernel/op.ts';
import { randomOf } from '../harness/kernel/random.ts';

/** A history that is meant to cost a checker more than it may. */
export interface HostileHistory {
  readonly name: string;
  /** A sequential object that has these operations, for checkers that take one. */
  readonly model?: string;
  /** Makes it with about `size` operations. */
  readonly make: (size: number) => History;
}

/** One operation of {@link overlapping}. */
interface Drawn {
  readonly f: string;
  readonly key?: Key;
  readonly input?: JsonValue;
  readonly output?: JsonValue;
  /** False: it never returns. */
  readonly returns?: boolean;
}

/** Operations that all overlap `clients - 1` others. */
function overlapping(
  size: number,
  clients: number,
  draw: (order: number, below: (n: number) => number) => Drawn,
): History {
  const random = randomOf(`hostile ${size} ${clients}`);
  const below = (n: number): number => random.int(0, n - 1);
  const builder = new HistoryBuilder();
  const open: { readonly process: number; readonly drawn: Drawn }[] = [];
  let [processes, timeNs] = [0, 0];
  const idle: number[] = [];
  const end = (): void => {
    const [ended] = open.splice(0, 1);
    if (ended === undefined) return;
    const { process, drawn } = ended;
    if (drawn.returns === false) return;
    builder.append({ ...common(drawn), timeNs: ++timeNs, process, type: 'ok', value: drawn.output ?? null });
    idle.push(process);
  };
  for (let order = 0; order < size; order++) {
    const drawn = draw(order, below);
    const process = idle.pop() ?? processes++;
    builder.append({ ...common(drawn), timeNs: ++timeNs, process, type: 'invoke', value: drawn.input ?? null });
    open.push({ process, drawn });
    if (open.length >= clients) end();
  }
  while (open.length > 0) end();
  return builder.build();
}

function common({ f, key }: Drawn): { f: string; key?: Key } {
  return key === undefined ? { f } : { f, key };
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
const nested = (depth: number): JsonValue => {
  let value: JsonValue = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
};

const registers = (below: (n: number) => number, values: number, keys?: number): Drawn => {
  const key = keys === undefined ? {} : { key: below(keys) };
  const kind = below(3);
  if (kind === 0) return { f: 'read', output: below(values), ...key };
  if (kind === 1) return { f: 'write', input: below(values), ...key };
  return { f: 'cas', input: [below(values), below(values)], ...key };
};

/** Histories of every family, each bad in a way of its own. */
export const HOSTILE_HISTORIES: readonly HostileHistory[] = [
  {
    name: 'registers: five values, 200 clients, valid',
    model: 'cas-register',
    make: (operations) =>
      generateHistory({ model: 'cas-register', operations, clients: 200, distinctValues: 5, seed: 1 }),
  },
  {
    name: 'registers: two values, 50 clients, a phantom at the end',
    model: 'cas-register',
    make: (size) =>
      overlapping(size, 50, (order, below) =>
        order === size - 1
          ? { f: 'read', output: 99 }
          : below(2) === 0
            ? { f: 'write', input: below(2) }
            : { f: 'read', output: below(2) },
      ),
  },
  {
    name: 'registers: made-up answers',
    model: 'cas-register',
    make: (size) => overlapping(size, 30, (_, below) => registers(below, 5)),
  },
  {
    name: 'registers: a key each',
    model: 'cas-register',
    make: (size) => overlapping(size, 10, (order) => ({ f: 'write', input: order, key: order })),
  },
  {
    name: 'registers: thousands of keys, made-up answers',
    model: 'cas-register',
    make: (size) => overlapping(size, 30, (_, below) => registers(below, 3, Math.ceil(size / 20))),
  },
  {
    name: 'registers: every write crashed',
    model: 'register',
    make: (size) =>
      overlapping(size, 20, (order, below) =>
        order % 2 === 0 ? { f: 'write', input: order, returns: false } : { f: 'read', output: 2 * below(order + 1) },
      ),
  },
  {
    name: 'registers: every write crashed, five values',
    model: 'register',
    make: (size) =>
      overlapping(size, 20, (order, below) =>
        order % 2 === 0 ? { f: 'write', input: below(5), returns: false } : { f: 'read', output: below(5) },
      ),
  },
  {
    // No walk through it can be exact: crashed compare-and-sets explain most answers, in ever more ways.
    name: 'registers: two hundred crashed compare-and-sets, 40 clients, made-up answers at the end',
    model: 'cas-register',
    make: (size) =>
      overlapping(size, 40, (order, below) => {
        if (order % Math.ceil(size / 200) === 0) return { f: 'cas', input: [below(9), below(9)], returns: false };
        if (order > size * 0.9) return { f: 'read', output: below(9) };
        return below(20) === 0 ? { f: 'write', input: below(9) } : { f: 'write', input: 0 };
      }),
  },
  {
    name: 'registers: one value, updated to itself',
    model: 'cas-register',
    make: (size) =>
      overlapping(size, 20, (order) => (order === 0 ? { f: 'write', input: 1 } : { f: 'cas', input: [1, 1] })),
  },
  {
    name: 'registers: 100 kB values',
    model: 'register',
    make: (size) =>
      overlapping(Math.ceil(size / 100), 10, (order) => ({ f: 'write', input: `${order}`.padEnd(100_000, 'x') })),
  },
  {
    name: 'registers: deeply nested values',
    model: 'register',
    make: (size) => overlapping(Math.ceil(size / 100), 10, (order) => ({ f: 'write', input: [order, nested(250)] })),
  },
  {
    // Each read sees half of all additions open, and their sums span the most that is worth keeping.
    name: 'counter: two thousand reads open at a time, large steps',
    model: 'counter',
    make: (size) =>
      overlapping(size, 4000, (order, below) =>
        order % 2 === 0 ? { f: 'add', input: 2 * below(500) } : { f: 'read', output: 250 * order },
      ),
  },
  {
    name: 'set: long reads with everything wrong',
    model: 'set',
    make: (size) =>
      overlapping(Math.ceil(size / 10), 10, (order, below) =>
        order % 5 === 0 ? { f: 'read', output: range(2000).map(() => below(size)) } : { f: 'add', input: order },
      ),
  },
  {
    name: 'set: whole reads',
    model: 'set',
    make: (size) => {
      const adds = Math.ceil(Math.sqrt(size)) * 10;
      return overlapping(adds * 2, 10, (order) =>
        order % 2 === 0 ? { f: 'add', input: order } : { f: 'read', output: range(order / 2).map((n) => n * 2) },
      );
    },
  },
  {
    name: 'set: one element added again and again',
    model: 'set',
    make: (size) =>
      overlapping(size, 10, (order) =>
        order === size - 1 ? { f: 'read', output: [1] } : { f: 'add', input: 1, output: 1 },
      ),
  },
  {
    name: 'queue: few values, 50 clients',
    model: 'fifo-queue',
    make: (size) =>
      overlapping(size, 50, (_, below) =>
        below(2) === 0 ? { f: 'enqueue', input: below(3) } : { f: 'dequeue', output: below(3) },
      ),
  },
  {
    name: 'queue: nothing fits',
    model: 'unordered-queue',
    make: (size) =>
      overlapping(size, 50, (order) =>
        order % 2 === 0 ? { f: 'enqueue', input: order } : { f: 'dequeue', output: order },
      ),
  },
  {
    name: 'queue: one in twenty dequeues crashed, and then it is found empty',
    model: 'fifo-queue',
    make: (size) =>
      overlapping(size, 1, (order) => {
        if (order * 20 < size) return { f: 'dequeue', returns: false };
        return order === size - 1 ? { f: 'dequeue' } : { f: 'enqueue', input: order };
      }),
  },
  {
    name: 'bag: half of it taken by crashed dequeues, found empty too soon',
    model: 'unordered-queue',
    make: (size) =>
      overlapping(size, 1, (order) => {
        if (order * 2 < size) return { f: 'enqueue', input: order };
        if (order * 4 < size * 3) return { f: 'dequeue', returns: false };
        return { f: 'dequeue', output: order === size - 1 ? null : order - Math.ceil(size / 4) };
      }),
  },
  {
    name: 'stack: reordered, 50 clients',
    model: 'stack',
    make: (operations) =>
      generateHistory({ model: 'stack', operations, clients: 50, broken: 'reordered', violations: 50, seed: 1 }),
  },
  {
    name: 'stack: every hundredth pop crashed and took something',
    model: 'stack',
    make: (size) =>
      overlapping(size, 1, (order) => {
        const [block, step] = [Math.floor(order / 200), order % 200];
        if (step < 100) return { f: 'push', input: block * 100 + step };
        return step === 150 ? { f: 'pop', returns: false } : { f: 'pop', output: block * 100 + 199 - step };
      }),
  },
  {
    name: 'counter: 100 clients, made-up answers',
    model: 'counter',
    make: (size) =>
      overlapping(size, 100, (_, below) =>
        below(2) === 0 ? { f: 'add', input: below(9) - 4 } : { f: 'read', output: below(100) },
      ),
  },
  {
    name: 'bank: wrong totals everywhere',
    make: (size) =>
      overlapping(Math.ceil(size / 5), 10, (order, below) =>
        order % 2 === 0
          ? { f: 'transfer', input: { from: 1, to: 2, amount: 1 } }
          : { f: 'read', output: Object.fromEntries(range(50).map((account) => [`${account}`, below(100) - 50])) },
      ),
  },
  {
    name: 'locks: held by everybody',
    model: 'mutex',
    make: (size) =>
      overlapping(size, 50, (_, below) => (below(2) === 0 ? { f: 'acquire', output: below(9) } : { f: 'release' })),
  },
  {
    name: 'unique ids: all the same',
    make: (size) => overlapping(size, 50, () => ({ f: 'generate', output: 'same' })),
  },
  {
    name: 'logs: made-up offsets',
    make: (size) =>
      overlapping(Math.ceil(size / 5), 20, (order, below) =>
        order % 2 === 0
          ? {
              f: 'send',
              input: [['send', `${below(3)}`, order]],
              output: [['send', `${below(3)}`, [below(size), order]]],
            }
          : {
              f: 'poll',
              input: [['poll']],
              output: [['poll', { 0: range(20).map(() => [below(size), below(size)]) }]],
            },
      ),
  },
  {
    name: 'logs: one transaction in doubt',
    make: (size) =>
      overlapping(2, 1, (order) =>
        order === 0
          ? { f: 'txn', input: range(size).map((value) => ['send', 'a', value]), returns: false }
          : { f: 'poll', input: [['poll']], output: [['poll', { a: [[size - 1, size - 1]] }]] },
      ),
  },
  {
    name: 'logs: one value',
    make: (size) =>
      overlapping(Math.ceil(size / 50), 10, (order) =>
        order % 2 === 0
          ? {
              f: 'send',
              input: range(100).map(() => ['send', 'a', 1]),
              output: range(100).map((at) => ['send', 'a', [order * 50 + at, 1]]),
            }
          : { f: 'poll', input: [['poll']], output: [['poll', { a: range(100).map((at) => [order * 50 + at, 1]) }]] },
      ),
  },
  {
    name: 'watches: made-up revisions',
    make: (size) =>
      overlapping(Math.ceil(size / 50), 20, (_, below) => ({
        f: 'watch',
        input: { from: 0 },
        output: [{ events: range(50).map(() => ({ key: `k${below(500)}`, revision: below(size), value: below(9) })) }],
      })),
  },
  {
    name: 'watches: every past told wrong',
    make: (size) => {
      const events = range(Math.ceil(size / 2)).map((at) => ({
        key: `k${at % 2}`,
        revision: at + 1,
        value: at,
        previous: -1,
      }));
      return overlapping(2, 2, () => ({ f: 'watch', input: { prefix: 'k', from: 1 }, output: [{ events }] }));
    },
  },
  {
    name: 'broadcast: half of it missing',
    make: (size) =>
      overlapping(Math.ceil(size / 10), 20, (order, below) =>
        order % 5 === 0 ? { f: 'read', output: range(1000).map(() => below(size)) } : { f: 'broadcast', input: order },
      ),
  },
  {
    name: 'groups of keys: forks everywhere',
    make: (size) =>
      overlapping(Math.ceil(size / 2), 20, (_, below) => ({
        f: 'txn',
        output: range(4).map((key) => ['r', key, below(2) === 0 ? null : 1]),
      })),
  },
  {
    name: 'list-append: no isolation, three keys',
    make: (transactions) =>
      simulateDatabase({ dialect: 'append', isolation: 'none', transactions, clients: 50, keys: 3, seed: 1 }),
  },
  {
    name: 'list-append: one key, lists without end',
    make: (size) =>
      simulateDatabase({
        dialect: 'append',
        isolation: 'snapshot-isolation',
        transactions: Math.ceil(Math.sqrt(size)) * 20,
        clients: 50,
        keys: 1,
        writesPerKey: 1e9,
        seed: 1,
      }),
  },
  {
    name: 'rw-register: no isolation, two keys',
    make: (transactions) =>
      simulateDatabase({
        dialect: 'w',
        isolation: 'none',
        transactions,
        clients: 50,
        keys: 2,
        writesPerKey: 1000,
        seed: 1,
      }),
  },
  {
    name: 'rw-register: snapshot isolation, many keys, crashes',
    make: (transactions) =>
      simulateDatabase({
        dialect: 'w',
        isolation: 'snapshot-isolation',
        transactions,
        clients: 50,
        keys: 1000,
        indeterminatePerMille: 200,
        longest: 10,
        seed: 1,
      }),
  },
];

/** The options by which a checker judges a hostile history as what it is. */
export function hostileUse(checker: string, { model }: HostileHistory): CheckerUse {
  return checker === 'linearizability' && model !== undefined ? { checker, options: { model } } : { checker };
}
