import { describe, expect, it } from 'vitest';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import { simulateClients, type SimulatedAnswer, type SimulatedObject } from '../testing/simulate-clients.ts';
import { sketch, type SketchedOp } from '../testing/sketch.ts';
import { linearizabilityChecker } from './linearizability-checker.ts';

/** No clock: what is not decided in a special way goes on until the test fails. */
function check(history: History, model: string): CheckResult {
  const limits = { timeMs: 1000, memoryBytes: 2 ** 28 };
  return linearizabilityChecker.check(history, { limits, nowMs: () => 0, options: { model } });
}

function repeatingLog(): SimulatedObject {
  const held: JsonValue[] = [];
  return {
    ask: (_, random) => (random.chance(1, 2) ? READ : { f: 'append', input: random.int(0, 4) }),
    apply(f, input) {
      if (f === 'read') return [...held];
      held.push(input);
      return input;
    },
  };
}

function repeatingQueue(): SimulatedObject {
  const held: JsonValue[] = [];
  return {
    ask: (_, random) =>
      random.chance(1, 2) ? { f: 'dequeue', input: null } : { f: 'enqueue', input: random.int(0, 2) },
    apply(f, input) {
      if (f === 'dequeue') return held.shift() ?? null;
      held.push(input);
      return input;
    },
  };
}

function text(): SimulatedObject {
  let held = '';
  return {
    ask(order, random) {
      const die = random.int(0, 19);
      if (die < 9) return { f: 'get', input: null };
      return die < 18 ? { f: 'append', input: `x ${order} y` } : { f: 'put', input: `p ${order} q` };
    },
    apply(f, input) {
      if (f === 'get') return held;
      held = f === 'put' ? (input as string) : held + (input as string);
      return input;
    },
  };
}

function sum(): SimulatedObject {
  let held = 0;
  return {
    ask: (_, random) => (random.chance(1, 2) ? READ : { f: 'add', input: [1, 2, 5, -3, 7, -1][random.int(0, 5)] ?? 0 }),
    apply(f, input) {
      if (f === 'add') held += input as number;
      return f === 'add' ? input : held;
    },
  };
}

const READ = { f: 'read', input: null };

/** Changes the first answer after the middle that the change is made for. */
function spoiled(change: (answer: JsonValue, f: string) => JsonValue | undefined) {
  return (answers: SimulatedAnswer[]): void => {
    for (const op of answers.slice(answers.length / 2)) {
      const changed = op.answer === undefined || op.crashed ? undefined : change(op.answer, op.f);
      if (changed === undefined) continue;
      op.answer = changed;
      return;
    }
  };
}

/** A history for each way that a depth-first search does not end on in any time that somebody would wait. */
const CASES = [
  {
    model: 'append-log',
    way: 'append-log by its longest read',
    object: repeatingLog,
    spoil: spoiled((answer, f) => (f === 'read' ? (answer as readonly JsonValue[]).slice(0, -20) : undefined)),
  },
  {
    model: 'fifo-queue',
    way: 'fifo-queue value by value',
    object: repeatingQueue,
    spoil: spoiled((answer, f) => (f === 'dequeue' && answer !== null ? null : undefined)),
  },
  {
    model: 'kv',
    way: 'kv by chains of appends',
    object: text,
    spoil: spoiled((answer) => (typeof answer === 'string' && answer.length > 14 ? answer.slice(9) : undefined)),
  },
  {
    model: 'counter',
    way: 'counter by its bounds',
    object: sum,
    spoil: spoiled((answer, f) => (f === 'read' ? Number(answer) + 500 : undefined)),
  },
];

describe.each(CASES)('$way', ({ model, way, object, spoil }) => {
  // A queue's removals that found nothing are nearly all right with many clients.
  const simulation = { operations: 120, clients: model === 'fifo-queue' ? 6 : 16, crashed: 3 };

  it.each([1, 2])('sees what is right and what is wrong with busy clients, seed %i', (seed) => {
    const right = check(simulateClients(object, { ...simulation, seed }), model);
    expect(right.verdict).toBe('valid');
    if (model !== 'counter') expect(right.facts['algorithm']).toEqual({ [way]: 1 });
    const wrong = check(simulateClients(object, { ...simulation, seed, spoil }), model);
    expect(wrong.verdict).toBe('invalid');
    expect(wrong.facts['algorithm']).toEqual({ [way]: 1 });
    expect(wrong.findings).toHaveLength(1);
  });
});

