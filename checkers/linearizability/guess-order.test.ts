import { describe, expect, it } from 'vitest';
import { simulateClients, simulatedRegister } from '../testing/simulate-clients.ts';
import { confirmsOrder } from './confirm-order.ts';
import { guessOrder } from './guess-order.ts';
import { objectsOf, slotsOf } from './objects.ts';
import { registerOperationsOf, type RegisterOperations } from './register-operations.ts';

function registerOf(seed: number): RegisterOperations {
  const history = simulateClients(() => simulatedRegister(5, 2), { operations: 1000, clients: 50, seed });
  const objects = objectsOf(history, false);
  const options = { initial: null, failedCas: 'precondition', nullReadsAreLegal: false } as const;
  return registerOperationsOf(history, objects.operations, slotsOf(objects, 0), options);
}

const LIMITS = { nowMs: (): number => 0, deadlineMs: 1, from: 0, to: 48 };

describe('guessing an order', () => {
  // Seeds at which the search alone found nothing in ten seconds, or needed more than one.
  it.each([5, 28, 31])('finds one for 50 busy clients of five values, seed %i', (seed) => {
    const register = registerOf(seed);
    const order = guessOrder(register, LIMITS);
    expect(order).toBeDefined();
    expect(confirmsOrder(register, order ?? new Int32Array(0))).toBe(true);
  });

  it('believes no order that lacks an operation, repeats one, contradicts an answer, or runs against time', () => {
    const register = registerOf(6);
    const order = guessOrder(register, LIMITS) ?? new Int32Array(0);
    expect(confirmsOrder(register, order)).toBe(true);
    expect(confirmsOrder(register, order.subarray(1))).toBe(false);
    expect(confirmsOrder(register, Int32Array.from([...order, order[0] ?? 0]))).toBe(false);
    expect(confirmsOrder(register, order.toReversed())).toBe(false);
    const blind = {
      ...register,
      needs: new Int32Array(register.count).fill(-1),
      avoids: new Int32Array(register.count).fill(-1),
    };
    expect(confirmsOrder(blind, order)).toBe(true);
    expect(confirmsOrder(blind, order.toReversed())).toBe(false);
  });
});
