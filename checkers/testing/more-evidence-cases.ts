import type { JsonValue } from '../../harness/kernel/json.ts';
import type { SketchedOp } from './sketch.ts';
import { failed, lost, op, type WorkloadCase } from './workload-case.ts';

const read = (output: JsonValue, more: Partial<SketchedOp> = {}): SketchedOp => op(9, 'read', null, output, more);
/** Literal histories for findings whose evidence is not plain: each has shown a proof that did not stand by itself. */
export const moreCases: readonly WorkloadCase[] = [
  {
    checker: 'counter',
    title: 'is too high after many adds, half of them negative',
    ops: [...Array.from({ length: 120 }, (_, n) => op(1, 'add', n < 60 ? 1 : -1)), read(1)],
    expected: ['out-of-bounds'],
  },
  {
    checker: 'counter',
    title: 'is too low after many adds, half of them negative',
    ops: [...Array.from({ length: 120 }, (_, n) => op(1, 'add', n < 60 ? -1 : 1)), read(-1)],
    expected: ['out-of-bounds'],
  },
  {
    checker: 'counter',
    title: 'is too low below zero',
    ops: [...Array.from({ length: 60 }, () => op(1, 'add', -1)), op(1, 'add', 5, null, lost), read(-61)],
    expected: ['out-of-bounds'],
  },
  {
    checker: 'total-queue',
    title: 'loses more values than dequeues without answer can have taken',
    ops: [
      ...[1, 2, 3, 4].map((value) => op(1, 'enqueue', value)),
      op(2, 'dequeue', null, null, lost),
      op(3, 'dequeue', null, null, lost),
      op(4, 'dequeue', null, 4),
      op(4, 'dequeue', null, null),
    ],
    expected: ['lost'],
  },
  {
    checker: 'total-queue',
    title: 'gives out of nothing',
    ops: [op(1, 'enqueue', 1), op(2, 'dequeue', null, 2)],
    expected: ['unexpected'],
  },
  {
    checker: 'total-queue',
    title: 'gives twice',
    ops: [op(1, 'enqueue', 1), op(2, 'dequeue', null, 1), op(2, 'dequeue', null, 1)],
    expected: ['duplicated'],
  },
  {
    checker: 'convergence',
    title: 'ends with a value that nobody wrote, and two that differ',
    ops: [op(1, 'write', 1), ...['n1', 'n2', 'n3'].map((node, n) => op(n, 'read', null, n === 0 ? 7 : 1, { node }))],
    expected: ['unexpected', 'diverged'],
  },
  {
    checker: 'convergence',
    title: 'is back to nothing',
    ops: [op(1, 'write', 1), ...['n1', 'n2'].map((node, n) => op(n, 'read', null, null, { node }))],
    expected: ['lost'],
  },
  {
    checker: 'broadcast',
    title: 'shows what nobody sent',
    ops: [op(1, 'broadcast', 5), op(1, 'read', null, [5, 6], { node: 'n1' })],
    expected: ['unexpected'],
  },
  {
    checker: 'kafka',
    title: 'goes back inside of a poll',
    ops: [
      op(1, 'send', [['send', 'k', 10]], [['send', 'k', [0, 10]]]),
      op(1, 'send', [['send', 'k', 11]], [['send', 'k', [1, 11]]]),
      op(
        2,
        'poll',
        [['poll']],
        [
          [
            'poll',
            {
              k: [
                [1, 11],
                [0, 10],
              ],
            },
          ],
        ],
      ),
    ],
    expected: ['int-nonmonotonic-poll'],
  },
  {
    checker: 'kafka',
    title: 'goes back inside of a transaction that sends',
    ops: [
      op(
        1,
        'txn',
        [
          ['send', 'k', 10],
          ['send', 'k', 11],
        ],
        [
          ['send', 'k', [1, 10]],
          ['send', 'k', [0, 11]],
        ],
      ),
      op(
        2,
        'poll',
        [['poll']],
        [
          [
            'poll',
            {
              k: [
                [0, 11],
                [1, 10],
              ],
            },
          ],
        ],
      ),
    ],
    expected: ['int-nonmonotonic-send'],
  },
  {
    checker: 'set',
    title: 'loses, repeats and invents',
    ops: [op(1, 'add', 1), op(1, 'add', 2), op(2, 'add', 3, null, failed), read([2, 2, 3])],
    expected: ['lost', 'unexpected', 'duplicated'],
  },
  {
    checker: 'staleness',
    title: 'is far behind',
    ops: [...Array.from({ length: 30 }, (_, n) => op(1, 'write', n)), read(3)],
    options: { maxVersions: 20 },
    expected: ['stale-read'],
  },
  {
    checker: 'log-patterns',
    title: 'says what it must not',
    ops: [op(1, 'read', null, 1)],
    options: { patterns: ['panic'], logs: { n1: ['all well', 'panic: out of memory'] } },
    expected: ['log-pattern'],
  },
  ...['causal-memory', 'pram'].map((checker) => ({
    checker,
    title: 'finds nothing, and later that everything was there before',
    ops: [
      ...['x', 'y', 'z'].map((key) => op(1, 'write', 1, null, { key })),
      op(2, 'write', 2, null, { key: 'y' }),
      ...(
        [
          ['y', 2],
          ['x', null],
          ['z', 1],
          ['y', 2],
        ] as const
      ).map(([key, found]) => op(3, 'read', null, found, { key })),
    ],
    expected: ['WriteHBInitRead'],
  })),
];