describe('special ways, in the small', () => {
  const op = (f: string, from: number, to: number, input: JsonValue, output: JsonValue = null): SketchedOp => ({
    process: Math.round(from * 10),
    f,
    input,
    output,
    from,
    to,
  });
  const verdict = (model: string, ...ops: SketchedOp[]): string => check(sketch(ops), model).verdict;

  it('a queue takes the insertion that had begun in time, although the other one must be over first', () => {
    const long = op('enqueue', 1, 9, 'v');
    const short = op('enqueue', 5, 6, 'v');
    expect(verdict('fifo-queue', long, op('dequeue', 2, 3, null, 'v'), short)).toBe('valid');
    expect(verdict('fifo-queue', long, short, op('dequeue', 2, 3, null, 'v'), op('dequeue', 3.5, 4, null, 'v'))).toBe(
      'invalid',
    );
  });

  it('a queue was empty only where everything that went in before had come out', () => {
    const [first, second] = [op('enqueue', 1, 2, 'v'), op('enqueue', 5, 6, 'v')];
    const taken = op('dequeue', 3, 4, null, 'v');
    expect(verdict('fifo-queue', first, second, taken, op('dequeue', 4.5, 7, null))).toBe('valid');
    expect(verdict('fifo-queue', first, second, taken, op('dequeue', 6.5, 7, null))).toBe('invalid');
    const crashed = op('dequeue', 6.1, Infinity, null);
    expect(verdict('fifo-queue', first, second, taken, crashed, op('dequeue', 6.5, 7, null))).toBe('valid');
  });

  it('a log tells two appends of one value apart by when they ran', () => {
    const [one, two] = [op('append', 1, 2, 'v'), op('append', 3, 4, 'v')];
    expect(verdict('append-log', one, two, op('read', 5, 6, null, ['v', 'v']))).toBe('valid');
    expect(verdict('append-log', one, two, op('read', 5, 6, null, ['v']))).toBe('invalid');
    expect(verdict('append-log', one, op('append', 3, Infinity, 'v'), op('read', 5, 6, null, ['v']))).toBe('valid');
    expect(verdict('append-log', one, two, op('read', 5, 6, null, [['v'], 'v']))).toBe('invalid');
  });

  it('a string that can be read in two ways is searched, not guessed at', () => {
    const seen = op('get', 7, 8, null, 'abab');
    const ops = [op('append', 1, 2, 'a'), op('append', 3, 4, 'ab'), op('append', 5, 6, 'b')];
    expect(verdict('kv', ...ops, op('get', 7, 8, null, 'aabb'))).toBe('valid');
    expect(verdict('kv', op('append', 1, 2, 'ab'), op('append', 3, 4, 'a'), op('append', 5, 6, 'b'), seen)).toBe(
      'valid',
    );
  });

  it('a string forgets what was put before, and nobody knows when what was not seen was appended', () => {
    const ops = [op('put', 1, 2, 'p'), op('append', 3, 4, 'x'), op('put', 5, 6, 'q')];
    expect(verdict('kv', ...ops, op('get', 7, 8, null, 'q'))).toBe('valid');
    expect(verdict('kv', ...ops, op('get', 7, 8, null, 'px'))).toBe('invalid');
    expect(verdict('kv', ...ops, op('append', 6.5, Infinity, 'z'), op('get', 7, 8, null, 'q'))).toBe('valid');
    expect(verdict('kv', ...ops, op('append', 6.5, 6.6, 'z'), op('get', 7, 8, null, 'q'))).toBe('invalid');
  });

  it('a set is wrong where one element is, whatever the others are', () => {
    const others = Array.from({ length: 30 }, (_, place) => op('add', 10 + place / 10, 50, place));
    const seen = (to: number, ...elements: string[]): SketchedOp => op('read', to - 0.5, to, null, elements);
    const changes = [op('add', 1, 2, 'v'), op('remove', 3, 4, 'v'), ...others];
    expect(check(sketch([...changes, seen(6)]), 'set').verdict).toBe('valid');
    const wrong = check(sketch([...changes, seen(2.9, 'v'), seen(6, 'v')]), 'set');
    expect(wrong.verdict).toBe('invalid');
    expect(wrong.facts['algorithm']).toEqual({ 'set by element': 1 });
  });

  it('a counter answers a sum of what is open, not only one between the bounds', () => {
    const adds = [op('add', 1, 2, 100), op('add', 3, 9, 5), op('add', 4, 9.1, -3), op('add', 7, 9.2, 40)];
    const late = op('add', 8.5, 9.3, 1);
    const read = (sum: number): SketchedOp => op('read', 6, 8, null, sum);
    for (const sum of [97, 100, 102, 105, 137, 140, 142, 145]) {
      expect(verdict('counter', ...adds, read(sum), late), String(sum)).toBe('valid');
    }
    for (const sum of [98, 101, 103, 104, 138, 141, 144]) {
      const wrong = check(sketch([...adds, read(sum), late]), 'counter');
      expect([wrong.verdict, wrong.facts['algorithm']], String(sum)).toEqual([
        'invalid',
        { 'counter by its bounds': 1 },
      ]);
    }
  });

  it('a counter of fractions is not bounded: sums depend on the order', () => {
    const adds = [op('add', 1, 9, 0.1), op('add', 2, 9.5, 0.2), op('add', 3, 9.6, 0.3)];
    expect(verdict('counter', ...adds, op('read', 10, 11, null, 0.6))).toBe('valid');
    expect(verdict('counter', op('add', 1, 9, 2), op('add', 2, 3, -1), op('read', 4, 5, null, 2))).toBe('invalid');
    expect(verdict('counter', op('add', 1, 9, 2), op('add', 2, 3, -1), op('read', 4, 5, null, 1))).toBe('valid');
  });
});
