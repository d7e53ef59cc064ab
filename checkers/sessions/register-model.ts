import type { Finding } from '../../harness/kernel/verdict.ts';
import type { Budget } from '../judging/budget.ts';
import type { RegisterProblem } from './register-problem.ts';

/** A consistency model of registers. */
export interface RegisterModel {
  readonly name: string;
  /** `store`: all keys are judged together, and sessions span them. `key`: each key is judged alone. */
  readonly scope: 'store' | 'key';
  /** Whether a value that nobody wrote breaks it. */
  readonly forbidsStrays: boolean;
  /** Whether each read keeps it or breaks it whatever the other reads returned. */
  readonly judgesReadsAlone: boolean;
  /** What breaks it; nothing where it is kept. Reads without source say nothing. */
  readonly judge: (problem: RegisterProblem, budget: Budget) => readonly Finding[];
}
