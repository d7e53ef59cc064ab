import type { JsonValue } from '../../harness/kernel/json.ts';
import type { SketchedOp } from './sketch.ts';
import { failed, lost, op, type WorkloadCase } from './workload-case.ts';

const read = (output: JsonValue, more: Partial<SketchedOp> = {}): SketchedOp => op(9, 'read', null, output, more);
const put = (value: number): SketchedOp => op(1, 'enqueue', value);
const take = (value: number | null, more: Partial<SketchedOp> = {}): SketchedOp => op(2, 'dequeue', null, value, more);
/** Literal histories of objects: at least one for each anomaly, and valid ones. */
export const objectCases: readonly WorkloadCase[] = [
  {
    checker: 'bank',
    title: 'keeps its total',
    ops: [read({ a: 10, b: 0 }), op(1, 'transfer', { from: 'a', to: 'b', amount: 3 }), read({ a: 7, b: 3 })],
    expected: [],
  },
  {
    checker: 'bank',
    title: 'loses money',
    ops: [read({ a: 10, b: 0 }), read({ a: 7, b: 0 })],
    expected: ['wrong-total'],
  },
  {
    checker: 'bank',
    title: 'owes money',
    ops: [read({ a: 10, b: 0 }), read({ a: 11, b: -1 })],
    expected: ['negative-value'],
  },
  {
    checker: 'bank',
    title: 'may owe money',
    ops: [read({ a: 10, b: 0 }), read({ a: 11, b: -1 })],
    options: { negativeBalances: true },
    expected: [],
  },
  {
    checker: 'bank',
    title: 'finds a new account',
    ops: [read({ a: 10 }), read({ a: 10, c: 0 })],
    expected: ['unexpected-key'],
  },
  {
    checker: 'bank',
    title: 'has no balance',
    ops: [read({ a: 10, b: 0 }), read({ a: 10, b: null })],
    expected: ['nil-balance'],
  },
  {
    checker: 'bank',
    title: 'makes money',
    ops: [read({ a: 10, b: 0 }), read({ a: 13, b: 0 })],
    expected: ['wrong-total'],
  },
  {
    checker: 'bank',
    title: 'answers something else than balances',
    ops: [read({ a: 10, b: 0 }), read(10)],
    expected: ['unknown'],
  },
  {
    checker: 'bank',
    title: 'is told the total',
    ops: [read({ a: 10 })],
    options: { total: 11 },
    expected: ['wrong-total'],
  },
  { checker: 'bank', title: 'was never read', ops: [op(1, 'transfer', {})], expected: ['unknown'] },

  { checker: 'counter', title: 'counts', ops: [op(1, 'add', 2), op(1, 'add', 3), read(5)], expected: [] },
  {
    checker: 'counter',
    title: 'may count an add in doubt or not',
    ops: [op(2, 'add', 3), op(1, 'add', 2, null, lost), read(3), read(5)],
    expected: [],
  },
  {
    checker: 'counter',
    title: 'forgets',
    ops: [op(1, 'add', 2), op(1, 'add', 3), read(3)],
    expected: ['out-of-bounds'],
  },
  {
    checker: 'counter',
    title: 'invents',
    ops: [op(1, 'add', 2), op(1, 'add', 3, null, failed), read(5)],
    expected: ['out-of-bounds'],
  },
  {
    checker: 'counter',
    title: 'goes down',
    ops: [op(1, 'add', 2), op(1, 'add', -2, null, lost), read(0), read(2)],
    expected: [],
  },
  {
    checker: 'counter',
    title: 'sees a concurrent add or not',
    ops: [
      op(1, 'add', 2, null, { from: 1, to: 9 }),
      read(2, { from: 2 }),
      op(8, 'read', null, 0, { from: 3 }),
      op(8, 'read', null, 2, { from: 10 }),
    ],
    expected: [],
  },
  {
    checker: 'counter',
    title: 'adds fractions in another order',
    ops: [op(1, 'add', 0.1), op(1, 'add', 0.2), op(1, 'add', 0.3), read(0.6), op(1, 'add', -0.6), read(0), read(1e-16)],
    expected: [],
  },
  {
    checker: 'counter',
    title: 'adds fractions in another order, below zero',
    ops: [op(1, 'add', -0.3), op(1, 'add', -0.2), op(1, 'add', -0.1), read(-0.6), op(1, 'add', 0.7), read(0.1)],
    expected: [],
  },
  {
    checker: 'counter',
    title: 'adds whole numbers exactly',
    ops: [op(1, 'add', 1), op(1, 'add', 2), read(3.000000000000001)],
    expected: ['out-of-bounds'],
  },
  {
    checker: 'counter',
    title: 'loses a fraction among many',
    ops: [...Array.from({ length: 50 }, (_, tenths) => op(1, 'add', tenths / 10)), read(122.4)],
    expected: ['out-of-bounds'],
  },
  { checker: 'counter', title: 'was never read', ops: [op(1, 'add', 2)], expected: ['unknown'] },

  {
    checker: 'unique-ids',
    title: 'gives out ids',
    ops: [op(1, 'generate', null, 'a'), op(2, 'generate', null, 'b')],
    expected: [],
  },
  {
    checker: 'unique-ids',
    title: 'gives one out twice',
    ops: [op(1, 'generate', null, 7), op(2, 'generate', null, 8), op(3, 'generate', null, 7)],
    expected: ['duplicated'],
  },
  {
    checker: 'unique-ids',
    title: 'gave out none',
    ops: [op(1, 'generate', null, null, failed)],
    expected: ['unknown'],
  },

  { checker: 'queue', title: 'gives what it got', ops: [put(1), put(2), take(2), take(1)], expected: [] },
  { checker: 'queue', title: 'gives out of nothing', ops: [put(1), take(2)], expected: ['unexpected'] },
  { checker: 'queue', title: 'gives what will come later', ops: [take(1), put(1)], expected: ['unexpected'] },
  { checker: 'queue', title: 'gives twice', ops: [put(1), take(1), take(1)], expected: ['duplicated'] },
  {
    checker: 'queue',
    title: 'may give twice',
    ops: [put(1), take(1), take(1)],
    options: { allowDuplicates: true },
    expected: [],
  },
  {
    checker: 'queue',
    title: 'gives what had failed',
    ops: [{ ...put(1), ...failed }, take(1)],
    expected: ['unexpected'],
  },
  {
    checker: 'total-queue',
    title: 'gives everything',
    ops: [put(1), { ...put(2), ...lost }, take(1), take(2), take(null)],
    expected: [],
  },
  {
    checker: 'total-queue',
    title: 'gives the rest by drain',
    ops: [put(1), put(2), op(2, 'drain', null, [1, 2])],
    expected: [],
  },
  {
    checker: 'total-queue',
    title: 'loses a value',
    ops: [put(1), put(2), take(2), take(null, { type: 'fail', errorCode: 'empty' })],
    expected: ['lost'],
  },
  { checker: 'total-queue', title: 'was not emptied', ops: [put(1), put(2), take(2)], expected: ['unknown'] },
  {
    checker: 'total-queue',
    title: 'may have been emptied unseen',
    ops: [put(1), take(null, lost), op(3, 'dequeue', null, null)],
    expected: ['unknown'],
  },
];
