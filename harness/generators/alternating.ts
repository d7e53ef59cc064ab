import type { Draw, Generator } from '../kernel/generator.ts';
import { observing } from './observing.ts';

/** Takes turns: one operation of `first`, one of `second`, and so on, until the one whose turn it is has ended. */
export function flipFlop(first: Generator, second: Generator): Generator {
  const self: Generator = {
    draw(ctx): Draw {
      const draw = first.draw(ctx);
      if (draw.kind === 'done') return draw;
      if (draw.kind === 'pending') return { ...draw, next: draw.next === first ? self : flipFlop(draw.next, second) };
      return { ...draw, next: flipFlop(second, draw.next) };
    },
    ...observing(
      [first, second],
      () => self,
      ([left = first, right = second]) => flipFlop(left, right),
    ),
  };
  return self;
}
