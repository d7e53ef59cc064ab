import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../harness/kernel/json.ts';
import { breaksOf, GENERATED_MODELS, generateHistory } from './generate/index.ts';
import { checkerNamed } from './registry.ts';
import { contextWith } from './testing/sketch.ts';

/** A judge of a model's histories, and the anomaly that it calls each way to break them. */
interface Judge {
  readonly checker: string;
  readonly options?: Readonly<Record<string, JsonValue>>;
  /** By way; where a way is missing, this judge does not look for it, and the history is valid for it. */
  readonly calls: Readonly<Record<string, string>>;
}

/** The judge that says of every way that there is no order. */
function linearizability(model: string, generated: string): Judge {
  const calls = Object.fromEntries(breaksOf(generated).map((way) => [way, 'not-linearizable']));
  return { checker: 'linearizability', options: { model }, calls };
}

const SET = { lost: 'lost', phantom: 'unexpected', duplicate: 'duplicated', aborted: 'unexpected' };
const LINEARIZABLE = { level: 'linearizable' };
const BOUNDS = { lost: 'out-of-bounds', stale: 'out-of-bounds', phantom: 'out-of-bounds' };
const BOTH_DIALECTS = {
  g1a: 'G1a',
  g1b: 'G1b',
  g1c: 'G1c',
  'read-skew': 'G-single',
  'lost-update': 'lost-update',
  'write-skew': 'write-skew',
  stale: 'G-single-realtime',
  phantom: 'garbage-read',
  internal: 'internal',
};
const APPEND = {
  ...BOTH_DIALECTS,
  g0: 'G0',
  lost: 'G-single-realtime',
  duplicate: 'duplicate-elements',
  'incompatible-order': 'incompatible-order',
};

const JUDGES: Readonly<Record<string, readonly Judge[]>> = {
  register: [linearizability('register', 'register')],
  'cas-register': [linearizability('cas-register', 'cas-register')],
  set: [
    { checker: 'set', calls: SET },
    { checker: 'set', options: LINEARIZABLE, calls: { ...SET, stale: 'stale' } },
    { checker: 'set-full', calls: SET },
    { checker: 'set-full', options: LINEARIZABLE, calls: { ...SET, stale: 'stale' } },
    linearizability('set', 'set'),
  ],
  queue: [
    { checker: 'queue', calls: { duplicate: 'duplicated', phantom: 'unexpected' } },
    linearizability('fifo-queue', 'queue'),
  ],
  stack: [linearizability('stack', 'stack')],
  counter: [{ checker: 'counter', calls: BOUNDS }, linearizability('counter', 'counter')],
  bank: [
    {
      checker: 'bank',
      calls: { skew: 'wrong-total', lost: 'wrong-total', negative: 'negative-value', phantom: 'unexpected-key' },
    },
  ],
  'unique-ids': [{ checker: 'unique-ids', calls: { duplicate: 'duplicated' } }],
  'list-append': [{ checker: 'list-append', calls: APPEND }],
  'rw-register': [{ checker: 'rw-register', calls: BOTH_DIALECTS }],
};

const SEEDS = [1, 2, 3];

const rows = GENERATED_MODELS.flatMap((model) =>
  [undefined, ...breaksOf(model)].flatMap((broken) =>
    (JUDGES[model] ?? []).map((judge) => [model, broken, judge] as const),
  ),
);

describe('generated histories', () => {
  it('have a judge that looks for each way to break them', () => {
    const unseen = GENERATED_MODELS.flatMap((model) =>
      breaksOf(model).filter((way) => !(JUDGES[model] ?? []).some(({ calls }) => Object.hasOwn(calls, way))),
    );
    expect(unseen).toEqual([]);
  });

  it.each(rows)('%s broken as %s is judged so by %j', (model, broken, { checker, options = {}, calls }) => {
    const anomaly = broken === undefined ? undefined : calls[broken];
    for (const seed of SEEDS) {
      const history = generateHistory({ model, broken, operations: 150, clients: 4, crashed: 3, seed });
      const { verdict, findings } = checkerNamed(checker).check(history, contextWith(options));
      const named = anomaly === undefined || findings.some((finding) => finding.anomaly === anomaly);
      expect({ seed, verdict, named }).toEqual({
        seed,
        verdict: anomaly === undefined ? 'valid' : 'invalid',
        named: true,
      });
    }
  });
});
