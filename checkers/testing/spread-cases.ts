import type { JsonValue } from '../../harness/kernel/json.ts';
import type { SketchedOp } from './sketch.ts';
import { op, type WorkloadCase } from './workload-case.ts';

const read = (output: JsonValue, more: Partial<SketchedOp> = {}): SketchedOp => op(9, 'read', null, output, more);
/** Literal histories of sets, broadcasts and other data that spreads: at least one for each anomaly, and valid ones. */
export const spreadCases: readonly WorkloadCase[] = [
  {
    checker: 'set-full',
    title: 'keeps elements',
    ops: [op(1, 'add', 1), read([1]), op(1, 'add', 2), read([1, 2])],
    expected: [],
  },
  {
    checker: 'set-full',
    title: 'loses an element',
    ops: [op(1, 'add', 1), op(1, 'add', 2), read([1, 2]), read([2])],
    expected: ['lost'],
  },
  { checker: 'set-full', title: 'is late', ops: [op(1, 'add', 1), read([]), read([1])], expected: [] },
  {
    checker: 'set-full',
    title: 'is late where it must not',
    ops: [op(1, 'add', 1), read([]), read([1])],
    options: { level: 'linearizable' },
    expected: ['stale'],
  },
  {
    checker: 'set-full',
    title: 'invents and repeats',
    ops: [op(1, 'add', 1), read([1, 1, 7])],
    expected: ['unexpected', 'duplicated'],
  },
  { checker: 'set-full', title: 'was never read', ops: [op(1, 'add', 1)], expected: ['unknown'] },

  {
    checker: 'broadcast',
    title: 'reaches everybody',
    ops: [op(1, 'broadcast', 5), op(1, 'read', null, [5], { node: 'n1' }), op(2, 'read', null, [5, 5], { node: 'n2' })],
    expected: [],
  },
  {
    checker: 'broadcast',
    title: 'misses a node',
    ops: [op(1, 'broadcast', 5), op(1, 'read', null, [5], { node: 'n1' }), op(2, 'read', null, [], { node: 'n2' })],
    expected: ['undelivered'],
  },
  { checker: 'broadcast', title: 'has no final read', ops: [op(1, 'broadcast', 5)], expected: ['unknown'] },

  {
    checker: 'long-fork',
    title: 'is seen in one order',
    ops: [
      op(
        1,
        'txn',
        [],
        [
          ['r', 'x', 1],
          ['r', 'y', null],
        ],
      ),
      op(
        2,
        'txn',
        [],
        [
          ['r', 'y', 1],
          ['r', 'x', 1],
        ],
      ),
    ],
    expected: [],
  },
  {
    checker: 'long-fork',
    title: 'is seen in two orders',
    ops: [
      op(
        1,
        'txn',
        [],
        [
          ['r', 'x', 1],
          ['r', 'y', null],
        ],
      ),
      op(
        2,
        'txn',
        [],
        [
          ['r', 'y', 1],
          ['r', 'x', null],
        ],
      ),
    ],
    expected: ['long-fork'],
  },
  {
    checker: 'long-fork',
    title: 'writes a key twice',
    ops: [
      op(
        1,
        'txn',
        [],
        [
          ['r', 'x', 1],
          ['r', 'y', null],
        ],
      ),
      op(
        2,
        'txn',
        [],
        [
          ['r', 'y', 1],
          ['r', 'x', 2],
        ],
      ),
    ],
    expected: ['unknown'],
  },

  {
    checker: 'causal-reverse',
    title: 'shows both writes',
    ops: [op(1, 'write', 1), op(1, 'write', 2), read([1, 2])],
    expected: [],
  },
  {
    checker: 'causal-reverse',
    title: 'shows the later write only',
    ops: [op(1, 'write', 1), op(1, 'write', 2), read([2])],
    expected: ['causal-reverse'],
  },
  {
    checker: 'causal-reverse',
    title: 'shows one of two concurrent writes',
    ops: [
      op(1, 'write', 0, null, { from: 0, to: 0.5 }),
      op(1, 'write', 1, null, { from: 1, to: 5 }),
      op(2, 'write', 2, null, { from: 2, to: 4 }),
      read([0, 2]),
    ],
    expected: [],
  },

  {
    checker: 'monotonic',
    title: 'grows',
    ops: [op(1, 'inc', null, 1), op(1, 'inc', null, 2), op(2, 'read', null, 2)],
    expected: [],
  },
  {
    checker: 'monotonic',
    title: 'goes back for a process',
    ops: [op(1, 'read', null, 2), op(1, 'read', null, 1)],
    expected: ['nonmonotonic'],
  },
  {
    checker: 'monotonic',
    title: 'goes back for another process',
    ops: [op(1, 'read', null, 2), op(2, 'read', null, 1), op(2, 'read', null, 1)],
    expected: [],
  },
  {
    checker: 'monotonic',
    title: 'goes back in time',
    ops: [op(1, 'read', null, 2), op(2, 'read', null, 1)],
    options: { level: 'linearizable' },
    expected: ['stale'],
  },
  {
    checker: 'monotonic',
    title: 'is ahead in each',
    ops: [op(1, 'read', null, { x: 1, y: 2 }), op(2, 'read', null, { x: 2, y: 1 })],
    expected: ['incomparable'],
  },
  {
    checker: 'monotonic',
    title: 'reads objects of two keys, each of which grows',
    ops: [
      { ...op(1, 'read', null, { x: 2, y: 1 }), key: 'a' },
      { ...op(1, 'read', null, { x: 1, y: 2 }), key: 'b' },
      { ...op(1, 'read', null, { x: 1, y: 3 }), key: 'b' },
    ],
    expected: [],
  },
];
