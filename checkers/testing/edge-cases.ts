import type { JsonValue } from '../../harness/kernel/json.ts';
import type { SketchedOp } from './sketch.ts';
import { failed, lost, op, type WorkloadCase } from './workload-case.ts';

const read = (output: JsonValue, more: Partial<SketchedOp> = {}): SketchedOp => op(9, 'read', null, output, more);
const put = (value: number): SketchedOp => op(1, 'enqueue', value);
const take = (value: number | null, more: Partial<SketchedOp> = {}): SketchedOp => op(2, 'dequeue', null, value, more);
const shows = (process: number, seen: string[]): SketchedOp =>
  op(
    process,
    'txn',
    [],
    ['x', 'y'].map((key) => ['r', key, seen.includes(key) ? 1 : null]),
  );

/** Histories of objects that could have shown nothing, violations however little else there is, and odd answers. */
export const edgeCases: readonly WorkloadCase[] = [
  {
    checker: 'queue',
    title: 'gave nothing out',
    ops: [put(1), put(2)],
    expected: ['unknown'],
  },
  {
    checker: 'queue',
    title: 'gives twice before the value goes in again',
    ops: [put(1), take(1), take(1), put(1)],
    expected: ['duplicated'],
  },
  {
    checker: 'total-queue',
    title: 'was given nulls',
    ops: [op(1, 'enqueue', null), put(1), take(1), take(null)],
    expected: ['unknown'],
  },
  {
    checker: 'total-queue',
    title: 'gives one of two equal values',
    ops: [put(1), put(1), take(1), take(null)],
    expected: ['lost'],
  },
  {
    checker: 'total-queue',
    title: 'loses more than a crashed dequeue can have taken',
    ops: [put(1), put(2), put(3), take(3), take(null, lost), op(3, 'dequeue', null, null)],
    expected: ['lost'],
  },
  {
    checker: 'total-queue',
    title: 'is drained by who knows what',
    ops: [put(1), put(2), take(2), op(3, 'drain', null, 'all')],
    expected: ['unknown'],
  },
  { checker: 'counter', title: 'was read before it counted', ops: [read(0), op(1, 'add', 2)], expected: ['unknown'] },
  { checker: 'counter', title: 'was never added to', ops: [read(0)], expected: ['unknown'] },
  { checker: 'counter', title: 'shows what nobody added', ops: [read(3)], expected: ['out-of-bounds'] },
  { checker: 'counter', title: 'answers nil', ops: [op(1, 'add', 2), read(2), read(null)], expected: ['unknown'] },
  { checker: 'counter', title: 'is added a text', ops: [op(1, 'add', 'x'), read(2)], expected: ['unknown'] },
  { checker: 'unique-ids', title: 'gave out one', ops: [op(1, 'generate', null, 'a')], expected: ['unknown'] },
  {
    checker: 'unique-ids',
    title: 'gives out equal objects and different types',
    ops: [
      op(1, 'generate', null, { a: 1, b: 2 }),
      op(2, 'generate', null, 1),
      op(2, 'generate', null, '1'),
      op(2, 'generate', null, { b: 2, a: 1 }),
    ],
    expected: ['duplicated'],
  },
  {
    checker: 'unique-ids',
    title: 'gives out no id twice',
    ops: [
      op(1, 'generate', null, null),
      op(2, 'generate', null, null),
      op(2, 'generate', null, 1),
      op(2, 'generate', null, 2),
    ],
    expected: ['unknown'],
  },
  { checker: 'monotonic', title: 'is read once', ops: [op(1, 'read', null, 2)], expected: ['unknown'] },
  {
    checker: 'monotonic',
    title: 'does not take arguments that come back for readings',
    ops: [op(1, 'add', 5, 5), op(1, 'add', 3, 3), op(1, 'read', null, 5), op(1, 'read', null, 8)],
    expected: [],
  },
  {
    checker: 'long-fork',
    title: 'is seen empty or full',
    ops: [shows(1, []), shows(2, ['x', 'y'])],
    expected: ['unknown'],
  },
  {
    checker: 'causal-reverse',
    title: 'shows what had failed',
    ops: [op(1, 'write', 1), op(1, 'write', 2, null, failed), read([1, 2])],
    expected: ['unexpected'],
  },
  {
    checker: 'causal-reverse',
    title: 'is only read before the second write',
    ops: [op(1, 'write', 1), read([1]), op(1, 'write', 2)],
    expected: ['unknown'],
  },
  {
    checker: 'bank',
    title: 'forgets an account that was named',
    ops: [read({ a: 10, b: 0 }), read({ a: 10 })],
    options: { accounts: ['a', 'b'] },
    expected: ['missing-key'],
  },
  {
    checker: 'bank',
    title: 'adds fractions in another order',
    ops: [read({ a: 0.1, b: 0.2, c: 0.3 }), read({ a: 0.3, b: 0.2, c: 0.1 })],
    expected: [],
  },
  {
    checker: 'bank',
    title: 'has a total for each bank',
    ops: [
      read({ a: 1 }, { key: 1 }),
      read({ b: 2 }, { key: 2 }),
      read({ a: 1 }, { key: 1 }),
      read({ b: 3 }, { key: 2 }),
    ],
    expected: ['wrong-total'],
  },
  {
    checker: 'set-full',
    title: 'is not lost for a read that another one, which has the element, outlasts',
    ops: [
      op(1, 'add', 1, null, { from: 1, to: 2 }),
      op(2, 'read', null, [1], { from: 3, to: 6 }),
      op(3, 'read', null, [], { from: 4, to: 5 }),
    ],
    expected: [],
  },
  {
    checker: 'set-full',
    title: 'answers something else than a list',
    ops: [op(1, 'add', 1), read([1]), read(null)],
    expected: ['unknown'],
  },
  {
    checker: 'set',
    title: 'shows twice what nobody added, an object',
    ops: [op(1, 'add', 1), read([1, { a: 1, b: 2 }, { b: 2, a: 1 }])],
    expected: ['unexpected', 'duplicated'],
  },
  {
    checker: 'set',
    title: 'shows between two adds, of which the first failed',
    ops: [op(2, 'add', 2), op(1, 'add', 1, null, failed), read([1, 2]), op(1, 'add', 1), read([1, 2])],
    expected: ['unexpected'],
  },
  {
    checker: 'set',
    title: 'was added to in doubt only',
    ops: [op(1, 'add', 1, null, lost), read([])],
    expected: ['unknown'],
  },
  {
    checker: 'broadcast',
    title: 'is asked for while messages are sent',
    ops: [
      op(1, 'broadcast', 5),
      op(1, 'read', null, [], { node: 'n1' }),
      op(2, 'broadcast', 6),
      op(1, 'read', null, [5, 6], { node: 'n1' }),
      op(2, 'read', null, [5, 6], { node: 'n2' }),
    ],
    expected: [],
  },
  {
    checker: 'broadcast',
    title: 'forgets a message that nobody answered for and somebody had',
    ops: [
      op(1, 'broadcast', 5, null, lost),
      op(1, 'read', null, [5], { node: 'n1' }),
      op(2, 'broadcast', 6),
      op(1, 'read', null, [5, 6], { node: 'n1' }),
      op(2, 'read', null, [6], { node: 'n2' }),
    ],
    expected: ['undelivered'],
  },
  {
    checker: 'broadcast',
    title: 'may still deliver what nobody answered for',
    ops: [
      op(1, 'broadcast', 6),
      op(2, 'broadcast', 5, null, lost),
      op(1, 'read', null, [5, 6], { node: 'n1' }),
      op(2, 'read', null, [6], { node: 'n2' }),
    ],
    expected: ['unknown'],
  },
  {
    checker: 'broadcast',
    title: 'is read in one place',
    ops: [op(1, 'broadcast', 5), op(1, 'read', null, [5], { node: 'n1' })],
    expected: ['unknown'],
  },

  {
    checker: 'convergence',
    title: 'shows a late write to the second of three reads that overlap',
    ops: [
      op(1, 'write', 1),
      op(2, 'write', 2, null, lost),
      op(3, 'read', null, 1, { node: 'n1', from: 20, to: 30 }),
      op(4, 'read', null, 2, { node: 'n2', from: 21, to: 31 }),
      op(5, 'read', null, 1, { node: 'n3', from: 22, to: 32 }),
    ],
    expected: ['unknown'],
  },
  {
    checker: 'convergence',
    title: 'goes back to a value that was written once',
    ops: [
      op(1, 'write', 1),
      op(2, 'write', 2, null, lost),
      op(3, 'read', null, 1, { node: 'n1', from: 20, to: 30 }),
      op(4, 'read', null, 2, { node: 'n2', from: 31, to: 40 }),
      op(5, 'read', null, 1, { node: 'n3', from: 41, to: 50 }),
    ],
    expected: ['diverged'],
  },
  {
    checker: 'convergence',
    title: 'may go back to a value of which another write is in doubt',
    ops: [
      op(1, 'write', 1),
      op(1, 'write', 2),
      op(2, 'write', 1, null, lost),
      op(3, 'read', null, 2, { node: 'n1' }),
      op(4, 'read', null, 1, { node: 'n2' }),
    ],
    expected: ['unknown'],
  },
];
