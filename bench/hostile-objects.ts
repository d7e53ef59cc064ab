import { generateHistory } from '../checkers/generate/index.ts';
import type { History } from '../harness/kernel/history.ts';
import type { JsonValue } from '../harness/kernel/json.ts';
import { overlapping, range, type Drawn } from './overlapping-operations.ts';

/** A history that is meant to cost a checker more than it may. */
export interface HostileHistory {
  readonly name: string;
  /** A sequential object that has these operations, for checkers that take one. */
  readonly model?: string;
  /** Makes it with about `size` operations. */
  readonly make: (size: number) => History;
}

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

/** Histories of single objects, each bad in a way of its own. */
export const HOSTILE_OBJECTS: readonly HostileHistory[] = [
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
    name: 'locks: held by everybody',
    model: 'mutex',
    make: (size) =>
      overlapping(size, 50, (_, below) => (below(2) === 0 ? { f: 'acquire', output: below(9) } : { f: 'release' })),
  },
  {
    name: 'queue: three values, thousands of clients, in the order in which they came',
    model: 'fifo-queue',
    make: (size) =>
      overlapping(size, Math.ceil(size / 20), (order) =>
        order * 2 < size
          ? { f: 'enqueue', input: order % 3 }
          : { f: 'dequeue', output: (order - Math.ceil(size / 2)) % 3 },
      ),
  },
  {
    name: 'log: one value, all of it appended at once',
    model: 'append-log',
    make: (size) =>
      overlapping(size, size, (order) =>
        order === 0 ? { f: 'read', output: range(size - 1).map(() => 1) } : { f: 'append', input: 1 },
      ),
  },
  {
    name: 'text: every append seen, in a string without end',
    model: 'kv',
    make: (size) => {
      const [appends, every] = [Math.ceil(size / 10), Math.ceil(size / 200)];
      let text = '';
      return overlapping(appends, 20, (order) => {
        if (order % every === every - 1) return { f: 'get', output: text };
        text += `${order};`;
        return { f: 'append', input: `${order};` };
      });
    },
  },
  {
    name: 'set: each element added and removed, and never found',
    model: 'set',
    make: (size) =>
      overlapping(Math.ceil(size / 25), 3, (order) => {
        if (order % 3 === 2) return { f: 'read', output: [] };
        return { f: order % 3 === 0 ? 'add' : 'remove', input: Math.floor(order / 3) };
      }),
  },
];
