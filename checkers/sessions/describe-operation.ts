import { moment, ofKey, quote, who } from '../judging/wording.ts';
import { valuePut } from '../judging/attempts.ts';
import type { RegisterProblem } from './register-problem.ts';

/** What an operation did, as the middle of a sentence: `the read of 5 by process 3 on n1 at 1.200 s`. */
export function describeOperation(problem: RegisterProblem, op: number): string {
  const { operations } = problem;
  const invocation = problem.invocation[op] ?? 0;
  const by = `${ofKey(operations, operations.key(invocation))} by ${who(operations, invocation)} at ${moment(operations, invocation)}`;
  switch (operations.f(invocation)) {
    case 'read':
      return `the read of ${found(operations.history.decode(operations.output(invocation)))}${by}`;
    case 'cas':
      return `the compare-and-set to ${quote(valuePut(operations, invocation))}${by}`;
    default:
      return `the write of ${quote(valuePut(operations, invocation))}${by}`;
  }
}

/** The value that a write put in place, or that was there before any write (a negative `version`). */
export function describeVersion(problem: RegisterProblem, version: number): string {
  return version < 0 ? found(problem.initial) : quote(valuePut(problem.operations, problem.invocation[version] ?? 0));
}

function found(value: Parameters<typeof quote>[0]): string {
  return value === null ? 'nothing' : quote(value);
}
