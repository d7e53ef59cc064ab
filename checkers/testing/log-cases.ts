import { txn } from './log-sketch.ts';
import type { SketchedOp } from './sketch.ts';
import { op, type WorkloadCase } from './workload-case.ts';

/** Lasts long, and polls what another one sends. */
const SENDS_K_POLLS_L = txn(
  1,
  [
    ['send', 'k', 0, 10],
    ['poll', { l: [[0, 20]] }],
  ],
  { from: 1, to: 9 },
);

/** Two transactions whose records stand in one order in one log, and in the other order in the other. */
const INTERLEAVED: readonly SketchedOp[] = [
  txn(
    1,
    [
      ['send', 'k', 0, 10],
      ['send', 'l', 1, 11],
    ],
    { from: 1, to: 9 },
  ),
  txn(
    2,
    [
      ['send', 'k', 1, 20],
      ['send', 'l', 0, 21],
    ],
    { from: 2, to: 8 },
  ),
  txn(3, [
    [
      'poll',
      {
        k: [
          [0, 10],
          [1, 20],
        ],
        l: [
          [0, 21],
          [1, 11],
        ],
      },
    ],
  ]),
];

/** Literal histories of logs that are used by transactions, and of consumers that change what they consume. */
export const logCases: readonly WorkloadCase[] = [
  {
    checker: 'kafka',
    title: 'lets two transactions poll from each other',
    ops: [
      SENDS_K_POLLS_L,
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
    title: 'lets what is polled depend on what began later',
    ops: [
      SENDS_K_POLLS_L,
      txn(2, [['poll', { k: [[0, 10]] }]], { from: 2, to: 3 }),
      txn(3, [['send', 'l', 0, 20]], { from: 4, to: 5 }),
    ],
    expected: ['G1c-realtime'],
  },
  {
    checker: 'kafka',
    title: 'lets what a process polls depend on what it sends later',
    ops: [
      SENDS_K_POLLS_L,
      txn(2, [['poll', { k: [[0, 10]] }]], { from: 2, to: 3 }),
      txn(2, [['send', 'l', 0, 20]], { from: 4, to: 5 }),
    ],
    expected: ['G1c-process'],
  },
  {
    checker: 'kafka',
    title: 'interleaves the sends of transactions',
    ops: INTERLEAVED,
    expected: [],
  },
  {
    checker: 'kafka',
    title: 'interleaves the sends of transactions where it must not',
    ops: INTERLEAVED,
    options: { wwDeps: true },
    expected: ['G0'],
  },
  {
    checker: 'kafka',
    title: 'lets others send between two sends of a transaction',
    ops: [
      txn(
        1,
        [
          ['send', 'k', 0, 10],
          ['send', 'k', 2, 11],
        ],
        { from: 1, to: 9 },
      ),
      txn(2, [['send', 'k', 1, 20]], { from: 2, to: 8 }),
      txn(3, [
        [
          'poll',
          {
            k: [
              [0, 10],
              [1, 20],
              [2, 11],
            ],
          },
        ],
      ]),
    ],
    expected: [],
  },
  {
    checker: 'kafka',
    title: 'shows what is sent only later',
    ops: [txn(2, [['poll', { k: [[0, 10]] }]]), txn(1, [['send', 'k', 0, 10]])],
    expected: ['unexpected', 'G1c-realtime'],
  },
  {
    checker: 'kafka',
    title: 'turns the sends of one operation round',
    ops: [
      txn(1, [
        ['send', 'k', 1, 10],
        ['send', 'k', 0, 11],
      ]),
      txn(2, [
        [
          'poll',
          {
            k: [
              [0, 11],
              [1, 10],
            ],
          },
        ],
      ]),
    ],
    expected: ['int-nonmonotonic-send'],
  },
  {
    checker: 'kafka',
    title: 'turns the records of one poll round',
    ops: [
      txn(1, [
        ['send', 'k', 0, 10],
        ['send', 'k', 1, 11],
      ]),
      txn(2, [
        [
          'poll',
          {
            k: [
              [1, 11],
              [0, 10],
            ],
          },
        ],
      ]),
    ],
    expected: ['int-nonmonotonic-poll'],
  },
  {
    checker: 'kafka',
    title: 'was not polled to its end',
    ops: [
      txn(1, [
        ['send', 'k', 0, 10],
        ['send', 'k', 1, 11],
      ]),
      txn(2, [['poll', { k: [[0, 10]] }]]),
    ],
    expected: ['unknown'],
  },
  {
    checker: 'kafka',
    title: 'skips a record of a log that stays assigned',
    ops: [
      txn(1, [
        ['send', 'k', 0, 10],
        ['send', 'k', 1, 11],
        ['send', 'k', 2, 12],
      ]),
      op(2, 'assign', ['k']),
      txn(2, [['poll', { k: [[0, 10]] }]]),
      op(2, 'assign', ['k', 'l']),
      txn(2, [['poll', { k: [[2, 12]] }]]),
      txn(3, [['poll', { k: [[1, 11]] }]]),
    ],
    expected: ['poll-skip'],
  },
  {
    checker: 'kafka',
    title: 'starts anywhere in a log that is assigned anew',
    ops: [
      txn(1, [
        ['send', 'k', 0, 10],
        ['send', 'k', 1, 11],
      ]),
      txn(2, [
        [
          'poll',
          {
            k: [
              [0, 10],
              [1, 11],
            ],
          },
        ],
      ]),
      op(2, 'assign', ['l']),
      op(2, 'assign', ['k']),
      txn(2, [['poll', { k: [[0, 10]] }]]),
    ],
    expected: [],
  },
  {
    checker: 'kafka',
    title: 'holds a value once for each time it was sent',
    ops: [
      txn(1, [['send', 'k', 0, 10]]),
      txn(1, [['send', 'k', 1, 10]]),
      txn(2, [
        [
          'poll',
          {
            k: [
              [0, 10],
              [1, 10],
            ],
          },
        ],
      ]),
    ],
    expected: [],
  },
];
