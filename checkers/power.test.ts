import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../harness/kernel/json.ts';
import { checkerNamed, checkerNames } from './registry.ts';
import { contextWith, sketch, type SketchedOp } from './testing/sketch.ts';
import { failed, lost, op } from './testing/workload-case.ts';

/** What the clients of a checker's workload do: look at it and change it, both with answers that fit an empty object. */
interface Vocabulary {
  readonly look: (process: number) => SketchedOp;
  readonly change: (process: number, value: number) => SketchedOp;
}

const txn = (process: number, steps: JsonValue): SketchedOp => op(process, 'txn', steps, steps);

const register: Vocabulary = {
  look: (process) => op(process, 'read', null, null),
  change: (process, value) => op(process, 'write', value),
};
const set: Vocabulary = {
  look: (process) => op(process, 'read', null, [], { node: `n${process}` }),
  change: (process, value) => op(process, 'add', value, null, { node: `n${process}` }),
};
const queue: Vocabulary = {
  look: (process) => op(process, 'dequeue', null, null),
  change: (process, value) => op(process, 'enqueue', value),
};
const registers: Vocabulary = {
  look: (process) => txn(process, [['r', 'x', null]]),
  change: (process, value) => txn(process, [['w', 'x', value]]),
};

const VOCABULARIES: Readonly<Record<string, Vocabulary>> = {
  set,
  'set-full': set,
  queue,
  'total-queue': queue,
  bank: {
    look: (process) => op(process, 'read', null, { a: 5, b: 5 }),
    change: (process) => op(process, 'transfer', { from: 'a', to: 'b', amount: 0 }),
  },
  counter: { look: (process) => op(process, 'read', null, 0), change: (process) => op(process, 'add', 1) },
  'unique-ids': { look: register.look, change: (process) => op(process, 'mark', null, null) },
  'long-fork': {
    look: (process) => txn(process, [['r', 'x', null], ['r', 'y', null]]), // prettier-ignore
    change: registers.change,
  },
  'causal-reverse': { look: (process) => op(process, 'read', null, []), change: register.change },
  monotonic: {
    look: (process) => op(process + 100, 'read', null, null),
    change: (process, value) => op(process, 'add', value, value),
  },
  kafka: {
    look: (process) => op(process, 'poll', [['poll']], [['poll', {}]]),
    change: (process, value) => op(process, 'send', [['send', 'k', value]], [['send', 'k', [value, value]]]),
  },
  watch: {
    look: (process) => op(process, 'watch', {}, [{ events: [] }]),
    change: (process, value) => op(process, 'put', value, { revision: value }, { key: 'a' }),
  },
  lock: {
    look: (process) => op(process, 'release', null, null),
    change: (process) => op(process, 'unlock', null, null),
  },
  broadcast: {
    look: (process) => op(process, 'read', null, [], { node: `n${process}` }),
    change: (process, value) => op(process, 'broadcast', value, null, { node: `n${process}` }),
  },
  'list-append': {
    look: (process) => txn(process, [['r', 'x', []]]),
    change: (process, value) => txn(process, [['append', 'x', value]]),
  },
  'rw-register': registers,
  'weak-isolation': registers,
};

const times = Array.from({ length: 12 }, (_, position) => position);

const TRIVIAL: Readonly<Record<string, (words: Vocabulary) => readonly SketchedOp[]>> = {
  'holds nothing': () => [],
  'has failures only': ({ look, change }) =>
    times.map((at) => ({ ...(at % 2 === 0 ? look(at % 3) : change(at % 3, at)), ...failed })),
  'has crashes only': ({ look, change }) =>
    times.map((at) => ({ ...(at % 2 === 0 ? look(at) : change(at, at)), ...lost })),
  'never changes anything': ({ look }) => times.map((at) => look(at % 3)),
  'never looks at anything': ({ change }) => times.map((at) => change(at % 3, at)),
};

/** Informative checkers: they judge nothing, so they call nothing valid that is not. */
const TELLS_ONLY = ['stats', 'errors'];
/** Each read of a bank is judged by itself, too: it may show a debt, an empty balance, or money from nowhere. */
const MAY = new Set(['bank never changes anything']);
/** Where every order is right, those who ask for an order say so, and what was missing. */
const HAS_ANSWERS = ['never changes anything', 'never looks at anything'];

