import type { Draw, Generator } from '../kernel/generator.ts';
import type { Op } from '../kernel/op.ts';

/**
 * Repeats `of` until one of its operations is answered `ok`, one at a time. Ends then, or when `of` ends. Remembers which
 * processes run its operations, so answers to others' operations do not count.
 */
export function untilOk(of: Generator): Generator {
  return trying(of, undefined);
}

/** `waitingFor`: the process whose answer is awaited. */
function trying(of: Generator, waitingFor: number | undefined): Generator {
  const self: Generator = {
    draw(ctx): Draw {
      if (waitingFor !== undefined) return { kind: 'pending', scope: 'worker', next: self };
      const draw = of.draw(ctx);
      if (draw.kind === 'done') return draw;
      if (draw.kind === 'pending') return { ...draw, next: draw.next === of ? self : trying(draw.next, undefined) };
      return { ...draw, next: trying(draw.next, ctx.process) };
    },
    observe(event: Op, worker: number): Generator {
      const after = of.observe?.(event, worker) ?? of;
      if (waitingFor === undefined || event.type === 'invoke' || event.process !== waitingFor) {
        return after === of ? self : trying(after, waitingFor);
      }
      return event.type === 'ok' ? ANSWERED : trying(after, undefined);
    },
  };
  return self;
}

const ANSWERED: Generator = { draw: (): Draw => ({ kind: 'done' }) };
