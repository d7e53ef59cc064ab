import type { Draw, GenContext, Generator } from '../kernel/generator.ts';
import type { Invocation } from '../kernel/op.ts';

/**
 * Never ends: asks `make` for every operation. `make` must be a pure function of the context; whatever it draws, it draws
 * from `ctx.random`.
 */
export function each(make: (ctx: GenContext) => Invocation): Generator {
  const generator: Generator = {
    draw: (ctx): Draw => ({ kind: 'op', op: make(ctx), next: generator }),
  };
  return generator;
}
