import type { Checker } from '../../harness/kernel/checker.ts';
import { causalFindings, causalMemoryFindings, convergentCausalFindings, pramFindings } from './causal-models.ts';
import { registerModelChecker, type RegisterModel } from './register-model-checker.ts';
import { sequentialFindings } from './sequential-model.ts';
import { tellSessions } from './session-findings.ts';
import { SESSION_GUARANTEES, sessionViolations } from './session-guarantees.ts';

const storeModel = (
  name: string,
  findings: (...input: Parameters<RegisterModel['judge']>) => ReturnType<RegisterModel['judge']>['findings'],
): RegisterModel => ({
  name,
  scope: 'store',
  forbidsStrays: true,
  judge: (problem, budget) => ({ findings: findings(problem, budget) }),
});

/** The models of registers that are weaker than linearizability, by name. */
export const registerModels: readonly RegisterModel[] = [
  storeModel('sequential', sequentialFindings),
  storeModel('causal', causalFindings),
  storeModel('causal-convergence', convergentCausalFindings),
  storeModel('causal-memory', causalMemoryFindings),
  storeModel('pram', pramFindings),
  ...SESSION_GUARANTEES.map((guarantee) =>
    storeModel(guarantee, (problem, budget) => tellSessions(problem, sessionViolations(problem, budget), guarantee)),
  ),
];

/** Judges of consistency models of registers, weaker than linearizability. */
export const sessionsCheckers: readonly Checker[] = registerModels.map(registerModelChecker);
