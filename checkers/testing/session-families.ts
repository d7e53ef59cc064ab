import type { History } from '../../harness/kernel/history.ts';
import { Budget } from '../judging/budget.ts';
import { Operations } from '../judging/operations.ts';
import { registerModelChecker } from '../sessions/register-model-checker.ts';
import { registerModels } from '../sessions/index.ts';
import { registerProblem } from '../sessions/read-registers.ts';
import type { RegisterProblem } from '../sessions/register-problem.ts';
import { provedFamily, type ProvedFamily } from './prove-family.ts';
import { randomRegisters, type RegisterSizes } from './random-registers.ts';
import {
  isCausal,
  isCausallyConvergent,
  isCausalMemory,
  isKAtomic,
  isPram,
  isRegular,
  isSafe,
  isSequential,
  keepsSessionGuarantee,
} from './register-oracles.ts';
import { contextWith } from './sketch.ts';

type Oracle = (history: History, problem: RegisterProblem) => boolean;

/** By model: whether a history with unique values keeps it, and its problem. */
export const ORACLES: Readonly<Record<string, Oracle>> = {
  sequential: (history) => isSequential(history),
  causal: (_, problem) => isCausal(problem),
  'causal-convergence': (_, problem) => isCausallyConvergent(problem),
  'causal-memory': (_, problem) => isCausalMemory(problem),
  pram: (_, problem) => isPram(problem),
  'read-your-writes': (_, problem) => keepsSessionGuarantee(problem, 'read-your-writes'),
  'monotonic-reads': (_, problem) => keepsSessionGuarantee(problem, 'monotonic-reads'),
  'monotonic-writes': (_, problem) => keepsSessionGuarantee(problem, 'monotonic-writes'),
  'writes-follow-reads': (_, problem) => keepsSessionGuarantee(problem, 'writes-follow-reads'),
  regular: (_, problem) => isRegular(problem),
  safe: (history, problem) => isSafe(history, problem),
  'two-atomic': (_, problem) => isKAtomic(problem, 2),
};

const SMALL: RegisterSizes = { processes: 3, keys: 2, operations: 8, cas: false, crashes: false, strays: false };

const VARIANTS: Readonly<Record<string, Partial<RegisterSizes>>> = {
  'reads and writes': {},
  'compare-and-set': { cas: true, operations: 7 },
  'crashes and failures': { cas: true, crashes: true, operations: 7 },
  'two busy sessions': { processes: 2, keys: 1, operations: 8 },
  'values from nowhere': { crashes: true, strays: true, operations: 5 },
};

/** For 2-atomicity, which is about one key. */
const ONE_KEY: Readonly<Record<string, Partial<RegisterSizes>>> = {
  'reads and writes': { processes: 4, keys: 1, operations: 9 },
  'compare-and-set': { processes: 3, keys: 1, operations: 7, cas: true },
  crashes: { processes: 4, keys: 1, operations: 9, crashes: true },
};

/** The weaker models of registers against brute force, each on several kinds of histories. */
export const sessionFamilies: readonly ProvedFamily[] = registerModels.flatMap((model) => {
  const checker = registerModelChecker(model);
  const variants = model.name === 'two-atomic' ? ONE_KEY : VARIANTS;
  return Object.entries(variants).map(([variant, sizes]) =>
    provedFamily({
      name: `${model.name}/${variant}`,
      cases: randomRegisters({ ...SMALL, ...sizes }),
      compare(history: History) {
        const { verdict } = checker.check(history, contextWith());
        const problem = problemOf(history);
        if (problem.count + problem.strays.length === 0) return { came: verdict, expected: 'unknown' };
        const isFree = !model.forbidsStrays || problem.strays.length === 0;
        const isKept = isFree && (ORACLES[model.name]?.(history, problem) ?? false);
        return { came: verdict, expected: isKept ? 'valid' : 'invalid' };
      },
    }),
  );
});

/** The problem that a history of registers poses. */
export function problemOf(history: History): RegisterProblem {
  const operations = new Operations(history);
  return registerProblem(operations, operations.invocations, new Budget(contextWith()));
}
