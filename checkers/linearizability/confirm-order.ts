import { NEVER } from './operations.ts';
import { NO_VALUE, type RegisterOperations } from './register-operations.ts';

/**
 * Whether a register does what the operations say when they happen in this order, the order fits their times, and only
 * crashed operations are missing. O(operations).
 */
export function confirmsOrder(register: RegisterOperations, order: Int32Array): boolean {
  const { count, call, ret, needs, avoids, makes } = register;
  const seen = new Uint8Array(count);
  let state = 0;
  for (const op of order) {
    if (seen[op] !== 0) return false;
    seen[op] = 1;
    if (needs[op] !== NO_VALUE && needs[op] !== state) return false;
    if (avoids[op] !== NO_VALUE && avoids[op] === state) return false;
    if (makes[op] !== NO_VALUE) state = makes[op] as number;
  }
  for (let op = 0; op < count; op++) if (seen[op] === 0 && ret[op] !== NEVER) return false;
  let earliestLater: number = NEVER;
  for (let place = order.length - 1; place >= 0; place--) {
    const op = order[place] as number;
    if (earliestLater < (call[op] as number)) return false;
    earliestLater = Math.min(earliestLater, ret[op] as number);
  }
  return true;
}
