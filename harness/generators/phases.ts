import type { Draw, Generator } from '../kernel/generator.ts';
import { NOTHING } from './nothing.ts';
import { observing } from './observing.ts';

/** One generator after the other; the next begins only when every operation of the one before has been answered. */
export function phases(...children: readonly Generator[]): Generator {
  return from(children, false);
}

/** One generator after the other, without waiting for operations in flight. */
export function chain(...children: readonly Generator[]): Generator {
  const [head, ...rest] = children;
  if (head === undefined) return NOTHING;
  const self: Generator = {
    draw(ctx): Draw {
      const draw = head.draw(ctx);
      if (draw.kind === 'done') return chain(...rest).draw(ctx);
      return { ...draw, next: draw.next === head ? self : chain(draw.next, ...rest) };
    },
    ...observing(
      children,
      () => self,
      (next) => chain(...next),
    ),
  };
  return self;
}

function from(children: readonly Generator[], atBarrier: boolean): Generator {
  const [head, ...rest] = children;
  if (head === undefined) return NOTHING;
  const self: Generator = {
    draw(ctx): Draw {
      if (atBarrier && ctx.inFlight > 0) return { kind: 'pending', scope: 'all', next: self };
      const draw = head.draw(ctx);
      if (draw.kind === 'done') return from(rest, true).draw(ctx);
      return { ...draw, next: draw.next === head && !atBarrier ? self : from([draw.next, ...rest], false) };
    },
    ...observing(
      children,
      () => self,
      (next) => from(next, atBarrier),
    ),
  };
  return self;
}
