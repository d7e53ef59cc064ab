import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue, type QueuedEvent } from './event-queue.ts';

describe('EventQueue', () => {
  it('gives events in order of time, then of creation, without the cancelled ones', () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant('push' as const), atNs: fc.integer({ min: 0, max: 20 }) }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(200) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('pop' as const) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queue = new EventQueue();
        const pushed: QueuedEvent[] = [];
        let expected: QueuedEvent[] = [];
        const popExpected = (): QueuedEvent | undefined => {
          expected.sort((left, right) => left.atNs - right.atNs || left.sequence - right.sequence);
          return expected.shift();
        };
        for (const each of steps) {
          if (each.kind === 'push') {
            const event = queue.push(each.atNs, () => undefined);
            pushed.push(event);
            expected.push(event);
          } else if (each.kind === 'cancel') {
            const event = pushed[each.which % Math.max(1, pushed.length)];
            if (event === undefined || !expected.includes(event)) continue;
            queue.cancel(event);
            expected = expected.filter((other) => other !== event);
          } else expect(queue.pop()).toBe(popExpected());
          expect(queue.size).toBe(expected.length);
        }
        while (expected.length > 0) expect(queue.pop()).toBe(popExpected());
        expect(queue.pop()).toBeUndefined();
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('keeps its order when most of it was cancelled', () => {
    const queue = new EventQueue();
    const events = Array.from({ length: 5_000 }, (_, index) => queue.push((index * 7919) % 5_000, () => undefined));
    for (const event of events) if (event.atNs % 10 !== 0) queue.cancel(event);
    expect(queue.size).toBe(500);
    for (let atNs = 0; atNs < 5_000; atNs += 10) expect(queue.pop()?.atNs).toBe(atNs);
  });
});
