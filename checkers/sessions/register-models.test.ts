import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { History } from '../../harness/kernel/history.ts';
import { Budget } from '../judging/budget.ts';
import { Operations } from '../judging/operations.ts';
import { randomRegisters } from '../testing/random-registers.ts';
import {
  isCausal,
  isCausallyConvergent,
  isCausalMemory,
  isPram,
  isRegular,
  isSafe,
  isSequential,
  keepsSessionGuarantee,
} from '../testing/register-oracles.ts';
import { contextWith, keepOps } from '../testing/sketch.ts';
import { registerModels, sessionsCheckers } from './index.ts';
import { isRegisterProblem, registerProblem, type RegisterProblem } from './register-problem.ts';

const RUNS = Number(process.env['FAULTLINE_ORACLE_RUNS'] ?? 100);

function problemOf(history: History): RegisterProblem {
  const operations = new Operations(history);
  const problem = registerProblem(operations, operations.invocations, new Budget(contextWith()));
  if (!isRegisterProblem(problem)) throw new Error(problem.reason);
  return problem;
}

const small = { processes: 3, keys: 2, operations: 8, cas: false, crashes: false, strays: false };

const families: [string, (history: History, problem: RegisterProblem) => boolean][] = [
  ['sequential', (history) => isSequential(history)],
  ['causal', (_, problem) => isCausal(problem)],
  ['causal-convergence', (_, problem) => isCausallyConvergent(problem)],
  ['causal-memory', (_, problem) => isCausalMemory(problem)],
  ['pram', (_, problem) => isPram(problem)],
  ['regular', (_, problem) => isRegular(problem)],
  ['safe', (history, problem) => isSafe(history, problem)],
  ...['read-your-writes', 'monotonic-reads', 'monotonic-writes', 'writes-follow-reads'].map(
    (guarantee): [string, (history: History, problem: RegisterProblem) => boolean] => [
      guarantee,
      (_, problem) => keepsSessionGuarantee(problem, guarantee),
    ],
  ),
];

describe.each(families)('%s', (name, oracle) => {
  const checker = sessionsCheckers.find((candidate) => candidate.name === name)!;
  const variants: [string, object][] = [
    ['reads and writes', {}],
    ['compare-and-set', { cas: true, operations: 7 }],
    ['crashes and failures', { cas: true, crashes: true, operations: 7 }],
    ['two busy sessions', { processes: 2, keys: 1, operations: 8 }],
    ['values from nowhere', { crashes: true, strays: true, operations: 5 }],
  ];
  let broken = 0;
  it.each(variants)('agrees with brute force: %s', (_, sizes) => {
    fc.assert(
      fc.property(randomRegisters({ ...small, ...sizes }), (history) => {
        const problem = problemOf(history);
        const expected = (name === 'safe' || problem.strays.length === 0) && oracle(history, problem);
        const result = checker.check(history, contextWith());
        if (result.verdict === 'unknown') return problem.count === 0;
        if (!expected) broken++;
        return (result.verdict === 'valid') === expected;
      }),
      { numRuns: RUNS, seed: 7 },
    );
  });

  it('was shown broken histories', () => {
    expect(broken).toBeGreaterThan(0);
  });

  it('has findings that still fail when taken alone', () => {
    fc.assert(
      fc.property(randomRegisters({ ...small, cas: true, operations: 14 }), (history) => {
        for (const finding of checker.check(history, contextWith()).findings) {
          const alone = checker.check(keepOps(history, finding.ops), contextWith());
          expect({ finding, verdict: alone.verdict }).toMatchObject({ verdict: 'invalid' });
        }
      }),
      { numRuns: RUNS, seed: 8 },
    );
  });
});

describe('the models', () => {
  const implied: [string, string][] = [
    ['sequential', 'causal-convergence'],
    ['sequential', 'causal-memory'],
    ['causal-convergence', 'causal'],
    ['causal-memory', 'causal'],
    ['causal-memory', 'pram'],
    ['causal', 'writes-follow-reads'],
    ['pram', 'monotonic-reads'],
    ['pram', 'monotonic-writes'],
    ['pram', 'read-your-writes'],
    ['regular', 'safe'],
  ];
  it.each(implied)('%s implies %s', (strong, weak) => {
    const judge = (name: string, problem: RegisterProblem): number =>
      registerModels.find((model) => model.name === name)!.judge(problem, new Budget(contextWith())).length;
    fc.assert(
      fc.property(randomRegisters({ ...small, cas: true }), (history) => {
        const problem = problemOf(history);
        return judge(strong, problem) > 0 || judge(weak, problem) === 0;
      }),
      { numRuns: RUNS, seed: 9 },
    );
  });
});
