import { expect, it } from 'vitest';
import { EvidenceEffort } from './evidence-effort.ts';
import { firstWrongEntry } from './longest-prefix.ts';
import { ENDED_OK, ENDED_OPEN, NEVER } from './operations.ts';

it('cuts the operations of one object alone, however many others there are', () => {
  const count = 1000;
  const column = (first: number): Int32Array => Int32Array.from({ length: count }, (_, slot) => first + 2 * slot);
  const whole = { count, invoke: column(0), complete: column(1), ended: new Uint8Array(count).fill(ENDED_OK) };
  const members = Int32Array.of(10, 500, 501, 900);
  const effort = new EvidenceEffort(1000, { nowMs: () => 0, deadlineMs: 1 });
  const sizes: number[] = [];
  const wrongAt = firstWrongEntry(
    { operations: whole, members },
    1801,
    ({ operations, members: part }) => {
      sizes.push(operations.invoke.length, operations.complete.length, operations.ended.length, part.length);
      for (const slot of part) {
        const isOpen = operations.ended[slot] === ENDED_OPEN;
        expect(operations.complete[slot]).toBe(isOpen ? NEVER : (operations.invoke[slot] ?? 0) + 1);
      }
      // Wrong once the operation of slot 501 has answered.
      return part.some((slot) => operations.complete[slot] === 1003);
    },
    effort,
  );
  expect(wrongAt).toBe(1003);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(members.length);
});

it('leaves open what had begun and not ended by the cut', () => {
  // The first operation runs around the second one, and is wrong as soon as it is answered.
  const operations = {
    count: 2,
    invoke: Int32Array.of(0, 1),
    complete: Int32Array.of(5, 2),
    ended: Uint8Array.of(ENDED_OK, ENDED_OK),
  };
  const wrongAt = firstWrongEntry(
    { operations, members: Int32Array.of(0, 1) },
    5,
    ({ operations: { complete, ended } }) => complete[0] === 5 && ended[0] === ENDED_OK,
    new EvidenceEffort(1000, { nowMs: () => 0, deadlineMs: 1 }),
  );
  expect(wrongAt).toBe(5);
});
