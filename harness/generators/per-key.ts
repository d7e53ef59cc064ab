import type { Draw, GenContext, Generator } from '../kernel/generator.ts';
import type { Invocation, Key } from '../kernel/op.ts';

/** How many keys are in use at a time, and for how long. */
export interface KeyPlan {
  /** Keys in use at a time, at most one per worker. Workers are divided among them in contiguous groups, so that one key meets many nodes. */
  readonly keys: number;
  /** Operations each key gets, all its workers together, before a fresh key takes its place. */
  readonly opsPerKey: number;
}

/**
 * Spreads operations over many independent objects. Which key a worker uses is a pure function of how many operations it
 * has been given, so a slow worker never changes what another one does.
 *
 * `make` draws an operation for the key; whatever key it sets itself is overwritten.
 */
export function perKey(plan: KeyPlan, make: (key: Key, group: number, ctx: GenContext) => Invocation): Generator {
  const self: Generator = {
    draw(ctx): Draw {
      const { key, group } = keyOf(plan, ctx);
      return { kind: 'op', op: { ...make(key, group, ctx), key }, next: self };
    },
  };
  return self;
}

/** The key that the worker's next operation goes to, and the number of its group. Throws RangeError on more keys than workers. */
export function keyOf(
  plan: KeyPlan,
  ctx: Pick<GenContext, 'worker' | 'concurrency' | 'sequence'>,
): { readonly key: Key; readonly group: number } {
  if (plan.keys < 1 || plan.keys > ctx.concurrency) {
    throw new RangeError(`expected 1 to ${ctx.concurrency} keys for ${ctx.concurrency} workers, got ${plan.keys}`);
  }
  const groups = plan.keys;
  const group = Math.floor((ctx.worker * groups) / ctx.concurrency);
  const groupSize = Math.floor(ctx.concurrency / groups);
  const opsPerWorker = Math.max(1, Math.ceil(plan.opsPerKey / groupSize));
  const generation = Math.floor(ctx.sequence / opsPerWorker);
  return { key: `k${group + groups * generation}`, group };
}
