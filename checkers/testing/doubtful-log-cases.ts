import { halfAnswered, txn } from './log-sketch.ts';
import { failed, lost, type WorkloadCase } from './workload-case.ts';

/** Literal histories of logs whose transactions failed or are in doubt. */
export const doubtfulLogCases: readonly WorkloadCase[] = [
  {
    checker: 'kafka',
    title: 'loses a part of a transaction in doubt of which the rest was polled',
    ops: [
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
    title: 'may drop a transaction in doubt',
    ops: [
      txn(
        1,
        [
          ['send', 'k', 0, 10],
          ['send', 'k', 1, 11],
        ],
        lost,
      ),
      txn(3, [['send', 'k', 2, 12]]),
      txn(2, [['poll', { k: [[2, 12]] }]]),
    ],
    expected: [],
  },
  {
    checker: 'kafka',
    title: 'shows an aborted transaction',
    ops: [
      txn(
        1,
        [
          ['send', 'k', 0, 10],
          ['send', 'l', 0, 11],
        ],
        failed,
      ),
      txn(2, [['poll', { l: [[0, 11]] }]]),
    ],
    expected: ['G1a'],
  },
  {
    checker: 'kafka',
    title: 'tells nothing by what a transaction in doubt polled itself',
    ops: [
      txn(3, [['send', 'k', 0, 5]]),
      halfAnswered(1, [
        ['send', 'l', [0, 20]],
        ['send', 'k', [null, 10]],
        ['poll', { k: [[0, 5]] }],
      ]),
      txn(2, [['poll', { k: [[0, 5]], l: [[0, 20]] }]]),
    ],
    expected: ['unknown'],
  },
  {
    checker: 'kafka',
    title: 'tells nothing by what a transaction in doubt sent to another log',
    ops: [
      txn(
        1,
        [
          ['send', 'k', 1, 10],
          ['send', 'l', 0, 20],
        ],
        lost,
      ),
      txn(3, [['send', 'k', 0, 11]]),
      txn(2, [['poll', { k: [[0, 11]], l: [[0, 20]] }]]),
    ],
    expected: ['unknown'],
  },
  {
    checker: 'kafka',
    title: 'loses a record before the first one in the log that the same transaction sent after it',
    ops: [
      txn(
        1,
        [
          ['send', 'k', 0, 10],
          ['send', 'k', 5, 11],
          ['send', 'k', 2, 12],
        ],
        lost,
      ),
      txn(2, [['poll', { k: [[2, 12]] }]]),
      halfAnswered(3, [['poll', { k: [[5, 11]] }]]),
    ],
    expected: ['lost-write'],
  },
  {
    checker: 'kafka',
    title: 'loses a record before the first place of what the same transaction sent after it',
    ops: [
      txn(
        1,
        [
          ['send', 'k', 0, 10],
          ['send', 'k', 1, 11],
          ['send', 'l', 0, 20],
        ],
        lost,
      ),
      txn(2, [['poll', { k: [[1, 11]], l: [[0, 20]] }]]),
      txn(3, [['send', 'k', 5, 11]]),
    ],
    expected: ['lost-write'],
  },
  {
    checker: 'kafka',
    title: 'may drop a transaction in doubt of which only a poll in doubt saw something',
    ops: [
      txn(
        1,
        [
          ['send', 'k', 0, 10],
          ['send', 'k', 1, 11],
        ],
        lost,
      ),
      halfAnswered(4, [['poll', { k: [[1, 11]] }]]),
      txn(3, [['send', 'k', 2, 12]]),
      txn(2, [['poll', { k: [[2, 12]] }]]),
    ],
    expected: [],
  },
  {
    checker: 'kafka',
    title: 'may drop either of two transactions in doubt that sent the same value',
    ops: [
      txn(
        1,
        [
          ['send', 'k', 0, 10],
          ['send', 'k', 1, 11],
        ],
        lost,
      ),
      txn(
        4,
        [
          ['send', 'k', 0, 10],
          ['send', 'k', 1, 12],
        ],
        lost,
      ),
      txn(3, [['send', 'k', 2, 13]]),
      txn(2, [
        [
          'poll',
          {
            k: [
              [0, 10],
              [2, 13],
            ],
          },
        ],
      ]),
    ],
    expected: [],
  },
  {
    checker: 'kafka',
    title: 'was polled to its end in doubt only',
    ops: [
      txn(1, [
        ['send', 'k', 0, 10],
        ['send', 'k', 1, 11],
      ]),
      halfAnswered(2, [['poll', { k: [[1, 11]] }]]),
    ],
    expected: ['unknown'],
  },
];
