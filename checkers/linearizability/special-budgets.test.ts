import { describe, expect, it, vi } from 'vitest';
import { OBJECT_KINDS } from '../models/index.ts';
import { decideModel } from './decide-model.ts';
import type { ModelOperations } from './model-operations.ts';
import { queueWalk } from './queue-walk.ts';
import { SpecialEffort } from './special-way.ts';
import { SPECIAL_WAYS } from './special-ways.ts';
import { NEVER } from './operations.ts';
import type { ModelOp } from '../../harness/kernel/model.ts';

/** All of them at once, in the order in which they are given. */
function atOnce(ops: readonly (ModelOp & { readonly crashed?: boolean })[]): ModelOperations {
  const numbers = Array.from(ops.keys());
  return {
    count: ops.length,
    action: Int32Array.from(numbers),
    call: Int32Array.from(numbers),
    ret: Int32Array.from(ops, ({ crashed }, op) => (crashed === true ? NEVER : ops.length + op)),
    actions: ops.map(({ f, input, output }) => ({ f, input, output })),
    isPure: Uint8Array.from(ops, ({ f }) => (f === 'read' || f === 'get' ? 1 : 0)),
    ignored: { failed: 0, crashedReads: 0 },
  };
}

const SIZE = 3_000;
const numbers = Array.from({ length: SIZE }, (_, number) => number);

/** Operations on which each way spends the most. */
const HEAVY: Readonly<Record<string, readonly [initial: unknown, operations: ModelOperations]>> = {
  'fifo-queue': [
    undefined,
    atOnce([
      ...numbers.map((number) => ({ f: 'enqueue', input: number % 3, output: number % 3 })),
      ...numbers.map((number) => ({ f: 'dequeue', input: null, output: number % 3 })),
    ]),
  ],
  'append-log': [
    undefined,
    atOnce([
      { f: 'read', input: null, output: numbers.map(() => 1) },
      ...numbers.map(() => ({ f: 'append', input: 1, output: 1 })),
    ]),
  ],
  kv: [
    '',
    atOnce([
      { f: 'get', input: null, output: numbers.join(';') + ';' },
      ...numbers.map((number) => ({ f: 'append', input: `${number};`, output: null })),
    ]),
  ],
  set: [
    undefined,
    atOnce(
      numbers.slice(0, 600).flatMap((number) => [
        { f: 'add', input: number, output: null },
        { f: 'remove', input: number, output: null },
        { f: 'read', input: null, output: [number] },
      ]),
    ),
  ],
};

it('is charged for what it looks at among appends that are open at a time', () => {
  const [initial, operations] = HEAVY['append-log'] ?? [];
  const effort = new SpecialEffort({ nowMs: () => 0, deadlineMs: 1, cacheBytes: 2 ** 26 });
  expect(operations && SPECIAL_WAYS['append-log']?.decide(operations, initial, effort)).toBe('valid');
  expect(effort.steps).toBeGreaterThan((SIZE * SIZE) / 20);
});

function spent(kind: string, limits: { readonly deadlineMs?: number; readonly cacheBytes?: number }): string {
  const [initial, operations] = HEAVY[kind] ?? [];
  let looks = 0;
  const effort = new SpecialEffort({ nowMs: () => ++looks, deadlineMs: Infinity, cacheBytes: 2 ** 26, ...limits });
  try {
    const outcome = operations && SPECIAL_WAYS[kind]?.decide(operations, initial, effort);
    return `${outcome ?? 'gave up'}`;
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

describe.each(Object.keys(HEAVY))('the special way of %s', (kind) => {
  it('ends where its time is over', () => expect(spent(kind, { deadlineMs: 2 })).toBe('time'));

  it('ends where its memory is', () => expect(spent(kind, { cacheBytes: 50_000 })).toBe('memory'));
});

/** Each configuration lists the many insertions that were passed over: far more than a configuration takes by itself. */
it('a queue gives up where its configurations are long, however few they are', () => {
  const open = numbers.map((number) => ({
    f: 'enqueue',
    input: number < SIZE - 60 ? -1 - number : number % 3,
    output: 0,
  }));
  const ops = [...open, ...numbers.slice(0, 60).map((number) => ({ f: 'dequeue', input: null, output: number % 3 }))];
  const operations = atOnce(ops);
  const first = 2 * SIZE;
  const ret = operations.ret.map((at, op) => (op < SIZE - 60 ? first + at : at));
  const effort = new SpecialEffort({ nowMs: () => 0, deadlineMs: 1, cacheBytes: 2 ** 20, maxSteps: 3e7 });
  const outcome = SPECIAL_WAYS['fifo-queue']?.decide({ ...operations, ret }, undefined, effort);
  expect(outcome).toBeUndefined();
});

it('a special way that is lost leaves half of the time to the search', () => {
  const kind = OBJECT_KINDS.find(({ name }) => name === 'fifo-queue');
  const [, operations] = HEAVY['fifo-queue'] ?? [];
  if (kind === undefined || operations === undefined) throw new Error('there is no such kind');
  const looks = { special: 0, all: 0 };
  const way = vi.spyOn(queueWalk, 'decide').mockImplementation((_, __, effort) => {
    for (;;) {
      looks.special = looks.all;
      effort.step(1024);
    }
  });
  const limits = { nowMs: () => ++looks.all, deadlineMs: 200, cacheBytes: 2 ** 26 };
  const { outcome, specialWay } = decideModel({ kind, model: kind.model({}) }, operations, limits);
  way.mockRestore();
  expect({ outcome, specialWay }).toEqual({ outcome: 'undecided', specialWay: undefined });
  expect(looks.special).toBeGreaterThan(90);
  expect(looks.special).toBeLessThan(110);
  expect(looks.all).toBeGreaterThan(190);
});
