import { describe, expect, it } from 'vitest';
import { checkLinearizable } from '../check-linearizable.ts';
import { keepOps, sketch, type SketchedOp } from '../testing/sketch.ts';
import { NONE, type ContainerOperations } from './container-operations.ts';
import { decideStack } from './decide-stack.ts';
import { NEVER } from './operations.ts';

const push = (value: number): SketchedOp => ({ process: 1, f: 'push', input: value, output: value });
const pop = (value: number | null): SketchedOp => ({ process: 2, f: 'pop', output: value });
const crashed = (process: number): SketchedOp => ({ process, f: 'pop', to: Infinity });

/** Enough of them that no search would end. */
const many = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 100);

describe('stacks with crashed removals', () => {
  it.each<readonly [title: string, expected: string, ops: readonly SketchedOp[]]>([
    ['one takes what was on top', 'valid', [push(1), push(2), crashed(3), pop(1)]],
    ['one that began too late does not', 'invalid', [push(1), push(2), pop(1), crashed(3)]],
    ['one cannot take two values', 'invalid', [push(1), push(2), push(3), crashed(3), pop(1)]],
    ['two take two values', 'valid', [push(1), push(2), push(3), crashed(3), crashed(4), pop(1)]],
    ['two empty it', 'valid', [push(1), push(2), crashed(3), crashed(4), pop(null)]],
    ['one does not empty it of two', 'invalid', [push(1), push(2), crashed(3), pop(null)]],
    [
      'each takes the value that it began in time for',
      'valid',
      [push(1), push(2), crashed(3), pop(1), push(4), push(5), crashed(6), pop(4), pop(null)],
    ],
    [
      'the second one is too late for the first value',
      'invalid',
      [push(1), push(2), push(3), crashed(3), pop(1), push(4), push(5), crashed(6), pop(4)],
    ],
    [
      'forty take forty of eighty values',
      'valid',
      [...many(80).map(push), ...many(40).map(crashed), ...many(80).slice(0, 40).reverse().map(pop), pop(null)],
    ],
    [
      'what is known is wrong, whatever they take',
      'invalid',
      [push(1), push(2), ...many(40).map(push), ...many(40).map(crashed), pop(1), pop(2)],
    ],
    [
      'it explains one removal that found nothing, and not the one before',
      'invalid',
      [
        { process: 1, f: 'push', input: 1, output: 1, from: 1, to: 2 },
        { process: 2, f: 'pop', output: null, from: 3, to: 9 },
        { process: 3, f: 'pop', output: null, from: 4, to: 5 },
        { process: 4, f: 'pop', from: 6, to: Infinity },
      ],
    ],
  ])('%s: %s', (_, expected, ops) => {
    const history = sketch(ops);
    const asked = { model: 'stack', limits: { timeMs: 5000 } };
    const { verdict, findings, facts } = checkLinearizable(history, asked);
    expect(verdict).toBe(expected);
    expect(facts['algorithm']).toEqual({ 'stack of unique values': 1 });
    for (const { ops: entries } of findings) {
      expect(checkLinearizable(keepOps(history, entries), asked).verdict).toBe('invalid');
    }
  });
});

/** Pushes of 20 values and their pops, again and again; the pop of the tenth crashed each time, and took it. */
function blocks(count: number): ContainerOperations {
  const values = 20 * count;
  const column = (of: (block: number, index: number) => number): Int32Array =>
    Int32Array.from({ length: values }, (_, value) => of(Math.floor(value / 20), value % 20));
  const crashed = Int32Array.from({ length: count }, (_, block) => 80 * block + 58);
  const popped = (block: number, index: number, entry: number, otherwise: number): number =>
    index === 10 ? otherwise : 80 * block + 78 - 2 * index + entry;
  return {
    valueCount: values,
    insertCall: column((block, index) => 80 * block + 2 * index),
    insertReturn: column((block, index) => 80 * block + 2 * index + 1),
    insertSlot: column((block, index) => 40 * block + index),
    removeCall: column((block, index) => popped(block, index, 0, NEVER)),
    removeReturn: column((block, index) => popped(block, index, 1, NEVER)),
    removeSlot: column((block, index) => (index === 10 ? NONE : 40 * block + 39 - index)),
    emptyCall: new Int32Array(0),
    emptyReturn: new Int32Array(0),
    emptySlot: new Int32Array(0),
    unknownCall: crashed,
    unknownSlot: crashed.map((_, block) => 40 * block + 29),
    failed: 0,
  };
}

describe('guessing what crashed pops took', () => {
  const decideCounting = (stack: ContainerOperations): { outcome: unknown; looks: number } => {
    let looks = 0;
    const outcome = decideStack(stack, () => looks++);
    return { outcome, looks };
  };

  it('decides few', () => {
    expect(decideCounting(blocks(4)).outcome).toBe('valid');
  });

  it('leaves many to the search after a bounded number of looks', () => {
    const { outcome, looks } = decideCounting(blocks(150));
    expect(outcome).toBeUndefined();
    expect(looks).toBeLessThan(400_000);
  });
});

describe('stacks whose top is looked at', () => {
  const peek = (value: number | null): SketchedOp => ({ process: 3, f: 'peek', output: value });
  it.each<readonly [title: string, expected: string, ops: readonly SketchedOp[]]>([
    ['the top is seen, and stays', 'valid', [peek(null), push(1), push(2), peek(2), peek(2), pop(2), peek(1), pop(1)]],
    ['what is below the top is seen', 'invalid', [push(1), push(2), peek(1)]],
    ['what was taken is seen', 'invalid', [push(1), pop(1), peek(1)]],
    ['nothing is seen where something is', 'invalid', [push(1), peek(null)]],
    ['wrong without the looks', 'invalid', [push(1), push(2), peek(2), pop(1), pop(2)]],
    ['a look that never returned says nothing', 'valid', [push(1), { process: 4, f: 'peek', to: Infinity }, pop(1)]],
  ])('%s: %s', (_, expected, ops) => {
    const result = checkLinearizable(sketch(ops), { model: 'stack' });
    expect(result.verdict).toBe(expected);
  });
});
