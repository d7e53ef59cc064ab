import type { JsonValue } from '../../harness/kernel/json.ts';
import type { SketchedOp } from './sketch.ts';
import { failed, op, type WorkloadCase } from './workload-case.ts';

const send = (key: string, offset: number, value: number, process = 1): SketchedOp =>
  op(process, 'send', [['send', key, value]], [['send', key, [offset, value]]]);
const poll = (messages: Record<string, [number, number][]>, process = 2): SketchedOp =>
  op(process, 'poll', [['poll']], [['poll', messages]]);
const event = (
  revision: number,
  key: string,
  value: number | null,
  more: Record<string, JsonValue> = {},
): JsonValue => ({
  key,
  revision,
  value,
  ...more,
});
const watch = (asked: JsonValue, ...messages: JsonValue[][]): SketchedOp =>
  op(
    5,
    'watch',
    asked,
    messages.map((events) => ({ events })),
  );
const wrote = (key: string, value: number, revision: number): SketchedOp => op(1, 'put', value, { revision }, { key });

/** Literal histories of logs, streams and locks. */
export const streamCases: readonly WorkloadCase[] = [
  {
    checker: 'kafka',
    title: 'delivers in order',
    ops: [
      send('k', 0, 10),
      send('k', 1, 11),
      poll({
        k: [
          [0, 10],
          [1, 11],
        ],
      }),
    ],
    expected: [],
  },
  {
    checker: 'kafka',
    title: 'has two values at one offset',
    ops: [send('k', 0, 10), send('k', 0, 11, 3), poll({ k: [[0, 10]] }), poll({ k: [[0, 11]] }, 4)],
    expected: ['inconsistent-offsets'],
  },
  {
    checker: 'kafka',
    title: 'has a value at two offsets',
    ops: [
      send('k', 0, 10),
      poll({
        k: [
          [0, 10],
          [1, 10],
        ],
      }),
    ],
    expected: ['duplicate'],
  },
  {
    checker: 'kafka',
    title: 'loses an acknowledged value',
    ops: [send('k', 0, 10), send('k', 1, 11), poll({ k: [[1, 11]] })],
    expected: ['lost-write'],
  },
  {
    checker: 'kafka',
    title: 'delivers what had failed',
    ops: [{ ...send('k', 0, 10), ...failed }, poll({ k: [[0, 10]] })],
    expected: ['G1a'],
  },
  { checker: 'kafka', title: 'delivers what nobody sent', ops: [poll({ k: [[0, 10]] })], expected: ['unexpected'] },
  {
    checker: 'kafka',
    title: 'goes back',
    ops: [
      send('k', 0, 10),
      send('k', 1, 11),
      poll({
        k: [
          [0, 10],
          [1, 11],
        ],
      }),
      poll({ k: [[0, 10]] }),
    ],
    expected: ['nonmonotonic-poll'],
  },
  {
    checker: 'kafka',
    title: 'may go back after subscribing',
    ops: [
      op(2, 'subscribe', ['k']),
      send('k', 0, 10),
      poll({ k: [[0, 10]] }),
      op(2, 'subscribe', ['k']),
      poll({ k: [[0, 10]] }),
    ],
    expected: [],
  },
  {
    checker: 'kafka',
    title: 'skips a record',
    ops: [
      send('k', 0, 10),
      send('k', 1, 11),
      send('k', 2, 12),
      poll({ k: [[0, 10]] }),
      poll({ k: [[2, 12]] }),
      poll({ k: [[1, 11]] }, 4),
    ],
    expected: ['poll-skip'],
  },
  {
    checker: 'kafka',
    title: 'skips a record in one poll',
    ops: [
      send('k', 0, 10),
      send('k', 1, 11),
      send('k', 2, 12),
      poll({
        k: [
          [0, 10],
          [2, 12],
        ],
      }),
      poll({ k: [[1, 11]] }, 4),
    ],
    expected: ['int-poll-skip'],
  },
  {
    checker: 'kafka',
    title: 'turns sends round',
    ops: [
      send('k', 1, 10),
      send('k', 0, 11),
      poll({
        k: [
          [0, 11],
          [1, 10],
        ],
      }),
    ],
    expected: ['nonmonotonic-send'],
  },
  {
    checker: 'kafka',
    title: 'shows a transaction its own sends',
    ops: [
      op(
        1,
        'txn',
        [['send', 'k', 10], ['poll']],
        [
          ['send', 'k', [0, 10]],
          ['poll', { k: [[0, 10]] }],
        ],
      ),
    ],
    expected: ['precommitted-read'],
  },
  { checker: 'kafka', title: 'was never polled', ops: [send('k', 0, 10)], expected: ['unknown'] },

  {
    checker: 'watch',
    title: 'delivers everything',
    ops: [
      wrote('a', 1, 1),
      wrote('a', 2, 2),
      watch(
        { key: 'a', from: 1 },
        [event(1, 'a', 1, { isCreate: true })],
        [event(2, 'a', 2, { previous: 1, isCreate: false })],
      ),
    ],
    expected: [],
  },
  {
    checker: 'watch',
    title: 'delivers another key',
    ops: [watch({ prefix: 'a' }, [event(1, 'b', 1)])],
    expected: ['Filter'],
  },
  {
    checker: 'watch',
    title: 'goes back',
    ops: [watch({}, [event(2, 'a', 1)], [event(1, 'b', 1)])],
    expected: ['Ordered'],
  },
  {
    checker: 'watch',
    title: 'repeats itself',
    ops: [watch({}, [event(1, 'a', 1)], [event(1, 'a', 1)])],
    expected: ['Unique'],
  },
  {
    checker: 'watch',
    title: 'splits a revision',
    ops: [watch({}, [event(1, 'a', 1)], [event(1, 'b', 1)])],
    expected: ['Atomic'],
  },
  {
    checker: 'watch',
    title: 'breaks its bookmark',
    ops: [op(5, 'watch', {}, [{ events: [], progress: 3 }, { events: [event(2, 'a', 1)] }])],
    expected: ['Bookmarkable'],
  },
  {
    checker: 'watch',
    title: 'does not resume',
    ops: [wrote('a', 1, 1), watch({ from: 1 }, [event(2, 'a', 2)])],
    expected: ['Resumable'],
  },
  {
    checker: 'watch',
    title: 'leaves a gap',
    ops: [wrote('a', 2, 2), watch({ from: 1 }, [event(1, 'a', 1), event(3, 'a', 3)])],
    expected: ['Reliable'],
  },
  {
    checker: 'watch',
    title: 'has a wrong past',
    ops: [wrote('a', 1, 1), watch({ from: 2 }, [event(2, 'a', 2, { previous: 7 })])],
    expected: ['PrevKV'],
  },
  {
    checker: 'watch',
    title: 'calls a change a creation',
    ops: [wrote('a', 1, 1), watch({ from: 2 }, [event(2, 'a', 2, { isCreate: true })])],
    expected: ['IsCreate'],
  },
  { checker: 'watch', title: 'delivered nothing', ops: [watch({})], expected: ['unknown'] },

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
    ops: [
      op(1, 'acquire', null, 1),
      op(1, 'release', null, null, { type: 'info', errorCode: 'timeout' }),
      op(2, 'acquire', null, 2),
    ],
    expected: [],
  },
  {
    checker: 'lock',
    title: 'may be free after any crash of its holder',
    ops: [
      op(1, 'acquire', null, 1),
      op(1, 'write', { token: 1 }, null, { type: 'info', errorCode: 'timeout' }),
      op(2, 'acquire', null, 2),
    ],
    expected: [],
  },
  {
    checker: 'lock',
    title: 'may be free after its holder crashed at another key',
    ops: [
      op(1, 'acquire', null, null, { key: 'A' }),
      op(1, 'write', { x: 1 }, null, { key: 'B', type: 'info', errorCode: 'timeout' }),
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
      op(3, 'write', { x: 1 }, null, { key: 'B', type: 'info', errorCode: 'timeout' }),
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

  {
    checker: 'watch',
    title: 'is contradicted by the writer',
    ops: [wrote('a', 1, 1), watch({ key: 'a' }, [event(1, 'a', 2)])],
    expected: ['Reliable'],
  },
  {
    checker: 'watch',
    title: 'leaves out a part of a revision',
    ops: [wrote('b', 2, 1), watch({}, [event(1, 'a', 1)])],
    expected: ['Atomic'],
  },
  {
    checker: 'watch',
    title: 'leaves out what its bookmark covers',
    ops: [wrote('a', 1, 1), wrote('a', 2, 2), op(5, 'watch', {}, [{ events: [event(1, 'a', 1)], progress: 2 }])],
    expected: ['Bookmarkable'],
  },
  {
    checker: 'watch',
    title: 'may know a value between that nobody else knows',
    ops: [wrote('a', 1, 1), watch({ from: 3 }, [event(3, 'a', 3, { previous: 2 })])],
    expected: [],
  },
  {
    checker: 'watch',
    title: 'forgets the value that another stream shows to be the one before',
    ops: [
      wrote('a', 1, 1),
      watch({ from: 1 }, [event(1, 'a', 1)], [event(3, 'a', 3)]),
      watch({ from: 3 }, [event(3, 'a', 3, { previous: 2 })]),
    ],
    expected: ['PrevKV'],
  },
  {
    checker: 'watch',
    title: 'is the only one who tells anything',
    ops: [watch({}, [event(1, 'a', 1)], [event(2, 'a', 2)])],
    expected: ['unknown'],
  },
];
