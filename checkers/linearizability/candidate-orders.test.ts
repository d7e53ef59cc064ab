import { describe, expect, it } from 'vitest';
import { candidateOrders, type OrderedObject } from './candidate-orders.ts';
import { EvidenceEffort } from './evidence-effort.ts';

/** Writes of one register that all overlap, and then a read of what nobody wrote. */
function overlappingWrites(count: number): OrderedObject<number> {
  return {
    count: count + 1,
    call: Int32Array.from({ length: count + 1 }, (_, op) => (op === count ? 2 * count : op)),
    ret: Int32Array.from({ length: count + 1 }, (_, op) => (op === count ? 2 * count + 1 : count + op)),
    initial: -1,
    step: (state, op) => (op < count ? op : state === count ? state : undefined),
    identity: (state) => state,
    isPure: (op) => op === count,
  };
}

describe('the orders that real time allows', () => {
  it('are told apart by where they end', () => {
    const effort = new EvidenceEffort(1000, { nowMs: () => 0, deadlineMs: 1 });
    const { found, isWhole } = candidateOrders(overlappingWrites(3), { most: 8, steps: 1000, effort });
    expect(isWhole).toBe(true);
    expect(found.map(({ order }) => order.length)).toEqual([3, 3, 3]);
    expect(new Set(found.map(({ state }) => state))).toEqual(new Set([0, 1, 2]));
    for (const { order, state, refused } of found) {
      expect(order.at(-1)).toBe(state);
      expect(new Set(order)).toEqual(new Set([0, 1, 2]));
      expect(refused).toBe(3);
    }
  });

  it('are no longer looked for when the check is out of time', () => {
    let now = 0;
    const object = overlappingWrites(20);
    const late = new EvidenceEffort(1e9, { nowMs: () => now, deadlineMs: 500 });
    const slow = { ...object, step: (state: number, op: number) => (now++, object.step(state, op)) };
    expect(candidateOrders(slow, { most: 8, steps: 1_000_000, effort: late }).isWhole).toBe(false);
    expect(now).toBeLessThan(700);
  });
});
