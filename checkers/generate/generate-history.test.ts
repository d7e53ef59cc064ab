import { describe, expect, it } from 'vitest';
import { NO_PAIR, type History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Op } from '../../harness/kernel/op.ts';
import { breaksOf, GENERATED_MODELS, generateHistory, type GenerateOptions } from './generate-history.ts';

/** A sequential object as the test sees it: the state after an operation that answered so, or undefined. */
type Step = (state: JsonValue, call: Op, answer: Op | undefined) => JsonValue | undefined;

const OBJECTS: Readonly<Record<string, { readonly initial: JsonValue; readonly step: Step }>> = {
  register: { initial: null, step: stepRegister },
  'cas-register': { initial: null, step: stepRegister },
  set: { initial: [], step: (state, call, answer) => stepSet(state as number[], call, answer) },
  queue: { initial: [], step: (state, call, answer) => stepSequence(state as number[], call, answer) },
  stack: { initial: [], step: (state, call, answer) => stepSequence(state as number[], call, answer) },
  counter: {
    initial: 0,
    step: (state, { f }, answer) => (f === 'add' ? Number(state) + 1 : answer?.value === state ? state : undefined),
  },
  'unique-ids': { initial: [], step: (state, _, answer) => stepIds(state as number[], answer) },
  bank: { initial: [100, 100, 100], step: (state, call, answer) => stepBank(state as number[], call, answer) },
};

function stepIds(state: number[], answer: Op | undefined): JsonValue | undefined {
  if (answer === undefined) return state;
  const id = answer.value as number;
  // Sorted, so that orders which handed out the same ids are one state and not searched again.
  return state.includes(id) ? undefined : [...state, id].sort((left, right) => left - right);
}

function stepSet(state: number[], call: Op, answer: Op | undefined): JsonValue | undefined {
  if (answer?.type === 'fail') return state;
  if (call.f === 'add') return [...state, call.value as number].sort((left, right) => left - right);
  const seen = [...((answer?.value ?? []) as number[])].sort((left, right) => left - right);
  return answer === undefined || JSON.stringify(seen) === JSON.stringify(state) ? state : undefined;
}

function stepSequence(state: number[], call: Op, answer: Op | undefined): JsonValue | undefined {
  if (call.value !== null) return [...state, call.value as number];
  const removed = call.f === 'pop' ? state.at(-1) : state[0];
  if (answer?.value !== (removed ?? null)) return undefined;
  return call.f === 'pop' ? state.slice(0, -1) : state.slice(1);
}

function stepBank(state: number[], call: Op, answer: Op | undefined): JsonValue | undefined {
  if (call.f === 'read') {
    const seen = Object.values((answer?.value ?? {}) as Record<string, number>);
    return answer === undefined || JSON.stringify(seen) === JSON.stringify(state) ? state : undefined;
  }
  const { from, to, amount } = call.value as { from: number; to: number; amount: number };
  const suffices = state[from]! >= amount;
  if (suffices === (answer?.type === 'fail')) return undefined;
  return suffices ? state.with(from, state[from]! - amount).map((b, at) => (at === to ? b + amount : b)) : state;
}

function stepRegister(state: JsonValue, call: Op, answer: Op | undefined): JsonValue | undefined {
  if (call.f === 'write') return call.value;
  if (call.f === 'read') return answer === undefined || answer.value === state ? state : undefined;
  const [from, to] = call.value as [JsonValue, JsonValue];
  if (answer?.type === 'fail') return state === from ? undefined : state;
  return state === from ? to : undefined;
}

