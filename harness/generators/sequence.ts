import type { Draw, Generator } from '../kernel/generator.ts';
import type { Invocation } from '../kernel/op.ts';
import { NOTHING } from './nothing.ts';

/** These operations, in this order, each to whoever asks first. */
export function sequence(ops: readonly Invocation[]): Generator {
  return from(ops, 0);
}

/** One operation, once. */
export function once(op: Invocation): Generator {
  return sequence([op]);
}

function from(ops: readonly Invocation[], index: number): Generator {
  const op = ops[index];
  if (op === undefined) return NOTHING;
  return { draw: (): Draw => ({ kind: 'op', op, next: from(ops, index + 1) }) };
}
