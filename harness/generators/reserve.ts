import { NEMESIS, type Draw, type GenContext, type Generator } from '../kernel/generator.ts';
import { observing } from './observing.ts';

/** So many workers, and what they do. */
export interface Reservation {
  readonly workers: number;
  readonly of: Generator;
}

/**
 * Sets workers apart: the first `workers` of the first reservation draw from its generator only, the next from the
 * second, and so on; everyone left, the nemesis included, draws from `rest`. Ends when all have ended.
 */
export function reserve(reservations: readonly Reservation[], rest: Generator): Generator {
  const bounds: number[] = [];
  let bound = 0;
  for (const reservation of reservations) bounds.push((bound += reservation.workers));
  return reserved(bounds, [...reservations.map((reservation) => reservation.of), rest]);
}

/** `children` has one entry per bound and one for the rest; undefined is one that has ended. */
function reserved(bounds: readonly number[], children: readonly (Generator | undefined)[]): Generator {
  const living = children.filter((child) => child !== undefined);
  const self: Generator = {
    draw: (ctx) => drawReserved(bounds, children, ctx, self),
    ...observing(
      living,
      () => self,
      (next) => {
        let taken = 0;
        return reserved(
          bounds,
          children.map((child) => (child === undefined ? undefined : next[taken++])),
        );
      },
    ),
  };
  return self;
}

function drawReserved(
  bounds: readonly number[],
  children: readonly (Generator | undefined)[],
  ctx: GenContext,
  self: Generator,
): Draw {
  const found = ctx.worker === NEMESIS ? -1 : bounds.findIndex((bound) => ctx.worker < bound);
  const seat = found === -1 ? bounds.length : found;
  const child = children[seat];
  if (child === undefined) return waiting(children, self);
  const draw = child.draw(ctx);
  const next = draw.kind === 'done' ? undefined : draw.next;
  const after =
    next === child
      ? self
      : reserved(
          bounds,
          children.map((other, index) => (index === seat ? next : other)),
        );
  if (draw.kind === 'done')
    return waiting(
      children.map((other, index) => (index === seat ? undefined : other)),
      after,
    );
  if (draw.kind === 'pending') return { ...draw, scope: 'worker', next: after };
  return { ...draw, next: after };
}

function waiting(children: readonly (Generator | undefined)[], next: Generator): Draw {
  return children.every((child) => child === undefined) ? { kind: 'done' } : { kind: 'pending', scope: 'worker', next };
}