/** Tries every order; fails and infos without an answer may or may not have happened. Exponential: small histories only. */
function isLinearizable(history: History, model: string): boolean {
  const object = OBJECTS[model]!;
  const calls: { call: Op; answer: Op | undefined; end: number }[] = [];
  for (let index = 0; index < history.length; index++) {
    const call = history.at(index);
    if (call.type !== 'invoke') continue;
    const pair = history.columns.pair[index]!;
    const completion = pair === NO_PAIR ? undefined : history.at(pair);
    const answer = completion === undefined || completion.type === 'info' ? undefined : completion;
    calls.push({ call, answer, end: answer === undefined ? Infinity : answer.index });
  }
  calls.sort((left, right) => left.end - right.end);
  const seen = new Set<string>();
  const search = (state: JsonValue, done: bigint): boolean => {
    const left = calls.filter((_, at) => (done & (1n << BigInt(at))) === 0n);
    if (left.every(({ end }) => end === Infinity)) return true;
    const identity = `${done} ${JSON.stringify(state)}`;
    if (seen.has(identity)) return false;
    seen.add(identity);
    const firstEnd = Math.min(...left.map(({ end }) => end));
    return left.some((operation) => {
      if (operation.call.index > firstEnd) return false;
      const next = object.step(state, operation.call, operation.answer);
      return next !== undefined && search(next, done | (1n << BigInt(calls.indexOf(operation))));
    });
  };
  return search(object.initial, 0n);
}

/** So few operations leave no place for some breaks, which is said and not passed over. */
function generatedOrTooFew(options: GenerateOptions): History | undefined {
  try {
    return generateHistory(options);
  } catch (error) {
    expect(String(error)).toContain('too few');
    return undefined;
  }
}

function entriesOf(history: History): Op[] {
  return Array.from({ length: history.length }, (_, index) => history.at(index));
}

const SMALL: Omit<GenerateOptions, 'model' | 'seed'> = { operations: 32, clients: 3, crashed: 2 };

/** The bank of the oracle has three accounts; everything else has one object. */
function small(model: string): Omit<GenerateOptions, 'seed'> {
  return { ...SMALL, model, ...(model === 'bank' ? { keys: 3 } : {}) };
}

