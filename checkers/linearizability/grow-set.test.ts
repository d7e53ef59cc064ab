import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import { checkLinearizable } from '../check-linearizable.ts';
import { contextWith, keepOps, sketch, type SketchedOp } from '../testing/sketch.ts';
import { linearizabilityChecker } from './index.ts';

const check = (ops: readonly SketchedOp[], model: string): CheckResult => checkLinearizable(sketch(ops), { model });

/** Clients that all append at the same time, in rounds; the first of each reads after every round. */
function rounds(count: number, clients: number, f: string, valueOf: (order: number) => number): SketchedOp[] {
  const ops: SketchedOp[] = [];
  const held: number[] = [];
  for (let round = 0; round < count; round++) {
    for (let process = 0; process < clients; process++) {
      const value = valueOf(round * clients + process);
      if (f === 'append' || !held.includes(value)) held.push(value);
      ops.push({ process, f, input: value, output: value, from: round * 10 + 1 + process / 100, to: round * 10 + 5 });
    }
    ops.push({ process: 0, f: 'read', output: [...held], from: round * 10 + 6, to: round * 10 + 7 });
  }
  return ops;
}

describe('objects that only grow', () => {
  it('keeps the read that makes an early addition wrong', () => {
    // Without the read, additions in either order are fine.
    const ops: readonly SketchedOp[] = [
      { process: 0, f: 'read', output: [2], from: 1, to: 10 },
      { process: 1, f: 'add', input: 1, from: 2, to: 3 },
      { process: 2, f: 'add', input: 2, from: 4, to: 5 },
    ];
    const { verdict, findings } = check(ops, 'set');
    expect(verdict).toBe('invalid');
    expect(findings).toHaveLength(1);
    expect(checkLinearizable(keepOps(sketch(ops), findings[0]?.ops ?? []), { model: 'set' }).verdict).toBe('invalid');
  });

  it('decides elements that are added again and again', () => {
    const ops = rounds(40, 30, 'add', (order) => (order * 7) % 90);
    expect(check(ops, 'set')).toMatchObject({
      verdict: 'valid',
      facts: { algorithm: { 'set that only grows': 1 } },
    });
    // The second addition of an element was over before a read that misses it began.
    const missing = ops.map((op) => (op.f === 'read' && op.from === 16 ? { ...op, output: [0] } : op));
    expect(check(missing, 'set').verdict).toBe('invalid');
  });

  it('decides one element that was added more often than pairs of additions can be looked at', () => {
    const adds = Array.from({ length: 20_000 }, (_, order): SketchedOp => ({ process: order % 9, f: 'add', input: 1 }));
    expect(check([...adds, { process: 0, f: 'read', output: [1] }], 'set').verdict).toBe('valid');
    expect(check([...adds, { process: 0, f: 'read', output: [] }], 'set').verdict).toBe('invalid');
  });

  it('looks at the clock while it reads the additions', () => {
    let nowMs = 0;
    const adds = rounds(100, 30, 'add', () => 1).filter(({ f }) => f === 'add');
    const { verdict } = linearizabilityChecker.check(sketch(adds), {
      ...contextWith({ model: 'set' }, { timeMs: 10 }),
      nowMs: () => nowMs++,
    });
    expect(verdict).toBe('unknown');
    expect(nowMs).toBeLessThan(40);
  });

  it.each([
    ['valid', (list: number[]) => list],
    ['invalid', (list: number[]) => [...list.slice(0, -2), list.at(-1) ?? 0, list.at(-2) ?? 0]],
    ['invalid', (list: number[]) => list.slice(0, -1)],
    ['invalid', (list: number[]) => [...list, 999_999]],
  ])('decides a log of 30 concurrent clients: %s', (verdict, spoil) => {
    const ops = rounds(20, 30, 'append', (order) => order);
    const middle = ops.map((op) =>
      op.f === 'read' && op.from === 106 ? { ...op, output: spoil([...(op.output as number[])]) } : op,
    );
    expect(check(middle, 'append-log')).toMatchObject({
      verdict,
      facts: { algorithm: { 'append-log that only grows': 1 } },
    });
  });
});
