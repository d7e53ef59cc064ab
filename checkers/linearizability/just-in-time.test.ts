import { describe, expect, it } from 'vitest';
import { historyOf } from '../../harness/history/index.ts';
import type { History } from '../../harness/kernel/history.ts';
import { generateHistory } from '../generate/index.ts';
import { simulateClients, simulatedRegister } from '../testing/simulate-clients.ts';
import { JustInTime } from './just-in-time.ts';
import { objectsOf } from './objects.ts';
import { registerOperationsOf, type RegisterOperations } from './register-operations.ts';
import { registerProblem } from './register-search.ts';

function registerOf(history: History): RegisterOperations {
  const objects = objectsOf(history, false);
  const options = { initial: null, failedCas: 'precondition', nullReadsAreLegal: false } as const;
  return registerOperationsOf(history, objects.operationsOf(0), options);
}

const LIMITS = { nowMs: (): number => 0, deadlineMs: 1, cacheBytes: 2 ** 24 };

function outcomeOf(history: History, width: number, looksAhead = false): string {
  return new JustInTime(registerProblem(registerOf(history)), { ...LIMITS, looksAhead }, width).run().outcome;
}

/** Jepsen's workload: five values, crashed operations among others. */
function fiveValues(operations: number, clients: number, crashed: number, seed: number): History {
  return generateHistory({ model: 'cas-register', operations, clients, crashed, distinctValues: 5, seed });
}

describe('just-in-time linearization', () => {
  // Seeds at which a depth-first search found nothing in ten seconds, or needed more than one.
  it.each([5, 28, 31])('finds an order for 50 busy clients of five values, seed %i', (seed) => {
    const history = simulateClients(() => simulatedRegister(5, 2), { operations: 1000, clients: 50, seed });
    expect(outcomeOf(history, 16)).toBe('valid');
  });

  it.each([1, 2, 3])('finds an order beside 30 crashed operations, seed %i', (seed) => {
    expect(outcomeOf(fiveValues(1000, 20, 30, seed), 64)).toBe('valid');
  });

  it.each([301, 336])(
    'knows that there is none once entry %i answers another value, unless it dropped something',
    (wrong) => {
      const right = fiveValues(400, 10, 10, 2);
      const history = historyOf(
        Array.from({ length: right.length }, (_, entry) => {
          const op = right.at(entry);
          return entry === wrong ? { ...op, value: 1 } : op;
        }),
      );
      expect(right.at(wrong)).toMatchObject({ type: 'ok', f: 'read' });
      expect(outcomeOf(right, 2048)).toBe('valid');
      expect([false, true].map((looksAhead) => outcomeOf(history, 2048, looksAhead))).toEqual(['invalid', 'invalid']);
      expect(outcomeOf(history, 1)).toBe('undecided');
    },
  );
});
