import type { SketchedOp } from './sketch.ts';
import { event, watch, wrote } from './watch-sketch.ts';
import { lost, op, type WorkloadCase } from './workload-case.ts';

const DELIVERED = [wrote('a', 1, 1), wrote('a', 3, 3), watch({ from: 1 }, [event(1, 'a', 1)], [event(3, 'a', 3)])];

/** Operations that tell of no change, whatever they hold. */
const BESIDE: readonly (readonly [what: string, SketchedOp])[] = [
  ['a stream that never ended', op(6, 'watch', [{ events: [event(2, 'a', 2)] }], null, lost)],
  ['an operation that is none on streams', op(6, 'list', null, [{ events: [event(2, 'a', 2)] }])],
  ['a put in doubt', op(6, 'put', { revision: 2 }, null, { ...lost, key: 'a' })],
  ['a read that tells a revision', op(6, 'get', null, { revision: 2 }, { key: 'a' })],
  ['a put that tells none', op(6, 'put', 2, {}, { key: 'a' })],
  ['a put without a key', op(6, 'put', 2, { revision: 2 })],
];

/** Literal histories of streams beside operations that tell nothing about them, and of streams that look alike. */
export const watchAnswerCases: readonly WorkloadCase[] = [
  {
    checker: 'watch',
    title: 'says that it came as far as it did',
    ops: [wrote('a', 1, 1), op(5, 'watch', {}, [{ events: [event(1, 'a', 1)] }, { progress: 1 }])],
    expected: [],
  },
  {
    checker: 'watch',
    title: 'goes back, and leaves out what lies between',
    ops: [wrote('a', 2, 2), watch({ from: 1 }, [event(3, 'a', 3)], [event(1, 'a', 1)])],
    expected: ['Ordered', 'Reliable'],
  },
  {
    checker: 'watch',
    title: 'owes nothing about keys that it was not asked for',
    ops: [
      wrote('a', 1, 1),
      wrote('b', 2, 2),
      wrote('a', 3, 3),
      watch({ key: 'a', from: 1 }, [event(1, 'a', 1)], [event(3, 'a', 3)]),
    ],
    expected: [],
  },
  {
    checker: 'watch',
    title: 'tells a past wrong that it begins just behind',
    ops: [wrote('a', 1, 1), watch({ key: 'a', from: 2 }, [event(3, 'a', 3, { previous: 9 })])],
    expected: ['PrevKV'],
  },
  {
    checker: 'watch',
    title: 'tells a past of which only a stream of another key could know',
    ops: [
      wrote('a', 1, 1),
      wrote('b', 5, 2),
      wrote('b', 6, 4),
      watch({ key: 'a', from: 3 }, [event(3, 'a', 3, { previous: 9 })]),
      watch({ key: 'b', from: 1 }, [event(2, 'b', 5)], [event(4, 'b', 6)]),
    ],
    expected: [],
  },
  {
    checker: 'watch',
    title: 'is known from two streams alone',
    ops: [watch({}, [event(1, 'a', 1)]), { ...watch({}, [event(1, 'a', 1)]), process: 6 }],
    expected: [],
  },
  {
    checker: 'watch',
    title: 'is compared with writes as with puts',
    ops: [op(1, 'write', 2, { revision: 2 }, { key: 'a' }), watch({ from: 1 }, [event(1, 'a', 1)], [event(3, 'a', 3)])],
    expected: ['Reliable'],
  },
  ...BESIDE.map(([what, other]): WorkloadCase => ({
    checker: 'watch',
    title: `owes nothing of ${what}`,
    ops: [...DELIVERED, other],
    expected: [],
  })),
  {
    checker: 'watch',
    title: 'delivers what is no event',
    ops: [
      ...DELIVERED,
      op(6, 'watch', {}, [{ events: [{ key: 1, revision: 2, value: 2 }, { key: 'a', value: 2 }, event(3, 'a', 3)] }]),
    ],
    expected: [],
  },
];
