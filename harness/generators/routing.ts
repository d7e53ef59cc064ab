import { NEMESIS, type Draw, type GenContext, type Generator } from '../kernel/generator.ts';
import { observingOne } from './observing.ts';

/** Lets only clients draw from `of`; the nemesis is told to wait. */
export function clients(of: Generator): Generator {
  return route(of, (ctx) => ctx.worker !== NEMESIS, 'worker');
}

/** Lets only the nemesis draw from `of`; clients are told to wait. */
export function nemesis(of: Generator): Generator {
  return route(of, (ctx) => ctx.worker === NEMESIS, 'all');
}

/** Lets only the client workers that `includes` admits draw from `of`. */
export function onWorkers(includes: (ctx: GenContext) => boolean, of: Generator): Generator {
  return route(of, (ctx) => ctx.worker !== NEMESIS && includes(ctx), 'worker');
}

/** `refused` is the scope of the answer to those who may not draw: `all` where no client worker may. */
function route(of: Generator, admits: (ctx: GenContext) => boolean, refused: 'worker' | 'all'): Generator {
  const self: Generator = {
    draw(ctx): Draw {
      if (!admits(ctx)) return { kind: 'pending', scope: refused, next: self };
      const draw = of.draw(ctx);
      return draw.kind === 'done'
        ? draw
        : { ...draw, next: draw.next === of ? self : route(draw.next, admits, refused) };
    },
    ...observingOne(
      of,
      () => self,
      (next) => route(next, admits, refused),
    ),
  };
  return self;
}
