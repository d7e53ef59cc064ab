import { describe, expect, it } from 'vitest';
import { historyOf } from '../harness/history/index.ts';
import type { History } from '../harness/kernel/history.ts';
import type { JsonValue } from '../harness/kernel/json.ts';
import { checkLinearizable } from './check-linearizable.ts';
import type { Model } from '../harness/kernel/model.ts';
import { OBJECT_KINDS } from './models/index.ts';
import { sketch, type SketchedOp } from './testing/sketch.ts';
import { lossy, lossyRegister, ownRegister } from './testing/user-models.ts';
import { op } from './testing/workload-case.ts';

/** The same object, its members in another order. */
const [AB, BA] = [
  { a: 1, b: 2 },
  { b: 2, a: 1 },
];

/** Operations one after the other, all of one process: function, argument, answer. */
function oneAfterTheOther(...ops: readonly (readonly [string, JsonValue, JsonValue])[]): History {
  return historyOf(
    ops.flatMap(([f, value, answer], index) => [
      { timeNs: 2e6 * index, process: 0, type: 'invoke', f, value } as const,
      { timeNs: 2e6 * index + 1e6, process: 0, type: 'ok', f, value: answer } as const,
    ]),
  );
}

/** Operations one after the other that are right only where objects are the same whatever the order of their members. */
const SAME_OBJECTS: readonly (readonly [string, readonly (readonly [string, JsonValue, JsonValue])[]])[] = [
  [
    'stack',
    [
      ['push', AB, AB],
      ['peek', null, BA],
      ['pop', null, BA],
    ],
  ],
  [
    'fifo-queue',
    [
      ['enqueue', AB, AB],
      ['enqueue', AB, AB],
      ['dequeue', null, BA],
    ],
  ],
  [
    'unordered-queue',
    [
      ['enqueue', AB, AB],
      ['enqueue', AB, AB],
      ['dequeue', null, BA],
    ],
  ],
  [
    'append-log',
    [
      ['append', AB, AB],
      ['append', AB, AB],
      ['read', null, [BA, BA]],
    ],
  ],
  [
    'set',
    [
      ['add', AB, AB],
      ['read', null, [BA]],
    ],
  ],
  [
    'register',
    [
      ['write', AB, AB],
      ['read', null, BA],
    ],
  ],
  [
    'kv',
    [
      ['put', AB, AB],
      ['get', null, BA],
    ],
  ],
  [
    'multi-register',
    [
      ['txn', [['w', 'x', AB]], [['w', 'x', AB]]],
      ['txn', [['r', 'x', null]], [['r', 'x', BA]]],
    ],
  ],
];

