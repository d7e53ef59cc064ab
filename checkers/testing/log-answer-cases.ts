import { halfAnswered, poll, send, txn } from './log-sketch.ts';
import { failed, lost, op, type WorkloadCase } from './workload-case.ts';

/** Literal histories of logs whose answers say less, more or other things than they should. */
export const logAnswerCases: readonly WorkloadCase[] = [
  {
    checker: 'kafka',
    title: 'was never polled, and nothing was sent for certain',
    ops: [txn(1, [['send', 'k', 0, 10]], failed)],
    expected: ['unknown'],
  },
  {
    checker: 'kafka',
    title: 'has sends that were answered by nothing',
    ops: [op(1, 'send', [['send', 'k', 10]], null), poll({ k: [[0, 10]] })],
    expected: [],
  },
  {
    checker: 'kafka',
    title: 'has sends that were answered without their offsets, and by what is none',
    ops: [
      send('k', 5, 10),
      op(1, 'send', [['send', 'k', 11]], [['send', 'k', [null, 11]]]),
      op(1, 'send', [['send', 'k', 12]], [['send', 'k', ['x', 12]]]),
      send('k', 8, 13),
      poll({
        k: [
          [5, 10],
          [6, 11],
          [7, 12],
          [8, 13],
        ],
      }),
    ],
    expected: [],
  },
  {
    checker: 'kafka',
    title: 'has a transaction that was answered a part of what it asked',
    ops: [
      op(
        1,
        'txn',
        [
          ['send', 'k', 10],
          ['send', 'k', 11],
        ],
        [['send', 'k', [0, 10]]],
      ),
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
    title: 'has a transaction that was answered its poll, and not what it asked for besides',
    ops: [
      send('k', 0, 10),
      op(1, 'txn', [['poll'], ['send', 'k', 11]], [['poll', { k: [[7, 99]] }]]),
      poll({
        k: [
          [0, 10],
          [1, 11],
        ],
      }),
    ],
    expected: ['unexpected'],
  },
  {
    checker: 'kafka',
    title: 'takes what was asked for, and never answered, for no poll',
    ops: [
      send('k', 0, 10),
      op(3, 'txn', [['poll', { k: [[0, 99]] }]], null, { to: Infinity }),
      op(4, 'poll', [['poll']], [['poll', null]]),
      poll({ k: [[0, 10]] }),
    ],
    expected: [],
  },
  {
    checker: 'kafka',
    title: 'leaves out operations that are none on logs, and steps that neither send nor poll',
    ops: [
      send('k', 0, 10),
      op(3, 'debug', [['send', 'k', 9]], [['send', 'k', [0, 9]]]),
      op(3, 'txn', [['wait', 'k', 8]], [['wait', 'k', [0, 8]]]),
      poll({ k: [[0, 10]] }),
    ],
    expected: [],
  },
  {
    checker: 'kafka',
    title: 'has a transaction in doubt whose value another one failed to send',
    ops: [
      txn(4, [['send', 'k', 1, 11]], failed),
      txn(
        1,
        [
          ['send', 'k', 0, 10],
          ['send', 'k', 1, 11],
        ],
        lost,
      ),
      txn(2, [['poll', { k: [[1, 11]] }]]),
    ],
    expected: ['lost-write'],
  },
  {
    checker: 'kafka',
    title: 'shows another value at an offset to who is in doubt',
    ops: [
      send('k', 0, 10),
      send('k', 1, 11),
      halfAnswered(3, [['poll', { k: [[0, 11]] }]]),
      poll({
        k: [
          [0, 10],
          [1, 11],
        ],
      }),
    ],
    expected: ['inconsistent-offsets', 'duplicate'],
  },
  {
    checker: 'kafka',
    title: 'loses what stands before the last of several polls',
    ops: [send('k', 0, 10), send('k', 1, 11), send('k', 2, 12), poll({ k: [[0, 10]] }), poll({ k: [[2, 12]] }, 3)],
    expected: ['lost-write'],
  },
  {
    checker: 'kafka',
    title: 'forgets where a consumer was that subscribed in between',
    ops: [
      send('k', 0, 10),
      send('k', 1, 11),
      op(2, 'assign', ['k']),
      poll({
        k: [
          [0, 10],
          [1, 11],
        ],
      }),
      op(2, 'subscribe', ['k']),
      op(2, 'assign', ['k']),
      poll({ k: [[0, 10]] }),
    ],
    expected: [],
  },
  {
    checker: 'kafka',
    title: 'goes back within one poll of a consumer that subscribed',
    ops: [
      send('k', 0, 10),
      send('k', 1, 11),
      op(2, 'subscribe', ['k']),
      poll({
        k: [
          [1, 11],
          [0, 10],
        ],
      }),
    ],
    expected: ['int-nonmonotonic-poll'],
  },
  {
    checker: 'kafka',
    title: 'goes back for a producer that subscribed',
    ops: [
      op(1, 'subscribe', ['k']),
      send('k', 1, 11),
      send('k', 0, 10),
      poll({
        k: [
          [0, 10],
          [1, 11],
        ],
      }),
    ],
    expected: ['nonmonotonic-send'],
  },
  {
    checker: 'kafka',
    title: 'delivers the same offset again',
    ops: [send('k', 0, 10), poll({ k: [[0, 10]] }), poll({ k: [[0, 10]] })],
    expected: ['nonmonotonic-poll'],
  },
  {
    checker: 'kafka',
    title: 'lets a transaction in doubt, which was polled, poll in a circle',
    ops: [
      op(
        1,
        'txn',
        [
          ['send', 'k', [0, 10]],
          ['poll', { l: [[0, 20]] }],
        ],
        null,
        { ...lost, from: 1, to: 9 },
      ),
      txn(
        2,
        [
          ['send', 'l', 0, 20],
          ['poll', { k: [[0, 10]] }],
        ],
        { from: 2, to: 8 },
      ),
    ],
    expected: ['G1c'],
  },
  {
    checker: 'kafka',
    title: 'polls in a circle what another one failed to send as well',
    ops: [
      txn(4, [['send', 'k', 0, 10]], { ...failed, from: 0, to: 0.5 }),
      txn(
        1,
        [
          ['send', 'k', 0, 10],
          ['poll', { l: [[0, 20]] }],
        ],
        { from: 1, to: 9 },
      ),
      txn(
        2,
        [
          ['send', 'l', 0, 20],
          ['poll', { k: [[0, 10]] }],
        ],
        { from: 2, to: 8 },
      ),
    ],
    expected: ['G1c'],
  },
  {
    checker: 'kafka',
    title: 'tells no circle by a value that two have sent',
    ops: [
      txn(
        1,
        [
          ['send', 'k', 0, 10],
          ['poll', { l: [[0, 20]] }],
        ],
        { from: 1, to: 9 },
      ),
      txn(3, [['send', 'k', 1, 10]], { from: 1.5, to: 9.5 }),
      txn(
        2,
        [
          ['send', 'l', 0, 20],
          [
            'poll',
            {
              k: [
                [0, 10],
                [1, 10],
              ],
            },
          ],
        ],
        { from: 2, to: 8 },
      ),
    ],
    expected: [],
  },
];
