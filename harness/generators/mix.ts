import type { Draw, GenContext, Generator } from '../kernel/generator.ts';
import { NOTHING } from './nothing.ts';
import { observing } from './observing.ts';
import { earliest } from './pending.ts';

/** One part of a mix: drawn `weight` times as often as a part of weight 1. */
export interface MixPart {
  readonly weight: number;
  readonly of: Generator;
}

/**
 * Draws from one of its parts at random by weight. A part that has nothing now does not hold the mix up: the others are
 * asked in turn. Ends when every part has ended.
 */
export function mix(parts: readonly MixPart[]): Generator {
  if (parts.length === 0) return NOTHING;
  const self: Generator = {
    draw: (ctx) => drawMixed(parts, ctx, self),
    ...observing(
      parts.map((part) => part.of),
      () => self,
      (children) => mix(parts.map((part, index) => ({ weight: part.weight, of: children[index] ?? part.of }))),
    ),
  };
  return self;
}

function drawMixed(parts: readonly MixPart[], ctx: GenContext, self: Generator): Draw {
  const start = pickIndex(parts, ctx);
  let rest = parts;
  let scope: 'worker' | 'all' = 'all';
  let untilNs: number | undefined;
  for (let turn = 0; turn < parts.length; turn++) {
    const part = parts[(start + turn) % parts.length];
    if (part === undefined) continue;
    const draw = part.of.draw(ctx);
    if (draw.kind === 'done') rest = rest.filter((other) => other !== part);
    else if (draw.kind === 'pending') {
      if (draw.scope === 'worker') scope = 'worker';
      untilNs = earliest(untilNs, draw.untilNs);
      if (draw.next !== part.of) rest = rest.map((other) => (other === part ? { ...part, of: draw.next } : other));
    } else {
      return { ...draw, next: draw.next === part.of && rest === parts ? self : replaced(rest, part, draw.next) };
    }
  }
  if (rest.length === 0) return { kind: 'done' };
  return { kind: 'pending', scope, ...(untilNs === undefined ? {} : { untilNs }), next: mix(rest) };
}

function replaced(parts: readonly MixPart[], part: MixPart, next: Generator): Generator {
  return mix(parts.map((other) => (other === part ? { weight: part.weight, of: next } : other)));
}

function pickIndex(parts: readonly MixPart[], ctx: GenContext): number {
  let total = 0;
  for (const part of parts) total += part.weight;
  let draw = ctx.random.int(0, Math.max(0, total - 1));
  for (let index = 0; index < parts.length; index++) {
    draw -= parts[index]?.weight ?? 0;
    if (draw < 0) return index;
  }
  return 0;
}
