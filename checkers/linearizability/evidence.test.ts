import { describe, expect, it } from 'vitest';
import { historyOf } from '../../harness/history/index.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonObject, JsonValue } from '../../harness/kernel/json.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { checkLinearizable, type LinearizableOptions } from '../check-linearizable.ts';
import { generateHistory } from '../generate/index.ts';
import { onlyOperations } from '../testing/overlapping-history.ts';
import { sketch, type SketchedOp } from '../testing/sketch.ts';
import { ownCounter, ownRegister } from '../testing/user-models.ts';

const UNHURRIED = { timeMs: Infinity };

/** The one finding, which must be one when taken alone, too, and whose longest prefix must have an order. */
function findingOf(history: History, options: Omit<LinearizableOptions, 'limits'>): Finding & { detail: JsonObject } {
  const [finding] = checkLinearizable(history, { ...options, limits: UNHURRIED }).findings;
  const check = (part: History): string => checkLinearizable(part, { ...options, limits: UNHURRIED }).verdict;
  expect(check(onlyOperations(history, finding!.ops))).toBe('invalid');
  const detail = finding!.detail as JsonObject;
  const until = Array.from({ length: detail['linearizableUntil'] as number }, (_, entry) => history.at(entry));
  expect(check(historyOf(until.filter(({ key }) => key === finding!.key)))).toBe('valid');
  return { ...finding!, detail };
}

const generated = (model: string, broken: string, more: object = {}): History =>
  generateHistory({ model, broken, operations: 600, clients: 8, seed: 3, ...more });

