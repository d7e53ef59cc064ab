import type { JsonValue } from '../../harness/kernel/json.ts';
import { breaksOf } from '../generate/index.ts';

/** A judge of a model's histories, and the anomaly that it calls each way to break them. */
export interface GeneratedJudge {
  readonly checker: string;
  readonly options?: Readonly<Record<string, JsonValue>>;
  /** By way; where a way is missing, this judge does not look for it, and the history is valid for it. */
  readonly calls: Readonly<Record<string, string>>;
}

/** The judge that says of every way that there is no order. */
function linearizability(model: string, generated: string): GeneratedJudge {
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

/** Every judge of every model that histories can be generated of. */
export const GENERATED_JUDGES: Readonly<Record<string, readonly GeneratedJudge[]>> = {
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
