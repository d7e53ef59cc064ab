import { poll, send } from './log-sketch.ts';
import { failed, lost, op, type WorkloadCase } from './workload-case.ts';

/** Literal histories of logs that are sent to and polled from one operation at a time. */
export const plainLogCases: readonly WorkloadCase[] = [
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
    checker: 'kafka',
    title: 'holds a value twice of which one send had failed',
    ops: [
      { ...send('k', 0, 10), ...failed },
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
    title: 'may keep a part of what one send in doubt was to send, without a transaction',
    ops: [
      op(
        1,
        'send',
        [
          ['send', 'k', 10],
          ['send', 'k', 11],
        ],
        null,
        lost,
      ),
      poll({ k: [[0, 11]] }),
    ],
    expected: [],
  },
  {
    checker: 'kafka',
    title: 'gives the offset of a send that failed away again',
    ops: [op(1, 'send', [['send', 'k', [0, 10]]], null, failed), send('k', 0, 11), poll({ k: [[0, 11]] })],
    expected: [],
  },
  {
    checker: 'kafka',
    title: 'goes back after it was not subscribed',
    ops: [
      send('k', 0, 10),
      send('k', 1, 11),
      poll({
        k: [
          [0, 10],
          [1, 11],
        ],
      }),
      op(2, 'subscribe', ['k'], null, failed),
      poll({ k: [[0, 10]] }),
    ],
    expected: ['nonmonotonic-poll'],
  },
  {
    checker: 'kafka',
    title: 'goes back to before what a poll that failed had seen',
    ops: [
      send('k', 0, 10),
      send('k', 1, 11),
      op(2, 'poll', [['poll', { k: [[1, 11]] }]], null, failed),
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
    title: 'goes back after it was assigned what it had subscribed to',
    ops: [
      send('k', 0, 10),
      send('k', 1, 11),
      op(2, 'subscribe', ['k']),
      op(2, 'assign', ['k']),
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
    title: 'turns sends round while another log is assigned',
    ops: [
      send('k', 1, 10),
      op(1, 'assign', ['l']),
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
];
