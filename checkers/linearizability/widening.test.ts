import { describe, expect, it } from 'vitest';
import type { History } from '../../harness/kernel/history.ts';
import { simulateClients, simulatedRegister, type SimulatedAnswer } from '../testing/simulate-clients.ts';
import { Antichain } from './antichain.ts';
import { BeamRetries } from './beam-retries.ts';
import { JustInTime, type WidthBound } from './just-in-time.ts';
import { objectsOf } from './objects.ts';
import { registerOperationsOf } from './register-operations.ts';
import { registerProblem } from './register-search.ts';
import type { SearchProblem } from './search-problem.ts';

function problemOf(history: History): SearchProblem {
  const objects = objectsOf(history, false);
  const options = { initial: null, failedCas: 'precondition', nullReadsAreLegal: false } as const;
  return registerProblem(registerOperationsOf(history, objects.operationsOf(0), options));
}

const LIMITS = { nowMs: (): number => 0, deadlineMs: 1, cacheBytes: 2 ** 24 };

function outcomeOf(problem: SearchProblem, width: number, bound: WidthBound, looksAhead = false): string {
  return new JustInTime(problem, { ...LIMITS, looksAhead }, width, bound).run().outcome;
}

interface Shape {
  readonly values: number;
  readonly operations: number;
  readonly clients: number;
  readonly crashed: number;
  /** So many reads from the middle on answer another value. */
  readonly lies: number;
  readonly seed: number;
}

/** Compare-and-sets in two of three operations, reads otherwise and a few writes. */
function historyOfShape({ values, lies, ...simulation }: Shape): History {
  const spoil = (answers: SimulatedAnswer[]): void => {
    const reads = answers.filter(({ f, crashed }, index) => f === 'read' && !crashed && index > answers.length / 2);
    for (const read of reads.slice(0, lies)) read.answer = (Number(read.answer ?? 0) + 1) % values;
  };
  return simulateClients(() => simulatedRegister(values, 4), { ...simulation, spoil });
}

describe('a walk that merges configurations', () => {
  it('says valid or invalid only where a walk that keeps all of them says so', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 600; seed++) {
      const [operations, clients] = [20 + (seed % 40), 3 + (seed % 6)];
      const shape = { values: 3, operations, clients, crashed: seed % 7, lies: seed % 3, seed };
      const problem = problemOf(historyOfShape(shape));
      const exact = outcomeOf(problem, 1_000_000, 'beam');
      for (const width of [2, 3, 5, 8]) {
        for (const looksAhead of [false, true]) {
          const came = outcomeOf(problem, width, 'widening', looksAhead);
          expect([exact, 'undecided'], `seed ${seed}, width ${width}`).toContain(came);
          counts.set(`${exact} ${came}`, (counts.get(`${exact} ${came}`) ?? 0) + 1);
        }
      }
    }
    // Merging happened, and most of what is wrong was found all the same.
    expect(counts.get('valid undecided')).toBeGreaterThan(200);
    expect(counts.get('invalid invalid')).toBeGreaterThan(10 * (counts.get('invalid undecided') ?? 0));
  });

  // Of two that do the same, the one that may be used again is over first, and the other one still must be used.
  it.each([
    { values: 2, operations: 52, clients: 9, crashed: 0, lies: 1, seed: 472 },
    { values: 2, operations: 30, clients: 11, crashed: 2, lies: 1, seed: 3210 },
    { values: 2, operations: 56, clients: 13, crashed: 0, lies: 2, seed: 3716 },
  ])('tries both of two compare-and-sets that do the same, seed $seed', (shape) => {
    const problem = problemOf(historyOfShape(shape));
    expect(outcomeOf(problem, 1_000_000, 'beam')).toBe('valid');
    for (const width of [3, 5, 8, 12]) expect(['valid', 'undecided']).toContain(outcomeOf(problem, width, 'widening'));
  });

  it.each([2, 5, 6])('sees wrong reads beside crashed operations with few of them, seed %i', (seed) => {
    const shape = { values: 3, operations: 600, clients: 12, crashed: 20, lies: 40, seed };
    expect(outcomeOf(problemOf(historyOfShape(shape)), 16, 'widening')).toBe('invalid');
  });

  it('gives up where states alone are more than it may keep', () => {
    const problem = problemOf(simulateClients(() => simulatedRegister(0), { operations: 300, clients: 20, seed: 1 }));
    expect(outcomeOf(problem, 2, 'widening')).toBe('undecided');
  });
});

describe('a beam that has lost everything', () => {
  it('goes back and keeps more, with the operations open that were', () => {
    const answers = { valid: 0, invalid: 0 };
    for (let seed = 0; seed < 400; seed++) {
      const [operations, clients] = [20 + (seed % 40), 3 + (seed % 6)];
      const shape = { values: 3, operations, clients, crashed: seed % 7, lies: seed % 3, seed };
      const problem = problemOf(historyOfShape(shape));
      const exact = outcomeOf(problem, 1_000_000, 'beam');
      expect(outcomeOf(problem, 2, 'beam'), `seed ${seed}`).toBe(exact);
      answers[exact as 'valid' | 'invalid']++;
    }
    expect(answers.valid).toBeGreaterThan(100);
    expect(answers.invalid).toBeGreaterThan(100);
  });

  it('says nothing else where it goes back to the middle', () => {
    let same = 0;
    for (let seed = 0; seed < 120; seed++) {
      const shape = { values: 3, operations: 250, clients: 8, crashed: 6, lies: seed % 3, seed };
      const problem = problemOf(historyOfShape(shape));
      const exact = outcomeOf(problem, 1_000_000, 'beam');
      const came = outcomeOf(problem, 2, 'beam');
      expect([exact, 'undecided'], `seed ${seed}`).toContain(came);
      if (came === exact) same++;
    }
    expect(same).toBeGreaterThan(90);
  });

  it('is narrow again after a hard place, and ends where it is lost again and again', () => {
    const here = new Antichain(new Int32Array(2));
    const retries = new BeamRetries(4);
    const passTo = (from: number, to: number): void => {
      for (let event = from; event <= to; event++) retries.pass({ event, here, isCut: false });
    };
    passTo(0, 1000);
    expect(retries.goBack(1000)?.event).toBe(864);
    expect(retries.width).toBe(8);
    passTo(864, 1128);
    expect(retries.width).toBe(8);
    passTo(1129, 1129);
    expect(retries.width).toBe(4);
    passTo(1130, 2000);
    const distances = [2000, 2000, 2000].map((event) => {
      const back = retries.goBack(event)?.event ?? -1;
      passTo(back, event);
      return event - back;
    });
    expect(distances).toEqual([144, 272, 528]);
    expect(retries.width).toBe(32);
    expect(retries.goBack(2000)).toBeUndefined();
  });
});