describe('checkLinearizable', () => {
  const lost = oneAfterTheOther(['write', 1, 1], ['write', 2, 2], ['read', null, 1]);

  it('says in a sentence what contradicts what, with values, processes and times', () => {
    const { findings } = checkLinearizable(lost, { model: 'register' });
    expect(findings[0]?.message).toContain('process 0 write 2 (0.002 to 0.003 s)');
    expect(findings[0]?.message).toContain('process 0 read 1 (0.004 to 0.005 s)');
  });

  it('sees that two compare-and-sets cannot both have taken the same value', () => {
    const history = sketch([
      op(0, 'write', 1, 1, { from: 1, to: 2 }),
      op(1, 'cas', [1, 2], [1, 2], { from: 3, to: 6 }),
      op(2, 'cas', [1, 3], [1, 3], { from: 4, to: 5 }),
    ]);
    const { verdict, findings } = checkLinearizable(history, { model: 'cas-register' });
    expect(verdict).toBe('invalid');
    expect(findings[0]?.message).toContain('both replaced the same value');
  });

  it('judges by models of the user, deterministic or not', () => {
    expect(checkLinearizable(lost, { model: ownRegister }).verdict).toBe('invalid');
    expect(checkLinearizable(lost, { model: lossyRegister }).verdict).toBe('valid');
    const neverWritten = oneAfterTheOther(['write', 1, 1], ['read', null, 7]);
    expect(checkLinearizable(neverWritten, { model: lossyRegister }).verdict).toBe('invalid');
  });

  it('refuses a model with a choice of states that is not wrapped, marked or not', () => {
    // @ts-expect-error It must go through powerSet, and the types say so.
    const marked: Model<unknown> = lossy;
    const { nondeterministic: _, ...rest } = lossy;
    for (const model of [marked, rest as unknown as Model<unknown>]) {
      expect(() => checkLinearizable(lost, { model })).toThrow(
        'model lossy-register answers lists of states: wrap it, powerSet(model)',
      );
    }
  });

  it('takes a model whose state is a list for what it is', () => {
    const log = (initial: readonly JsonValue[]): Model<readonly JsonValue[]> => ({
      name: 'own-log',
      init: () => initial,
      step(state, { f, input, output }) {
        if (f === 'clear') return [];
        if (f === 'append') return [...state, input];
        return JSON.stringify(output) === JSON.stringify(state) ? state : undefined;
      },
      identity: (state) => JSON.stringify(state),
    });
    const history = oneAfterTheOther(['append', 1, 1], ['clear', null, null], ['read', null, []]);
    for (const initial of [[], [7], [[7]]]) {
      expect(checkLinearizable(history, { model: log(initial) as Model<unknown> }).verdict).toBe('valid');
    }
  });

  it('takes -0 for 0', () => {
    const history = oneAfterTheOther(['write', -0, -0], ['read', null, 0]);
    expect(checkLinearizable(history, { model: 'register' }).verdict).toBe('valid');
  });

  it.each(SAME_OBJECTS)('%s takes objects for the same whatever the order of their members', (model, ops) => {
    expect(checkLinearizable(oneAfterTheOther(...ops), { model }).verdict).toBe('valid');
  });

  it.each(SAME_OBJECTS.filter(([name]) => OBJECT_KINDS.some((kind) => kind.name === name)))(
    '%s does so in its model, too, which is not asked where a special way decides',
    (name, ops) => {
      const model = OBJECT_KINDS.find((kind) => kind.name === name)?.model({});
      const after = (all: typeof ops): unknown =>
        all.reduce<unknown>(
          (state, [f, input, output]) => (state === undefined ? undefined : model?.step(state, { f, input, output })),
          model?.init(),
        );
      expect(after(ops)).toBeDefined();
      const other = JSON.parse(JSON.stringify(ops.at(-1)).replaceAll('"b"', '"c"')) as (typeof ops)[number];
      expect(after([...ops.slice(0, -1), other])).toBeUndefined();
    },
  );

  it('a first-in-first-out queue that holds null as well is searched by its model', () => {
    const inserted = [AB, AB, null].map((value) => ['enqueue', value, value] as const);
    const removed = [BA, BA].map((value) => ['dequeue', null, value] as const);
    const { verdict, facts } = checkLinearizable(oneAfterTheOther(...inserted, ...removed), { model: 'fifo-queue' });
    expect({ verdict, algorithm: facts['algorithm'] }).toEqual({ verdict: 'valid', algorithm: { search: 1 } });
  });

  it('refuses options that the model does not read', () => {
    for (const options of [{ permits: 3 }, { maxHolds: 3 }] as const) {
      expect(() => checkLinearizable(lost, { model: 'mutex', options })).toThrow(/is an option of the model/);
    }
  });

  it('reads back from a string what was put as a number', () => {
    // Put twice, so that the search decides and not the chains of texts that are put once.
    const twice = oneAfterTheOther(['put', 5, 5], ['put', 5, 5], ['get', null, 5]);
    expect(checkLinearizable(twice, { model: 'kv' }).verdict).toBe('valid');
    expect(checkLinearizable(oneAfterTheOther(['put', 5, 5], ['get', null, 5]), { model: 'kv' }).verdict).toBe('valid');
    expect(checkLinearizable(oneAfterTheOther(['put', 5, 5], ['get', null, 6]), { model: 'kv' }).verdict).toBe(
      'invalid',
    );
  });

  it('a counter that is told to add what is no number was asked wrongly, and did nothing wrong', () => {
    for (const input of ['x', null]) {
      const result = checkLinearizable(oneAfterTheOther(['add', 3, 3], ['add', input, input]), { model: 'counter' });
      expect(result).toMatchObject({
        verdict: 'unknown',
        reason: `add takes a number, entry 2 has ${JSON.stringify(input)}`,
      });
    }
  });

  it('says which operation a model does not have', () => {
    const result = checkLinearizable(lost, { model: 'fifo-queue' });
    expect(result).toMatchObject({ verdict: 'unknown', reason: expect.stringContaining('entry 0 is write') });
  });

  it('keeps its time budget on a history that no search can decide in it, and says how far it came', () => {
    // Which of so many additions are in the odd sum: a question about all their subsets.
    const adds = Array.from({ length: 40 }, (_, process): SketchedOp => ({
      process,
      f: 'add',
      input: 1000 + ((process * 7919) % 5003) * 2,
      from: 1 + process / 100,
      to: 10,
    }));
    const history = sketch([...adds, { process: 40, f: 'read', output: 100_001, from: 2, to: 9 }]);
    // A model of the user's own: of counters it is known that sums of even numbers are even.
    const model: Model<number> = {
      name: 'sum',
      init: () => 0,
      step: (sum, { f, input, output }) => {
        if (f === 'add') return sum + (input as number);
        return output === sum ? sum : undefined;
      },
      identity: (sum) => sum,
      isPure: ({ f }) => f === 'read',
    };
    const startMs = performance.now();
    const result = checkLinearizable(history, {
      model: model as Model<unknown>,
      limits: { timeMs: 500, memoryBytes: 2 ** 28 },
    });
    // bench/fuzz-budgets.ts measures how closely budgets are kept; a bound of wall time here finds only a search that hangs.
    expect(performance.now() - startMs).toBeLessThan(10_000);
    expect(result.verdict).toBe('unknown');
    expect(result.reason).toMatch(/with an order for everything that returned before entry \d+/);
  });
});
