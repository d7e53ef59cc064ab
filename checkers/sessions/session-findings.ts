import type { Finding } from '../../harness/kernel/verdict.ts';
import { keyMember } from '../judging/group-by-key.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { capital, who } from '../judging/wording.ts';
import { describeOperation, describeVersion } from './describe-operation.ts';
import { entriesOf } from './problem-entries.ts';
import type { RegisterProblem } from './register-problem.ts';
import type { SessionGuarantee, SessionViolation } from './session-guarantees.ts';

/** The findings of one session guarantee. */
export function tellSessions(
  problem: RegisterProblem,
  violations: readonly SessionViolation[],
  guarantee: SessionGuarantee,
): Finding[] {
  return sampleFindings(
    violations.filter((violation) => violation.guarantee === guarantee),
    {
      anomaly: guarantee,
      label: ({ read }) => describeOperation(problem, read),
      tell: (violation) => ({
        ...keyMember(problem.operations, problem.operations.key(problem.invocation[violation.read] ?? 0)),
        ops: opsOf(problem, violation),
        message: sentence(problem, violation),
      }),
    },
  );
}

function opsOf(problem: RegisterProblem, { read, missed, via }: SessionViolation): number[] {
  const ops = [read, missed, ...via];
  const sources = ops.map((op) => problem.source[op] ?? -1).filter((source) => source >= 0);
  return entriesOf(problem, [...ops, ...sources]);
}

function sentence(problem: RegisterProblem, violation: SessionViolation): string {
  const { guarantee, read, missed, via } = violation;
  const process = who(problem.operations, problem.invocation[read] ?? 0);
  const later = `its later read found ${describeVersion(problem, problem.source[read] ?? -1)} (${describeOperation(problem, read)})`;
  const op = (position: number): string => describeOperation(problem, via[position] ?? 0);
  switch (guarantee) {
    case 'read-your-writes':
      return `After ${describeOperation(problem, missed)}, ${later} instead of its own write${via.length > 0 ? ', a value that it had read before writing' : ''}.`;
    case 'monotonic-reads':
      return `After ${describeOperation(problem, via.at(-1) ?? 0)}, ${later}, which is older${via.length > 1 ? `: it had read that before (${op(0)})` : ''}.`;
    case 'monotonic-writes':
      return `${capital(process)} saw ${op(0)} (${op(1)}), but ${later}, although the same session had made ${describeOperation(problem, missed)} before.`;
    case 'writes-follow-reads':
      return `${capital(process)} saw ${op(1)} (${op(2)}), which followed ${op(0)}, but ${later}, which is older than ${describeVersion(problem, missed)}.`;
  }
}