describe('generateHistory', () => {
  it.each(Object.keys(OBJECTS))('%s: what is not broken is linearizable', (model) => {
    for (let seed = 0; seed < 60; seed++) {
      expect(isLinearizable(generateHistory({ ...small(model), seed }), model), `seed ${seed}`).toBe(true);
    }
  });

  it.each(Object.keys(OBJECTS).flatMap((model) => breaksOf(model).map((broken) => [model, broken] as const)))(
    '%s broken as %s is not linearizable',
    (model, broken) => {
      let proven = 0;
      for (let seed = 0; seed < 25; seed++) {
        const history = generatedOrTooFew({ ...small(model), broken, seed });
        if (history === undefined) continue;
        proven++;
        expect(isLinearizable(history, model), `seed ${seed}`).toBe(false);
      }
      expect(proven).toBeGreaterThan(12);
    },
  );

  it.each(GENERATED_MODELS)('%s: has the operations and crashes asked for, and the same ones again', (model) => {
    const options = { model, operations: 200, clients: 5, crashed: 7, seed: 'again' };
    const entries = entriesOf(generateHistory(options));
    expect(entries.filter(({ type }) => type === 'invoke')).toHaveLength(200);
    expect(entries.filter(({ type }) => type === 'info')).toHaveLength(7);
    expect(entriesOf(generateHistory(options))).toEqual(entries);
    expect(entriesOf(generateHistory({ ...options, seed: 'other' }))).not.toEqual(entries);
  });

  it.each(['list-append', 'rw-register'])('%s: every anomaly stands in the history, on keys of its own', (model) => {
    for (const broken of breaksOf(model)) {
      const options = { model, operations: 300, seed: 5 };
      const sound = generateHistory(options);
      const history = generateHistory({ ...options, broken, violations: 3 });
      const extra = entriesOf(history).filter(({ process }) => process >= 10);
      const keys = extra.flatMap(({ value }) => (value as [string, number, JsonValue][]).map(([, key]) => key));
      const others = entriesOf(history).filter(({ process }) => process < 10);
      const otherKeys = new Set(others.flatMap(({ value }) => (value as [string, number][]).map(([, key]) => key)));
      expect(extra.length).toBeGreaterThanOrEqual(6);
      expect(keys.filter((key) => otherKeys.has(key))).toEqual([]);
      expect(history.length).toBe(sound.length);
    }
  });

  it('plays write skew as two transactions that both miss what the other writes', () => {
    const history = generateHistory({
      model: 'list-append',
      broken: 'write-skew',
      operations: 50,
      clients: 2,
      seed: 1,
    });
    const answers = entriesOf(history).filter(({ process, type }) => process >= 2 && type === 'ok');
    const [x, y] = [answers[0]?.value, answers[1]?.value].map(
      (value) => (value as [string, number, JsonValue][])[0]![1],
    );
    expect(answers.map(({ value }) => value)).toEqual([
      [['r', x, []], ['append', y, 1]], // prettier-ignore
      [['r', y, []], ['append', x, 1]], // prettier-ignore
      [['r', x, [1]], ['r', y, [1]]], // prettier-ignore
    ]);
  });

  it('breaks where it is told to', () => {
    const [phantom, operations] = [2_000_000_007, 1000];
    for (const brokenAt of [0.1, 0.5, 0.9]) {
      const entries = entriesOf(
        generateHistory({ model: 'register', operations, broken: 'phantom', brokenAt, seed: 1 }),
      );
      const at = entries.findIndex(({ value }) => value === phantom);
      const before = entries.slice(0, at).filter(({ type }) => type === 'invoke').length;
      expect(before / operations).toBeGreaterThanOrEqual(brokenAt);
      expect(before / operations).toBeLessThan(brokenAt + 0.05);
    }
  });

  it('has operations that many others pass, where durations are exponential', () => {
    const most = (durations: 'uniform' | 'exponential'): number => {
      const history = generateHistory({ model: 'register', operations: 2000, durations, seed: 1 });
      return Math.max(...history.columns.pair.map((pair, entry) => pair - entry));
    };
    expect(most('exponential')).toBeGreaterThan(2 * most('uniform'));
  });

  it('uses several keys and few values where asked', () => {
    const history = generateHistory({ model: 'register', operations: 300, keys: 4, distinctValues: 3, seed: 1 });
    const entries = entriesOf(history);
    expect(new Set(entries.map(({ key }) => key))).toEqual(new Set([0, 1, 2, 3]));
    expect(new Set(entries.filter(({ f }) => f === 'write').map(({ value }) => value))).toEqual(new Set([0, 1, 2]));
  });

  it.each([
    [
      { model: 'regster' },
      /no histories can be generated of model "regster": did you mean register\? expected one of register, /,
    ],
    [{ broken: 'sour' }, /register cannot be broken as "sour": expected one of stale, phantom/],
    [{ operations: 0 }, /operations must be a whole number of at least 1, 0 came/],
    [{ clients: 1.5 }, /clients must be/],
    [{ readShare: 1 }, /readShare must be in/],
    [{ broken: 'stale', brokenAt: 1.5 }, /brokenAt must be in \[0, 1\), 1.5 came/],
    [{ distinctValues: 5, broken: 'stale' }, /cannot be proven where values repeat/],
    [{ operations: 3, broken: 'stale' }, /too few/],
    [{ crashed: 11 }, /crashed 11 is more than operations 10/],
    [{ model: 'set', operations: 5, crashed: 5 }, /too few for so many that crash: only 4 of 5 found a place/],
    [{ violations: 2 }, /violations goes with broken/],
    [{ brokenAt: 0.5 }, /brokenAt goes with broken/],
    [{ model: 'bank', distinctValues: 3 }, /a history of bank does not depend on distinctValues/],
    [{ model: 'set', keys: 3 }, /a history of set does not depend on keys/],
    [{ model: 'unique-ids', readShare: 0.5 }, /a history of unique-ids does not depend on readShare/],
  ])('refuses %j in one line', (options, message) => {
    expect(() => generateHistory({ model: 'register', operations: 10, seed: 1, ...options })).toThrow(message);
  });
});
