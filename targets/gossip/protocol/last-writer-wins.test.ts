import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LastWriterWinsStore, isLater } from './last-writer-wins.ts';
import type { Change } from './messages.ts';

const KEYS = ['a', 'b'];

const operation = fc.oneof(
  fc.record({ f: fc.constant('write' as const), key: fc.constantFrom(...KEYS), value: fc.nat(9) }),
  fc.record({ f: fc.constant('add' as const), key: fc.constantFrom(...KEYS), element: fc.nat(9) }),
);

/** Changes as nodes make them: no two with the same origin and sequence. */
const changes = fc
  .uniqueArray(
    fc.record({
      origin: fc.constantFrom('n1', 'n2', 'n3'),
      sequence: fc.integer({ min: 1, max: 20 }),
      wallMs: fc.integer({ min: 0, max: 5 }),
      operation,
    }),
    { selector: ({ origin, sequence }) => `${origin}/${sequence}`, maxLength: 25 },
  )
  .map((list): readonly Change[] => list);

function shown(applied: readonly Change[]): unknown {
  const store = new LastWriterWinsStore();
  for (const change of applied) store.apply(change);
  return KEYS.map((key) => ({
    register: store.readRegister(key),
    set: [...store.readSet(key)].map(Number).toSorted((left, right) => left - right),
  }));
}

describe('LastWriterWinsStore', () => {
  it('shows the same whatever the order, however often', () => {
    const shuffled = changes.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: 2 * list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([once, twice]) => {
        expect(shown(twice)).toEqual(shown(once));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('shows the write with the latest wall clock, and never one that was not made', () => {
    fc.assert(
      fc.property(changes, (list) => {
        const store = new LastWriterWinsStore();
        for (const change of list) store.apply(change);
        for (const key of KEYS) {
          const writes = list.filter(({ operation: { f, key: of } }) => f === 'write' && of === key);
          const latestMs = Math.max(...writes.map(({ wallMs }) => wallMs));
          const latest = writes.filter(({ wallMs }) => wallMs === latestMs);
          const values = latest.map(({ operation: made }) => (made.f === 'write' ? made.value : undefined));
          expect(writes.length === 0 ? [null] : values).toContain(store.readRegister(key));
        }
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('orders changes totally', () => {
    fc.assert(
      fc.property(changes, (list) => {
        for (const left of list) {
          for (const right of list) {
            if (left === right) expect(isLater(left, right)).toBe(false);
            else expect(isLater(left, right)).toBe(!isLater(right, left));
          }
        }
      }),
      { seed: 3, numRuns: 50 },
    );
  });
});
