import { describe, expect, it } from 'vitest';
import { GENERATED_MODELS, breaksOf, generateHistory } from '../../checkers/generate/index.ts';
import { optionNamesOf } from '../../checkers/checker-options.ts';
import { checkerNamed, checkerNames } from '../../checkers/registry.ts';
import { GENERATED_JUDGES } from '../../checkers/testing/generated-judges.ts';
import { contextWith, sketch } from '../../checkers/testing/sketch.ts';
import { failed, op } from '../../checkers/testing/workload-case.ts';
import type { History } from '../kernel/history.ts';
import type { JsonValue } from '../kernel/json.ts';
import { combineVerdicts, type CheckResult } from '../kernel/verdict.ts';
import { chooseCheckers, type AskedJudge } from './choose-checkers.ts';

const NOTHING: AskedJudge = { model: undefined, checker: undefined, level: undefined, options: undefined };

function judged(history: History): readonly CheckResult[] {
  const { uses } = chooseCheckers(history, 'faultline', NOTHING);
  return uses.map(({ checker, options }) => checkerNamed(checker).check(history, contextWith(options)));
}

function chosen(history: History, asked: Partial<AskedJudge> = {}): string {
  const { uses } = chooseCheckers(history, 'faultline', { ...NOTHING, ...asked });
  return uses.map(({ checker, options }) => `${checker} ${JSON.stringify(options ?? {})}`).join(' ');
}

/** What the judges of these names call a model that is broken in this way. */
function namesOf(model: string, broken: string, checkers: readonly string[]): readonly string[] {
  const judges = (GENERATED_JUDGES[model] ?? []).filter(({ checker }) => checkers.includes(checker));
  return judges.flatMap(({ calls }) => calls[broken] ?? []);
}

describe('synthetic histories, judged as `faultline check` judges them', () => {
  it.each(GENERATED_MODELS)('%s: valid as it is', (model) => {
    const results = judged(generateHistory({ model, operations: 300, clients: 4, crashed: 3, seed: 1 }));
    expect(results.map(({ verdict }) => verdict).filter((verdict) => verdict !== 'valid')).toEqual([]);
  });

  it.each(GENERATED_MODELS.flatMap((model) => breaksOf(model).map((broken) => [model, broken] as const)))(
    '%s broken as %s: invalid, and called by its name',
    (model, broken) => {
      for (const seed of [1, 2, 3]) {
        const history = generateHistory({ model, broken, operations: 300, clients: 4, crashed: 3, seed });
        const results = judged(history);
        expect(combineVerdicts(results.map(({ verdict }) => verdict))).toBe('invalid');
        const anomalies = results.flatMap(({ findings }) => findings.map(({ anomaly }) => anomaly));
        const checkers = chooseCheckers(history, 'faultline', NOTHING).uses.map(({ checker }) => checker);
        expect(namesOf(model, broken, checkers).filter((name) => anomalies.includes(name))).not.toEqual([]);
      }
    },
  );
});

const answered = (f: string, input: JsonValue, output: JsonValue): History => sketch([op(0, f, input, output)]);

