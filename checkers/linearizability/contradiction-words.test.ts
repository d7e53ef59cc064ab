import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { checkLinearizable } from '../check-linearizable.ts';
import { keepOps, sketch, type SketchedOp } from '../testing/sketch.ts';

const enqueue = (input: JsonValue): SketchedOp => ({ process: 0, f: 'enqueue', input });
const dequeue = (output: JsonValue): SketchedOp => ({ process: 1, f: 'dequeue', output });
const append = (input: JsonValue): SketchedOp => ({ process: 0, f: 'append', input });
const add = (input: JsonValue): SketchedOp => ({ process: 0, f: 'add', input });
const read = (...output: readonly JsonValue[]): SketchedOp => ({ process: 1, f: 'read', output });

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

/** What is said about the operations, of which those of the finding are wrong by themselves. */
function said(model: string, ops: readonly SketchedOp[]): { readonly message: string; readonly ops: number } {
  const history = sketch(ops);
  const check = (part: typeof history): ReturnType<typeof checkLinearizable> =>
    checkLinearizable(part, { model, limits: { timeMs: Infinity } });
  const [finding] = check(history).findings;
  expect(check(keepOps(history, finding!.ops)).verdict).toBe('invalid');
  return { message: finding!.message, ops: finding!.ops.length };
}

describe('the words of a contradiction', () => {
  it.each<[string, SketchedOp[], string]>([
    [
      'fifo-queue',
      [enqueue(1), enqueue(2), dequeue(2)],
      'A value came out while one that had surely gone in before it was still in: ',
    ],
    [
      'fifo-queue',
      [enqueue(1), enqueue(2), dequeue(2), dequeue(1)],
      'Two values came out in the other order than they surely went in: ',
    ],
    [
      'fifo-queue',
      [{ process: 9, f: 'dequeue', from: 0.5, to: Infinity }, enqueue(1), enqueue(2), enqueue(3), dequeue(3)],
      'More values were overtaken by later ones than the removals without answer can have taken out: ',
    ],
    ['append-log', [append(1), append(2), read(2, 1)], 'A read shows two elements in the other order than'],
    ['append-log', [append(1), append(2), read(1)], 'An element is missing from a read that began after its add was'],
    [
      'append-log',
      [
        { ...append(1), from: 1, to: 2 },
        { ...read(2), from: 1.5, to: 9 },
        { ...append(2), from: 3, to: 4 },
      ],
      'An element is missing from a read that saw another one, whose',
    ],
    [
      'append-log',
      [
        { ...append(1), from: 1, to: 9 },
        { ...append(2), process: 2, from: 1, to: 9 },
        { ...append(3), process: 3, from: 1, to: 9 },
        { ...read(1, 2), from: 10 },
        { ...read(1, 3), from: 20 },
      ],
      'Neither of two reads begins with what the other one shows: ',
    ],
    ['set', [add(1), add(2), read(1)], 'An element is missing from a read that began after its add was answered: '],
    [
      'set',
      [
        { ...add(1), to: 90 },
        { ...read(1), from: 10 },
        { ...read(), from: 20 },
      ],
      'A read shows less than another',
    ],
    ['append-log', [append(1), read(1, 7)], '7 was seen, which nobody put in: '],
  ])('of a %s: %#', (model, ops, words) => {
    expect(said(model, ops).message.slice(0, words.length)).toBe(words);
  });

  it('names states that were: with the adds of all that a read shows', () => {
    for (const [model, f, state] of [
      ['append-log', append, '[1,2]'],
      ['set', add, undefined],
    ] as const) {
      const { message, ops } = said(model, [f(1), f(2), read(1)]);
      expect(ops).toBe(3);
      expect(message).toMatch(/after process 0's (?:append|add) 1, then process 0's (?:append|add) 2, the state is/);
      if (state !== undefined)
        expect(message).toContain(`the state is ${state}, which process 1's read [1] contradicts`);
    }
  });

  it('names no state where these adds are too many to be told', () => {
    const seen = numbers(20);
    const { message, ops } = said('append-log', [...seen.map(append), append(21), read(...seen)]);
    expect(ops).toBe(2);
    expect(message).toMatch(
      /^An element is missing .*: process 0 append 21 .*; process 1 read \[1,2,.*20\] \([^;]*\)\.$/,
    );
  });
});
