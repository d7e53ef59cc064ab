import type { Draw, Generator, WorkerId } from '../kernel/generator.ts';
import type { Invocation } from '../kernel/op.ts';
import { NOTHING } from './nothing.ts';

/** An operation with the worker and the time it is meant for. */
export interface TimedInvocation extends Invocation {
  readonly worker: WorkerId;
  /** Counted from when the script is first asked. */
  readonly atNs: number;
}

/**
 * Gives every worker the operations recorded for it, in order, none before its time. A worker that is late does its
 * operations as soon as it is free.
 */
export function scripted(ops: readonly TimedInvocation[]): Generator {
  if (ops.length === 0) return NOTHING;
  const byWorker = new Map<WorkerId, TimedInvocation[]>();
  for (const op of ops) {
    const own = byWorker.get(op.worker);
    if (own === undefined) byWorker.set(op.worker, [op]);
    else own.push(op);
  }
  return { draw: (ctx) => playing(byWorker, new Map(), ops.length, ctx.nowNs).draw(ctx) };
}

function playing(
  byWorker: ReadonlyMap<WorkerId, readonly TimedInvocation[]>,
  positions: ReadonlyMap<WorkerId, number>,
  left: number,
  originNs: number,
): Generator {
  const self: Generator = {
    draw(ctx): Draw {
      if (left === 0) return { kind: 'done' };
      const position = positions.get(ctx.worker) ?? 0;
      const due = byWorker.get(ctx.worker)?.[position];
      if (due === undefined) return { kind: 'pending', scope: 'worker', next: self };
      const atNs = originNs + due.atNs;
      if (ctx.nowNs < atNs) return { kind: 'pending', scope: 'worker', untilNs: atNs, next: self };
      const { f, key, value } = due;
      const after = new Map(positions).set(ctx.worker, position + 1);
      const op: Invocation = key === undefined ? { f, value } : { f, key, value };
      return { kind: 'op', op, next: playing(byWorker, after, left - 1, originNs) };
    },
  };
  return self;
}
