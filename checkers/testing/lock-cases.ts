import { failed, lost, op, type WorkloadCase } from './workload-case.ts';

/** Literal histories of locks. */
export const lockCases: readonly WorkloadCase[] = [
  {
    checker: 'lock',
    title: 'is held by one at a time',
    ops: [op(1, 'acquire', null, 1), op(1, 'release', 1), op(2, 'acquire', null, 2)],
    expected: [],
  },
  {
    checker: 'lock',
    title: 'is held by two',
    ops: [op(1, 'acquire', null, 1), op(2, 'acquire', null, 2), op(1, 'release', 1)],
    expected: ['double-grant'],
  },
  {
    checker: 'lock',
    title: 'may run out',
    ops: [op(1, 'acquire', null, 1), op(2, 'acquire', null, 2)],
    options: { lease: true },
    expected: [],
  },
  {
    checker: 'lock',
    title: 'reuses a token',
    ops: [op(1, 'acquire', null, 1), op(1, 'release', 1), op(2, 'acquire', null, 1)],
    expected: ['token-reused', 'token-regressed'],
  },
  {
    checker: 'lock',
    title: 'hands out smaller tokens',
    ops: [op(1, 'acquire', null, 5), op(1, 'release', 5), op(2, 'acquire', null, 3)],
    expected: ['token-regressed'],
  },
  {
    checker: 'lock',
    title: 'lets an old holder write',
    ops: [
      op(1, 'acquire', null, 1),
      op(1, 'release', 1),
      op(2, 'acquire', null, 2),
      op(2, 'write', { token: 2 }),
      op(1, 'write', { token: 1 }),
    ],
    expected: ['stale-token-accepted'],
  },
  { checker: 'lock', title: 'was never acquired', ops: [op(1, 'acquire', null, null, failed)], expected: ['unknown'] },
  {
    checker: 'lock',
    title: 'is not asked for by anybody else',
    ops: [op(1, 'acquire', null, null), op(1, 'release', null), op(2, 'acquire', null, null)],
    expected: ['unknown'],
  },
  {
    checker: 'lock',
    title: 'makes others wait',
    ops: [
      op(1, 'acquire', null, null, { from: 1, to: 2 }),
      op(2, 'acquire', null, null, { from: 3, to: 6 }),
      op(1, 'release', null, null, { from: 4, to: 5 }),
    ],
    expected: [],
  },
  {
    checker: 'lock',
    title: 'is kept where a release had failed',
    ops: [op(1, 'acquire', null, null), op(1, 'release', null, null, failed), op(2, 'acquire', null, null)],
    expected: ['double-grant'],
  },
  {
    checker: 'lock',
    title: 'may be free after a crashed release',
    ops: [op(1, 'acquire', null, 1), op(1, 'release', null, null, lost), op(2, 'acquire', null, 2)],
    expected: [],
  },
  {
    checker: 'lock',
    title: 'may be free after any crash of its holder',
    ops: [op(1, 'acquire', null, 1), op(1, 'write', { token: 1 }, null, lost), op(2, 'acquire', null, 2)],
    expected: [],
  },
  {
    checker: 'lock',
    title: 'may be free after its holder crashed at another key',
    ops: [
      op(1, 'acquire', null, null, { key: 'A' }),
      op(1, 'write', { x: 1 }, null, { key: 'B', ...lost }),
      op(2, 'acquire', null, null, { key: 'A' }),
    ],
    expected: ['unknown'],
  },
  {
    checker: 'lock',
    title: 'is kept while another crashes, and while its holder releases another one',
    ops: [
      op(1, 'acquire', null, null, { key: 'A' }),
      op(1, 'release', null, null, { key: 'B' }),
      op(3, 'write', { x: 1 }, null, { key: 'B', ...lost }),
      op(2, 'acquire', null, null, { key: 'A' }),
    ],
    expected: ['double-grant'],
  },
  {
    checker: 'lock',
    title: 'is given away before a lease has run out',
    ops: [op(1, 'acquire', null, 1, { from: 1, to: 2 }), op(2, 'acquire', null, 2, { from: 50, to: 51 })],
    options: { leaseMs: 100 },
    expected: ['double-grant'],
  },
  {
    checker: 'lock',
    title: 'is given away after a lease has run out',
    ops: [op(1, 'acquire', null, 1, { from: 1, to: 2 }), op(2, 'acquire', null, 2, { from: 50, to: 51 })],
    options: { leaseMs: 40 },
    expected: [],
  },
];
