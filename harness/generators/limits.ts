import type { Draw, Generator } from '../kernel/generator.ts';
import { NOTHING } from './nothing.ts';
import { observingOne } from './observing.ts';

/** At most `count` operations and fault actions of `of`. */
export function limit(count: number, of: Generator): Generator {
  if (count <= 0) return NOTHING;
  const self: Generator = {
    draw(ctx): Draw {
      const draw = of.draw(ctx);
      if (draw.kind === 'done') return draw;
      if (draw.kind === 'pending') return { ...draw, next: draw.next === of ? self : limit(count, draw.next) };
      return { ...draw, next: limit(count - 1, draw.next) };
    },
    ...observingOne(
      of,
      () => self,
      (next) => limit(count, next),
    ),
  };
  return self;
}

/** Ends `durationMs` after it was first asked. Operations in flight then are not cut off. */
export function timeLimit(durationMs: number, of: Generator): Generator {
  return startingNow(
    (nowNs) => until(nowNs + durationMs * 1e6, of),
    of,
    (next) => timeLimit(durationMs, next),
  );
}

/** A generator that learns the time when it is first asked. */
function startingNow(
  start: (nowNs: number) => Generator,
  of: Generator,
  rebuild: (next: Generator) => Generator,
): Generator {
  const self: Generator = {
    draw: (ctx) => start(ctx.nowNs).draw(ctx),
    ...observingOne(of, () => self, rebuild),
  };
  return self;
}

function until(endNs: number, of: Generator): Generator {
  const self: Generator = {
    draw(ctx): Draw {
      if (ctx.nowNs >= endNs) return { kind: 'done' };
      const draw = of.draw(ctx);
      if (draw.kind === 'done') return draw;
      const next = draw.next === of ? self : until(endNs, draw.next);
      // Whoever waits must be woken at the end as well, or a quiet generator would never be seen to end.
      if (draw.kind === 'pending') return { ...draw, untilNs: Math.min(draw.untilNs ?? endNs, endNs), next };
      return { ...draw, next };
    },
    ...observingOne(
      of,
      () => self,
      (next) => until(endNs, next),
    ),
  };
  return self;
}
