import type { Draw, GenContext, Generator } from '../kernel/generator.ts';
import { NOTHING } from './nothing.ts';
import { observing } from './observing.ts';
import { earliest } from './pending.ts';

/**
 * Runs generators side by side: whoever asks gets the first operation that any of them has for him, in the order given.
 * Ends when all have ended. The usual way to set clients and nemesis going at the same time.
 */
export function together(...children: readonly Generator[]): Generator {
  if (children.length === 0) return NOTHING;
  const self: Generator = {
    draw: (ctx) => drawFirst(children, ctx),
    ...observing(
      children,
      () => self,
      (next) => together(...next),
    ),
  };
  return self;
}

function drawFirst(children: readonly Generator[], ctx: GenContext): Draw {
  const rest: Generator[] = [];
  let scope: 'worker' | 'all' = 'all';
  let untilNs: number | undefined;
  for (let index = 0; index < children.length; index++) {
    const draw = children[index]?.draw(ctx) ?? { kind: 'done' };
    if (draw.kind === 'op' || draw.kind === 'fault') {
      return { ...draw, next: together(...rest, draw.next, ...children.slice(index + 1)) };
    }
    if (draw.kind === 'done') continue;
    if (draw.scope === 'worker') scope = 'worker';
    untilNs = earliest(untilNs, draw.untilNs);
    rest.push(draw.next);
  }
  if (rest.length === 0) return { kind: 'done' };
  return { kind: 'pending', scope, ...(untilNs === undefined ? {} : { untilNs }), next: together(...rest) };
}
