import { TYPE_FAIL, TYPE_OK } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { identityOf } from './identity.ts';
import type { Operations } from './operations.ts';

/** The updates that tried to put one value (or one set element) in place. */
export interface Attempt {
  /** Invocation to quote: an acknowledged one if there is one, else one in doubt, else a failed one. */
  readonly update: number;
  readonly outcome: 'acknowledged' | 'in-doubt' | 'failed';
  /** How many of them were not answered, and may put the value in place at any later time. */
  readonly inDoubt: number;
}

/** Whether operations named `f` change the object: everything that registers and sets know besides `read`. */
export function isUpdate(f: string): boolean {
  return f === 'write' || f === 'cas' || f === 'add';
}

/** The value that an update would put in place: the argument of `write` and `add`, the second one of `cas`. */
export function valuePut(operations: Operations, update: number): JsonValue {
  const input = operations.history.decode(operations.input(update)) ?? null;
  if (operations.f(update) !== 'cas') return input;
  return Array.isArray(input) ? ((input as readonly JsonValue[])[1] ?? null) : null;
}

/** The attempts among `updates` (all of one object), by the value's identity. O(updates). */
export function attemptsOn(operations: Operations, updates: readonly number[]): ReadonlyMap<number | string, Attempt> {
  const attempts = new Map<number | string, Attempt>();
  for (const update of updates) {
    const value = identityOf(valuePut(operations, update));
    const outcome = outcomeOf(operations, update);
    const known = attempts.get(value);
    const inDoubt = (known?.inDoubt ?? 0) + (outcome === 'in-doubt' ? 1 : 0);
    const isTelling = known === undefined || RANK[outcome] < RANK[known.outcome];
    attempts.set(value, isTelling ? { update, outcome, inDoubt } : { ...known, inDoubt });
  }
  return attempts;
}

const RANK = { acknowledged: 0, 'in-doubt': 1, failed: 2 } as const;

function outcomeOf(operations: Operations, update: number): Attempt['outcome'] {
  const outcome = operations.outcome(update);
  return outcome === TYPE_OK ? 'acknowledged' : outcome === TYPE_FAIL ? 'failed' : 'in-doubt';
}