describe.each(Object.entries(TRIVIAL))('a history that %s', (title, historyOf) => {
  it.each(checkerNames().filter((name) => !TELLS_ONLY.includes(name)))('is not simply valid for %s', (name) => {
    const words = VOCABULARIES[name] ?? register;
    const { verdict, reason, facts } = checkerNamed(name).check(sketch(historyOf(words)), contextWith());
    if (MAY.has(`${name} ${title}`)) {
      expect(verdict).toBe('valid');
    } else if (verdict === 'valid') {
      expect(HAS_ANSWERS).toContain(title);
      expect(facts['power']).toMatch(/^nothing was ever .+, too$/);
    } else {
      expect(verdict).toBe('unknown');
      expect(reason).toMatch(/^[a-z0-9].+[^.]$/);
    }
  });
});

it('is as other tools have it where that is asked for', () => {
  const crashed = sketch(times.map((at) => ({ ...op(at, 'write', at), ...lost })));
  const linearizability = checkerNamed('linearizability');
  expect(linearizability.check(crashed, contextWith()).verdict).toBe('unknown');
  const result = linearizability.check(crashed, contextWith({ power: 'any' }));
  expect(result).toMatchObject({
    verdict: 'valid',
    facts: { power: expect.stringMatching(/^no operation was answered/) },
  });
});

describe('one process alone', () => {
  it.each([
    ['lock', [op(1, 'acquire', null, null), op(1, 'release', null), op(1, 'acquire', null, null)]],
    ['broadcast', [op(1, 'broadcast', 1), op(1, 'read', null, [1])]],
    ['convergence', [op(1, 'write', 1), op(1, 'read', null, 1)]],
    ['unique-ids', [op(1, 'generate', null, 1)]],
    ['assumptions', times.flatMap((at) => [op(1, 'write', at), op(1, 'read', null, at)])],
  ])('does not satisfy %s, which is about several', (name, ops) => {
    expect(checkerNamed(name).check(sketch(ops), contextWith()).verdict).toBe('unknown');
  });

  it.each([
    ['set', [op(1, 'add', 1), op(1, 'read', null, [1])]],
    ['counter', [op(1, 'add', 1), op(1, 'read', null, 1)]],
    ['monotonic', [op(1, 'read', null, 1), op(1, 'read', null, 1)]],
    ['total-queue', [op(1, 'enqueue', 1), op(1, 'dequeue', null, 1), op(1, 'dequeue', null, null)]],
    ['linearizability', [op(1, 'write', 1), op(1, 'read', null, 1)]],
  ])('may show what %s forbids', (name, ops) => {
    expect(checkerNamed(name).check(sketch(ops), contextWith()).verdict).toBe('valid');
  });
});

describe('a violation is one, however little else there is', () => {
  it.each([
    ['linearizability', [op(1, 'read', null, 7)]],
    ['set', [op(1, 'read', null, [7])]],
    ['set-full', [op(1, 'read', null, [7])]],
    ['queue', [op(1, 'dequeue', null, 7)]],
    ['total-queue', [op(1, 'enqueue', 1), op(1, 'dequeue', null, null)]],
    ['bank', [op(1, 'read', null, { a: -1 })]],
    ['counter', [op(1, 'read', null, 7)]],
    ['monotonic', [op(1, 'read', null, 2), op(1, 'read', null, 1)]],
    ['kafka', [op(1, 'poll', [['poll']], [['poll', { k: [[0, 1]] }]])]], // prettier-ignore
    ['watch', [op(1, 'watch', { key: 'a' }, [{ events: [{ key: 'b', revision: 1, value: 1 }] }])]],
    ['lock', [op(1, 'acquire', null, null), op(2, 'acquire', null, null)]],
    ['broadcast', [op(1, 'read', null, [7])]],
    ['list-append', [txn(1, [['r', 'x', [7]]])]], // prettier-ignore
  ])('for %s', (name, ops) => {
    expect(checkerNamed(name).check(sketch(ops), contextWith()).verdict).toBe('invalid');
  });
});
