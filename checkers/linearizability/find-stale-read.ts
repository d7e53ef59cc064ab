import { MakerIndex, MOST_INDEXED } from './maker-index.ts';
import { NEVER } from './operations.ts';
import type { Contradiction } from './register-chains.ts';
import { NO_VALUE, type RegisterOperations } from './register-operations.ts';

/**
 * A completed operation that needs a value which nobody can have left in place for it: never made, made too late, or
 * surely replaced. Finding none proves nothing; finding one proves that no order exists. It finds nearly all real
 * violations, in O(n log n), before a search would have to try every order. Values may be made many times.
 */
export function findStaleRead(register: RegisterOperations): Contradiction | undefined {
  if (register.count >= MOST_INDEXED) return undefined;
  const makers = new MakerIndex(register);
  const { count, needs, call, ret } = register;
  // Operations come in order of invocation: what was over before each only grows.
  let over = 0;
  for (let op = 0; op < count; op++) {
    const value = needs[op] as number;
    if (value === NO_VALUE || ret[op] === NEVER) continue;
    over = makers.overBefore(call[op] as number, over);
    if (makers.hasVisible(op, value, over)) continue;
    const why = makers.replaced(op, value);
    return { kind: makers.lastReplacement(op, value) < 0 ? 'phantom-read' : 'stale-read', ops: [op, ...why] };
  }
  return undefined;
}
