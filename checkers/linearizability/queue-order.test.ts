import { describe, expect, it } from 'vitest';
import { checkLinearizable } from '../check-linearizable.ts';
import { keepOps, sketch, type SketchedOp } from '../testing/sketch.ts';
import { NONE } from './container-operations.ts';
import { NEVER } from './operations.ts';
import { decideQueue } from './queue-order.ts';

const enqueue = (value: number): SketchedOp => ({ process: 1, f: 'enqueue', input: value, output: value });
const dequeue = (value: number | null): SketchedOp => ({ process: 2, f: 'dequeue', output: value });
const crashed = (process: number): SketchedOp => ({ process, f: 'dequeue', to: Infinity });

/** Enough of them that no search would end. */
const many = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 100);

interface Case {
  readonly title: string;
  readonly ops: readonly SketchedOp[];
  readonly fifo: 'valid' | 'invalid';
  readonly bag: 'valid' | 'invalid';
}

const CASES: readonly Case[] = [
  {
    title: 'a crashed removal takes what was overtaken',
    ops: [enqueue(1), enqueue(2), crashed(3), dequeue(2)],
    fifo: 'valid',
    bag: 'valid',
  },
  {
    title: 'a crashed removal that began too late does not',
    ops: [enqueue(1), enqueue(2), dequeue(2), crashed(3)],
    fifo: 'invalid',
    bag: 'valid',
  },
  {
    title: 'one crashed removal cannot take two values',
    ops: [enqueue(1), enqueue(2), enqueue(3), crashed(3), dequeue(3)],
    fifo: 'invalid',
    bag: 'valid',
  },
  {
    title: 'crashed removals empty it',
    ops: [enqueue(1), enqueue(2), crashed(3), crashed(4), dequeue(null)],
    fifo: 'valid',
    bag: 'valid',
  },
  {
    title: 'too few crashed removals do not',
    ops: [enqueue(1), enqueue(2), crashed(3), dequeue(null)],
    fifo: 'invalid',
    bag: 'invalid',
  },
  {
    title: 'what emptied it is not there for what is overtaken later',
    ops: [enqueue(1), crashed(3), dequeue(null), enqueue(2), enqueue(3), dequeue(3)],
    fifo: 'invalid',
    bag: 'valid',
  },
  {
    title: 'twenty crashed removals took twenty of forty values',
    ops: [...many(40).map(enqueue), ...many(20).map(crashed), ...many(40).slice(20).map(dequeue), dequeue(null)],
    fifo: 'valid',
    bag: 'valid',
  },
  {
    title: 'twenty crashed removals did not take twenty-one',
    ops: [...many(40).map(enqueue), ...many(20).map(crashed), ...many(40).slice(21).map(dequeue), dequeue(null)],
    fifo: 'invalid',
    bag: 'invalid',
  },
];

describe('queues with crashed removals', () => {
  const verdicts = CASES.flatMap(({ title, ops, fifo, bag }) => [
    { title, ops, model: 'fifo-queue', expected: fifo },
    { title, ops, model: 'unordered-queue', expected: bag },
  ]);

  it.each(verdicts)('$model: $title: $expected', ({ ops, model, expected }) => {
    const history = sketch(ops);
    const limits = { timeMs: 5000 };
    const { verdict, findings, facts } = checkLinearizable(history, { model, limits });
    expect(verdict).toBe(expected);
    expect(facts['algorithm']).toEqual({ [`${model} of unique values`]: 1 });
    for (const { ops: entries } of findings) {
      if (entries.length > 49) continue;
      expect(checkLinearizable(keepOps(history, entries), { model, limits }).verdict).toBe('invalid');
    }
  });

  it('looks at each value that stays in a few times, however many dequeues crashed', () => {
    const [values, unknown] = [200_000, 20_000];
    const entries = (first: number): Int32Array => Int32Array.from({ length: values }, (_, value) => first + 2 * value);
    const all = (entry: number): Int32Array => new Int32Array(values).fill(entry);
    const last = unknown + 2 * values;
    const queue = {
      valueCount: values,
      insertCall: entries(unknown),
      insertReturn: entries(unknown + 1),
      insertSlot: Int32Array.from({ length: values }, (_, value) => unknown + value),
      removeCall: all(NEVER),
      removeReturn: all(NEVER),
      removeSlot: all(NONE),
      emptyCall: Int32Array.of(last),
      emptyReturn: Int32Array.of(last + 1),
      emptySlot: Int32Array.of(unknown + values),
      unknownCall: Int32Array.from({ length: unknown }, (_, slot) => slot),
      unknownSlot: Int32Array.from({ length: unknown }, (_, slot) => slot),
      failed: 0,
    };
    expect(decideQueue(queue, true, () => undefined)).toMatchObject({ kind: 'not-empty' });
  });
});
