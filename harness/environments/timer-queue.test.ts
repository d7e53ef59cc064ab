import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimerQueue } from './timer-queue.ts';

test('timers come out by time and then by creation, without the cancelled ones', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ atNs: fc.nat(20), cancelled: fc.boolean() })), (plan) => {
      const queue = new TimerQueue();
      const ids = plan.map(({ atNs }) => queue.add(atNs, () => undefined));
      plan.forEach(({ cancelled }, index) => cancelled && queue.cancel(ids[index]!));
      const taken: number[] = [];
      for (let timer = queue.takeDue(20); timer; timer = queue.takeDue(20)) taken.push(timer.id);
      const expected = plan
        .map(({ atNs, cancelled }, index) => ({ atNs, cancelled, id: ids[index]! }))
        .filter(({ cancelled }) => !cancelled)
        .sort((left, right) => left.atNs - right.atNs || left.id - right.id)
        .map(({ id }) => id);
      expect(taken).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});
