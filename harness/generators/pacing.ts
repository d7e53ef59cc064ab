import type { Draw, GenContext, Generator } from '../kernel/generator.ts';
import { observingOne } from './observing.ts';

/** A lag beyond this is forgotten instead of being made up for in a burst. */
const LAG_MAX_NS = 1e9;

/** About `perSecond` operations a second over all workers, at random gaps. 0 or less is no limit. */
export function rate(perSecond: number, of: Generator): Generator {
  return perSecond > 0 ? stagger(1000 / perSecond, of) : of;
}

/** Leaves gaps of 0 to 2 * `meanMs` between operations, evenly distributed, counted over all workers together. */
export function stagger(meanMs: number, of: Generator): Generator {
  const spanNs = Math.max(1, Math.round(meanMs * 2e6));
  // Draws are 32 bits wide; longer gaps are drawn in microseconds.
  const unitNs = spanNs > 0xffff_ffff ? 1000 : 1;
  const spanUnits = Math.floor(spanNs / unitNs);
  return paced(undefined, of, (ctx) => ctx.random.fork('gap').int(0, spanUnits) * unitNs);
}

/** Leaves exactly `gapMs` between operations, counted over all workers together. */
export function delay(gapMs: number, of: Generator): Generator {
  return paced(undefined, of, () => gapMs * 1e6);
}

function paced(dueNs: number | undefined, of: Generator, gapNs: (ctx: GenContext) => number): Generator {
  const self: Generator = {
    draw(ctx): Draw {
      if (dueNs !== undefined && ctx.nowNs < dueNs)
        return { kind: 'pending', scope: 'all', untilNs: dueNs, next: self };
      const draw = of.draw(ctx);
      if (draw.kind === 'done') return draw;
      if (draw.kind === 'pending') return { ...draw, next: draw.next === of ? self : paced(dueNs, draw.next, gapNs) };
      const base = dueNs === undefined || ctx.nowNs - dueNs > LAG_MAX_NS ? ctx.nowNs : dueNs;
      return { ...draw, next: paced(base + gapNs(ctx), draw.next, gapNs) };
    },
    ...observingOne(
      of,
      () => self,
      (next) => paced(dueNs, next, gapNs),
    ),
  };
  return self;
}

/** Nothing for `durationMs` after it was first asked, then ends: a pause between phases. */
export function sleep(durationMs: number): Generator {
  return { draw: (ctx) => waitUntil(ctx.nowNs + Math.round(durationMs * 1e6)).draw(ctx) };
}

function waitUntil(endNs: number): Generator {
  const self: Generator = {
    draw: (ctx): Draw =>
      ctx.nowNs >= endNs ? { kind: 'done' } : { kind: 'pending', scope: 'all', untilNs: endNs, next: self },
  };
  return self;
}
