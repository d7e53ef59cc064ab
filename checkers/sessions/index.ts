import type { Checker } from '../../harness/kernel/checker.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import type { Budget } from '../judging/budget.ts';
import { causalFindings, causalMemoryFindings, convergentCausalFindings, pramFindings } from './causal-models.ts';
import { registerModelChecker } from './register-model-checker.ts';
import type { RegisterModel } from './register-model.ts';
import type { RegisterProblem } from './register-problem.ts';
import { regularFindings, safeFindings } from './regular-models.ts';
import { sequentialFindings } from './sequential-model.ts';
import { tellSessions } from './session-findings.ts';
import { SESSION_GUARANTEES, sessionViolations } from './session-guarantees.ts';
import { stalenessChecker } from './staleness-checker.ts';
import { twoAtomicFindings } from './two-atomic.ts';

type Judge = (problem: RegisterProblem, budget: Budget) => readonly Finding[];

const model = (name: string, scope: 'store' | 'key', judge: Judge): RegisterModel => ({
  name,
  scope,
  forbidsStrays: name !== 'safe',
  judgesReadsAlone: name === 'regular' || name === 'safe',
  judge,
});

/** The models of registers that are weaker than linearizability, by name. */
export const registerModels: readonly RegisterModel[] = [
  model('sequential', 'store', sequentialFindings),
  model('causal', 'store', causalFindings),
  model('causal-convergence', 'store', convergentCausalFindings),
  model('causal-memory', 'store', causalMemoryFindings),
  model('pram', 'store', pramFindings),
  ...SESSION_GUARANTEES.map((guarantee) =>
    model(guarantee, 'store', (problem, budget) =>
      tellSessions(problem, sessionViolations(problem, budget), guarantee),
    ),
  ),
  model('regular', 'key', regularFindings),
  model('safe', 'key', safeFindings),
  model('two-atomic', 'key', twoAtomicFindings),
];

/** Judges of consistency models of registers, weaker than linearizability. */
export const sessionsCheckers: readonly Checker[] = [...registerModels.map(registerModelChecker), stalenessChecker];
