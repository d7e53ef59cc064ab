import { event, watch, wrote } from './watch-sketch.ts';
import { op, type WorkloadCase } from './workload-case.ts';

/** Literal histories of streams of changes. */
export const watchCases: readonly WorkloadCase[] = [
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
  {
    checker: 'watch',
    title: 'delivered nothing of what was written',
    ops: [wrote('a', 1, 1), watch({ key: 'a' })],
    expected: ['unknown'],
  },
  {
    checker: 'watch',
    title: 'tells a revision of two keys in one message',
    ops: [wrote('a', 1, 1), watch({}, [event(1, 'a', 1), event(1, 'b', 1)])],
    expected: [],
  },
  {
    checker: 'watch',
    title: 'breaks a bookmark that was repeated with less',
    ops: [
      op(5, 'watch', {}, [{ events: [], progress: 3 }, { events: [], progress: 2 }, { events: [event(3, 'a', 1)] }]),
    ],
    expected: ['Bookmarkable'],
  },
  {
    checker: 'watch',
    title: 'says that less is complete than it delivered before it went back',
    ops: [
      op(5, 'watch', {}, [{ events: [event(3, 'a', 1)] }, { events: [event(1, 'b', 1)] }, { events: [], progress: 2 }]),
    ],
    expected: ['Ordered', 'Bookmarkable'],
  },
  {
    checker: 'watch',
    title: 'contradicts itself only',
    ops: [wrote('b', 9, 9), watch({ from: 1 }, [event(1, 'a', 1), event(1, 'a', 2)])],
    expected: ['Unique'],
  },
  {
    checker: 'watch',
    title: 'says of a deletion after a deletion that it creates nothing',
    ops: [
      op(1, 'delete', null, { revision: 2 }, { key: 'a' }),
      watch({ from: 3 }, [event(3, 'a', null, { isCreate: false })]),
    ],
    expected: [],
  },
  {
    checker: 'watch',
    title: 'has a wrong past right after the change before, and was not asked for either',
    ops: [wrote('a', 1, 1), watch({ from: 5 }, [event(2, 'a', 2, { previous: 7 })])],
    expected: ['PrevKV'],
  },
  {
    checker: 'watch',
    title: 'may know a value between, after the other stream ended',
    ops: [
      wrote('a', 1, 1),
      watch({ from: 1 }, [event(1, 'a', 1)]),
      watch({ from: 3 }, [event(3, 'a', 3, { previous: 2 })]),
    ],
    expected: [],
  },
  {
    checker: 'watch',
    title: 'has a past that the bookmark of another stream rules out',
    ops: [
      wrote('a', 1, 1),
      op(6, 'watch', { from: 1 }, [{ events: [event(1, 'a', 1)], progress: 2 }]),
      watch({ from: 3 }, [event(3, 'a', 3, { previous: 2 })]),
    ],
    expected: ['PrevKV'],
  },
  {
    checker: 'watch',
    title: 'tells a deletion as the value that was there',
    ops: [op(1, 'delete', 4, { revision: 1 }, { key: 'a' }), watch({}, [event(1, 'a', 4)])],
    expected: ['Reliable'],
  },
];