describe('the evidence of a violation', () => {
  it('shows a stale read with the write that had replaced the value, whatever object the model is', () => {
    const history = generated('register', 'stale');
    for (const model of ['register', ownRegister]) {
      const { ops, message, detail } = findingOf(history, { model });
      expect(ops.length).toBeLessThanOrEqual(6);
      const read = history.at(ops.at(-1)!);
      const value = history.at(history.columns.pair[ops.at(-1)!]!).value;
      expect(read.f).toBe('read');
      expect(ops.map((op) => history.at(op).value)).toContainEqual(value);
      const [order] = detail['orders'] as JsonObject[];
      expect(message).toContain(`which process ${read.process}'s read ${JSON.stringify(value)} contradicts`);
      expect(order).toMatchObject({ refused: ops.at(-1), contradiction: expect.stringContaining('the state is') });
    }
  });

  it('tells an answer that rests on everything before by what the state would have been', () => {
    const history = sketch([
      ...Array.from({ length: 80 }, (): SketchedOp => ({ process: 1, f: 'add', input: 1 })),
      { process: 1, f: 'add', input: 1, from: 200, to: 202 },
      { process: 2, f: 'read', output: 79, from: 201, to: 203 },
    ]);
    const { ops, message, detail } = findingOf(history, { model: 'counter' });
    expect(ops).toEqual([161]);
    expect(message).toBe(
      'No order of what was answered before explains this answer: process 2 read 79 (0.201 to 0.203 s); in every order of what came before the state was then 80 or 81.',
    );
    expect(detail).toMatchObject({ states: ['80', '81'], triedAllOrders: true });
  });

  it.each(['lost', 'stale', 'phantom'])('accuses the answer that made a counter wrong, and no other: %s', (broken) => {
    for (const size of [30, 100]) {
      for (let seed = 1; seed <= 4; seed++) {
        const history = generated('counter', broken, { operations: size, seed });
        for (const model of ['counter', ownCounter]) {
          const { findings } = checkLinearizable(history, { model, limits: UNHURRIED });
          const [{ ops, message, detail } = { ops: [], message: '', detail: {} }] = findings;
          const until = (detail as JsonObject)['linearizableUntil'] as number;
          const end = history.columns.pair[until]!;
          expect(ops).toContain(end);
          const { process } = history.at(until);
          const value = JSON.stringify(history.at(until).value);
          expect(message).toMatch(
            new RegExp(`process ${process}(?: read ${value} .*|'s read ${value} contradicts)\\.$`),
          );
          const before = historyOf(Array.from({ length: until }, (_, entry) => history.at(entry)));
          expect(checkLinearizable(before, { model, limits: UNHURRIED }).verdict).toBe('valid');
        }
      }
    }
  });

  it('shows what a set lost with the read that misses it', () => {
    for (const broken of ['lost', 'stale']) {
      const history = generated('set', broken);
      const { ops } = findingOf(history, { model: 'set' });
      const functions = ops.map((op) => history.at(op).f);
      expect(functions).toContain('add');
      expect(functions).toContain('read');
      const read = ops[functions.indexOf('read')]!;
      const elements = history.at(history.columns.pair[read]!).value as JsonValue[];
      expect(elements).not.toContain(history.at(ops[functions.indexOf('add')]!).value);
    }
  });

  it.each([
    ['queue', 'reordered', 'fifo-queue', 4],
    ['queue', 'duplicate', 'fifo-queue', 3],
    ['queue', 'lost', 'fifo-queue', 3],
    ['stack', 'duplicate', 'stack', 3],
    ['cas-register', 'lost', 'cas-register', 8],
    ['cas-register', 'stale', 'cas-register', 8],
  ] as const)('is small and says where it went wrong: %s %s', (model, broken, judgedBy, most) => {
    const history = generated(model, broken, { crashed: model === 'queue' || model === 'stack' ? 0 : 5 });
    const { ops, detail } = findingOf(history, { model: judgedBy });
    expect(ops.length).toBeLessThanOrEqual(most);
    expect((detail['orders'] as JsonValue[]).length).toBeGreaterThan(0);
  });

  it('points into the history that was given, of whose keys one is wrong', () => {
    const history = generated('register', 'stale', { keys: 5, crashed: 10 });
    const { key, ops, message } = findingOf(history, { model: 'register' });
    expect(ops.map((op) => history.at(op).key)).toEqual(ops.map(() => key));
    expect(message).toMatch(new RegExp(`^On key ${JSON.stringify(key)}, [a-z]`));
  });

  it('names entries where the history has no times', () => {
    const timed = sketch([
      { process: 1, f: 'write', input: 1 },
      { process: 1, f: 'write', input: 2, from: 5, to: Infinity },
      { process: 2, f: 'read', output: 3 },
    ]);
    const history = historyOf(
      Array.from({ length: timed.length }, (_, entry) => ({ ...timed.at(entry), timeNs: entry })),
    );
    expect(findingOf(history, { model: 'register' }).message).toContain('process 2 read 3 (entries 3 and 4)');
    expect(findingOf(timed, { model: 'register' }).message).toContain('process 2 read 3 (0.006 to 0.0065 s)');
  });

  it('tells a lock that was held twice by who held it', () => {
    const turn = (process: number, from: number): SketchedOp[] => [
      { process, f: 'acquire', from, to: from + 1 },
      { process, f: 'release', from: from + 4, to: from + 5 },
    ];
    const turns = Array.from({ length: 60 }, (_, order) => turn(order % 3, order * 10)).flat();
    const history = sketch([...turns, { process: 7, f: 'acquire', from: 302, to: 303 }]);
    const { message, ops } = findingOf(history, { model: 'reentrant-mutex' });
    expect(ops.map((op) => history.at(op).process)).toEqual([0, 7]);
    expect(message).toMatch(
      /after process 0's acquire, the state is held by process 0, which process 7's acquire contradicts\.$/,
    );
  });

  it.each<readonly [JsonValue, string]>([
    [3, "process 1's acquire -> token 3"],
    [null, "process 1's acquire -> no token"],
    ['x', 'process 1\'s acquire -> no token but "x"'],
  ])('names the token that a fenced lock should not have handed out: %j', (token, told) => {
    const history = sketch([
      { process: 0, f: 'acquire', output: 3 },
      { process: 0, f: 'release', from: 3, to: 4 },
      { process: 1, f: 'acquire', output: token, from: 6, to: 7 },
    ]);
    const { message } = findingOf(history, { model: 'fenced-lock' });
    expect(message).toContain("after process 0's acquire -> token 3, then process 0's release, the state is free, ");
    expect(message).toContain(`its next token a number above 3, which ${told} contradicts.`);
  });

  it('says that a fenced lock handed out no token', () => {
    const { message } = findingOf(sketch([{ process: 0, f: 'acquire' }]), { model: 'fenced-lock' });
    expect(message).toContain('process 0 acquire -> no token (');
    expect(message).toContain('the state was then free, its next token a number from 0.');
  });

  it('tells a wrong transaction over several keys with the transactions that it read from', () => {
    const txn = (process: number, steps: JsonValue, from: number, to = from + 1): SketchedOp => ({
      process,
      f: 'txn',
      input: (steps as JsonValue[][]).map(([f, k, v]) => [f!, k!, f === 'r' ? null : v!]),
      output: steps,
      from,
      to,
    });
    const before = Array.from({ length: 60 }, (_, n) =>
      txn(
        1,
        [
          ['w', 'a', n],
          ['w', 'b', n],
        ],
        n * 2,
      ),
    );
    const history = sketch([
      ...before,
      txn(
        2,
        [
          ['r', 'a', 59],
          ['r', 'b', 58],
        ],
        200,
      ),
    ]);
    const { ops } = findingOf(history, { model: 'multi-register' });
    expect(ops).toEqual([116, 118, 120]);
  });
});
