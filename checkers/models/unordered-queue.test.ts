import { describe, expect, it } from 'vitest';
import type { ModelOp } from '../../harness/kernel/model.ts';
import { powerSet, type NondeterministicModel } from './power-set.ts';
import { unorderedQueue } from './unordered-queue.ts';

/** A bag as it is told: one of the values is taken, and each choice is a state of its own. */
const oneBag: NondeterministicModel<readonly string[]> = {
  name: 'bag',
  nondeterministic: true,
  init: () => [[]],
  step(held, { f, input, output }) {
    if (f === 'enqueue') return [[...held, JSON.stringify(input)].sort()];
    if (output === undefined) return held.length === 0 ? [held] : held.map((_, at) => held.toSpliced(at, 1));
    if (output === null) return held.length === 0 ? [held] : [];
    const at = held.indexOf(JSON.stringify(output));
    return at < 0 ? [] : [held.toSpliced(at, 1)];
  },
  identity: (held) => held.join(),
};

const enqueue = (input: string): ModelOp => ({ f: 'enqueue', input, output: undefined });
const dequeue = (output: ModelOp['output']): ModelOp => ({ f: 'dequeue', input: null, output });

describe('the bag', () => {
  it('answers as the set of all bags that it may be, whatever few operations came before', () => {
    const operations = [
      ...['a', 'b', 'c'].flatMap((value) => [enqueue(value), dequeue(value)]),
      dequeue(null),
      dequeue(undefined),
    ];
    const [bag, bags] = [unorderedQueue.model({}), powerSet(oneBag)];
    const bagsOf = new Map([[bag.identity(bag.init()), bags.identity(bags.init())]]);
    let level = [{ left: bag.init(), right: bags.init() }];
    for (let depth = 0; depth < 7; depth++) {
      const known = new Set(bagsOf.keys());
      const nextLevel = new Map<string | number, (typeof level)[number]>();
      for (const { left, right } of level) {
        for (const op of operations) {
          const [one, all] = [bag.step(left, op), bags.step(right, op)];
          const told = `${JSON.stringify(op)} in ${JSON.stringify(right)}, kept as ${JSON.stringify(left)}`;
          if ((one === undefined) !== (all === undefined)) expect.fail(told);
          if (one === undefined || all === undefined) continue;
          const [name, expected] = [bag.identity(one), bags.identity(all)];
          // What looks alike must be the same bags.
          if ((bagsOf.get(name) ?? expected) !== expected) expect.fail(told);
          bagsOf.set(name, expected);
          if (!known.has(name)) nextLevel.set(name, { left: one, right: all });
        }
      }
      level = [...nextLevel.values()];
    }
    expect(bagsOf.size).toBeGreaterThan(100);
  });

  it('does not write out what dequeues without answer may have taken', () => {
    const bag = unorderedQueue.model({});
    let state = bag.init();
    const ops = Array.from({ length: 40 }, (_, value) => enqueue(`${value}`));
    for (const op of [...ops, ...ops.slice(20).map(() => dequeue(undefined))]) state = bag.step(state, op);
    expect(String(bag.identity(state)).length).toBeLessThan(300);
    expect(bag.step(state, dequeue('7'))).toBeDefined();
    expect(bag.step(state, dequeue(null))).toBeUndefined();
  });
});