describe('chooseCheckers', () => {
  it.each([
    ['bank', answered('transfer', { from: 1, to: 2, amount: 3 }, null)],
    ['unique-ids', answered('generate', null, 7)],
    ['broadcast', answered('broadcast', 7, null)],
    ['watch', answered('watch', {}, [])],
    ['kafka', answered('send', [['send', 'k', 1]], [['send', 'k', [0, 1]]])],
    ['kafka', answered('txn', [['send', 'k', 1]], [['send', 'k', [0, 1]]])],
    ['lock', answered('acquire', null, 7)],
    ['total-queue', answered('drain', null, [7])],
    ['set', sketch([op(0, 'add', 1), op(0, 'read', null, [1])])],
    ['counter', sketch([op(0, 'add', 1), op(0, 'read', null, 1)])],
    ['causal-reverse', sketch([op(0, 'write', 1), op(0, 'read', null, [1])])],
    ['long-fork', answered('read', [['r', 1, null]], [['r', 1, 2]])],
    ['monotonic', answered('inc', null, 7)],
    ['list-append', answered('txn', [['append', 1, 1]], [['append', 1, 1]])],
    ['rw-register', answered('txn', [['w', 1, 1]], [['w', 1, 1]])],
    ['list-append', answered('txn', [['r', 1, null]], [['r', 1, []]])],
    ['rw-register', answered('txn', [['r', 1, null]], [['r', 1, null]])],
  ])('%s', (checker, history) => expect(chosen(history)).toMatch(new RegExp(`^${checker} `)));

  it.each([
    ['mutex', answered('acquire', null, null)],
    ['fifo-queue', answered('enqueue', 1, null)],
    ['stack', answered('push', 1, null)],
    ['set', sketch([op(0, 'add', 1), op(0, 'remove', 1)])],
    ['kv', answered('put', 1, null)],
    ['append-log', sketch([op(0, 'append', 1), op(0, 'read', null, [1])])],
    ['cas-register', answered('cas', [1, 2], null)],
    ['multi-register', answered('txn', [['write', 'x', 1]], [['write', 'x', 1]])],
    ['cas-register', sketch([])],
  ])('the object %s', (model, history) => expect(chosen(history)).toBe(`linearizability ${JSON.stringify({ model })}`));

  it('combines level, model, checker and options', () => {
    const register = answered('write', 1, null);
    const transactions = answered('txn', [['w', 1, 1]], [['w', 1, 1]]);
    const set = sketch([op(0, 'add', 1), op(0, 'read', null, [1])]);
    expect(chosen(register, { level: 'causal' })).toBe('causal {}');
    expect(chosen(transactions, { level: 'causal' })).toBe('weak-isolation {"level":"causal"}');
    expect(chosen(transactions, { level: 'serializable' })).toBe('rw-register {"level":"serializable"}');
    expect(chosen(set, { level: 'convergent' })).toBe('set {}');
    expect(chosen(set, { level: 'linearizable' })).toBe('set {"level":"linearizable"}');
    expect(chosen(register, { level: 'linearizable', model: 'register' })).toBe('linearizability {"model":"register"}');
    const growing = sketch([op(0, 'inc', null), op(0, 'read', null, 1)]);
    expect(chosen(growing, { level: 'linearizable' })).toBe('monotonic {"level":"linearizable"}');
    expect(chosen(register, { options: { model: 'register' } })).toBe('linearizability {"model":"register"}');
    expect(chosen(register, { options: { level: 'causal', initial: 0 } })).toBe('causal {"initial":0}');
    expect(chosen(register, { checker: 'linearizability', options: { initial: 0 } })).toBe(
      'linearizability {"initial":0}',
    );
  });

  it.each([
    [{ checker: 'nope' }, /unknown checker "nope"; expected one of linearizability/],
    [{ model: 'nope' }, /unknown model "nope"; expected one of register, cas-register, /],
    [{ model: 'regster' }, /unknown model "regster"; did you mean register\? expected one of register, cas-register, /],
    [{ model: 'mult-register' }, /did you mean multi-register\? /],
    [
      { model: 'fifo-queue' },
      /the operations are write, and fifo-queue has enqueue, dequeue: expected register or cas-register, or leave out --model/,
    ],
    [{ level: 'linearizable', model: 'set' }, /the operations are write, and set has add, /],
    [{ level: 'nope' }, /unknown level "nope"/],
    [{ level: 'serializable' }, /about transactions, and this history has none$/],
    [{ level: 'serializable', model: 'register' }, /has none; for register as linearizable, leave out --level$/],
    [
      { level: 'causal', model: 'register' },
      /told of registers only: leave out --model for causal, or --level for register as linearizable$/,
    ],
    [{ level: 'causal', model: 'fifo-queue' }, /told of registers only: leave out --model for causal/],
    [{ checker: 'bank', level: 'causal' }, /checker bank does not take a level/],
    [{ options: { model: 'nope' } }, /unknown model "nope"/],
    [{ model: 'kv', options: { model: 'kv' } }, /--model and --option model=... say the same twice/],
    [{ options: { colour: 1 } }, /linearizability has no option colour; there are: model, initial/],
  ])('refuses %j', (asked, message) => expect(() => chosen(answered('write', 1, null), asked)).toThrow(message));

  it('notes nothing about what the operations look like where a model is named as an option', () => {
    const { notes } = chooseCheckers(answered('write', 1, null), 'faultline', {
      ...NOTHING,
      options: { model: 'register' },
    });
    expect(notes).toEqual([]);
  });

  it('says what is judged of values that only grow', () => {
    const growing = sketch([op(0, 'inc', null), op(0, 'read', null, 1)]);
    const { notes } = chooseCheckers(growing, 'faultline', { ...NOTHING, level: 'linearizable' });
    expect(notes).toEqual([expect.stringMatching(/none goes back in real time, not by how much/)]);
  });

  it('has a counter begin where it is told to, for both of its judges', () => {
    const history = sketch([op(0, 'add', 2), op(0, 'read', null, 7)]);
    const { uses } = chooseCheckers(history, 'faultline', { ...NOTHING, options: { initial: 5 } });
    expect(
      uses.map(({ checker, options }) => checkerNamed(checker).check(history, contextWith(options)).verdict),
    ).toEqual(['valid', 'valid']);
    const other = uses.map(({ checker, options }) => ({ checker, options: { ...options, initial: 4 } }));
    expect(
      other.map(({ checker, options }) => checkerNamed(checker).check(history, contextWith(options)).verdict),
    ).toEqual(['invalid', 'invalid']);
  });

  it('refuses a level that what the operations look like does not have', () => {
    const bank = answered('transfer', { from: 1, to: 2, amount: 3 }, null);
    expect(() => chosen(bank, { level: 'linearizable' })).toThrow(/look like a bank, which bank judges at no level/);
  });

  it('says so where operations fit nothing', () => {
    expect(() => chosen(answered('frobnicate', 1, null))).toThrow(/cannot tell from the operations \(frobnicate\)/);
  });

  it('takes from Jepsen what its histories leave unsaid, unless told otherwise', () => {
    const history = sketch([op(0, 'read', null, 0), op(0, 'write', 1), op(0, 'read', null)]);
    const { uses, notes } = chooseCheckers(history, 'edn', NOTHING);
    expect(uses).toEqual([
      { checker: 'linearizability', options: { model: 'cas-register', power: 'any', nullReads: 'any', initial: 0 } },
    ]);
    expect(notes).toHaveLength(3);
    const options = { initial: 5, nullReads: 'exact', power: 'answered' };
    const told = chooseCheckers(history, 'edn', { ...NOTHING, options });
    expect(told.uses[0]?.options).toEqual({ model: 'cas-register', ...options });
    expect(chooseCheckers(history, 'faultline', NOTHING).uses[0]?.options).toEqual({ model: 'cas-register' });
  });

  it('does not take for the beginning what only a failed operation wrote', () => {
    for (const write of [op(1, 'write', 3, 3, failed), op(1, 'cas', [0, 3], [0, 3], failed)]) {
      const history = sketch([write, op(0, 'read', null, 3)]);
      expect(chooseCheckers(history, 'edn', NOTHING).uses[0]?.options).toEqual({
        model: 'cas-register',
        nullReads: 'any',
        power: 'any',
      });
    }
    const other = sketch([op(1, 'write', 4, 4, failed), op(0, 'read', null, 3)]);
    expect(chooseCheckers(other, 'edn', NOTHING).uses[0]?.options).toMatchObject({ initial: 3 });
  });

  it('takes no write for a read, by whichever name', () => {
    for (const [read, write] of [
      ['r', 'w'],
      ['read', 'write'],
    ] as const) {
      const history = sketch([
        op(0, 'txn', [[write, 'y', 1]], [[write, 'y', 1]]), // prettier-ignore
        op(1, 'txn', [[read, 'y', null]], [[read, 'y', 0]]), // prettier-ignore
      ]);
      const asked = { ...NOTHING, model: 'multi-register' };
      expect(chooseCheckers(history, 'edn', asked).uses[0]?.options).not.toHaveProperty('initial.y', 1);
    }
  });

  it('takes for the beginning of several registers what was read before anybody wrote just that', () => {
    const reads = (x: JsonValue, y: JsonValue): JsonValue => [
      ['read', 'x', x],
      ['read', 'y', y],
    ];
    const write = (key: string, value: JsonValue): JsonValue => [['write', key, value]];
    const history = sketch([
      op(0, 'txn', write('x', 1), write('x', 1)),
      op(1, 'txn', reads(null, null), reads(1, 0)),
      op(0, 'txn', write('y', 2), write('y', 2)),
      op(1, 'txn', reads(null, null), reads(1, 2)),
    ]);
    const { uses } = chooseCheckers(history, 'edn', NOTHING);
    expect(uses[0]?.options).toEqual({ model: 'multi-register', nullReads: 'any', initial: { y: 0 }, power: 'any' });
    expect(
      uses.map(({ checker, options }) => checkerNamed(checker).check(history, contextWith(options)).verdict),
    ).toEqual(['valid']);
    expect(chosen(history, { level: 'strict-serializable' })).toBe('linearizability {"model":"multi-register"}');
  });

  it('judges sessions without times by weak isolation, and by nothing that asks for real time', () => {
    const history = answered('txn', [['w', 1, 1]], [['w', 1, 1]]);
    const of = (asked: Partial<AskedJudge>): unknown => chooseCheckers(history, 'plume', { ...NOTHING, ...asked }).uses;
    expect(of({})).toEqual([{ checker: 'weak-isolation', options: { level: 'causal', power: 'any' } }]);
    expect(of({ level: 'read-atomic' })).toEqual([
      { checker: 'weak-isolation', options: { level: 'read-atomic', power: 'any' } },
    ]);
    expect(of({ level: 'serializable' })).toEqual([
      { checker: 'rw-register', options: { level: 'serializable', power: 'any' } },
    ]);
    expect(of({ checker: 'rw-register' })).toEqual([
      { checker: 'rw-register', options: { level: 'strong-session-serializable', power: 'any' } },
    ]);
    for (const level of ['strict-serializable', 'PL-SS', 'strong-snapshot-isolation']) {
      expect(() => of({ level })).toThrow(/asks for real time, and the file has none/);
    }
  });
});

describe('optionNamesOf', () => {
  it('knows every option that a checker reads', () => {
    for (const name of checkerNames()) {
      const read = new Set<string>();
      const options = new Proxy<Record<string, JsonValue>>({}, { get: (_, key) => void read.add(String(key)) });
      for (const model of ['register', 'set', 'bank', 'list-append', 'rw-register', 'queue']) {
        const history = generateHistory({ model, operations: 40, clients: 2, seed: 1 });
        try {
          checkerNamed(name).check(history, contextWith(options));
        } catch {
          // A checker may refuse a history of another kind; what it read before counts all the same.
        }
      }
      const unknown = [...read].filter((option) => !optionNamesOf(name).includes(option) && option !== 'level');
      expect(unknown, name).toEqual([]);
    }
  });
});
