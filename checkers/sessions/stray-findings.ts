import type { Finding } from '../../harness/kernel/verdict.ts';
import { keyMember } from '../judging/group-by-key.ts';
import type { Operations } from '../judging/operations.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { capital, ofKey, quote, when, who } from '../judging/wording.ts';
import type { StrayRead } from './register-problem.ts';

/** Findings for values out of nowhere: `ThinAirRead` (nobody wrote it) and `AbortedRead` (its write had failed). */
export function tellStrays(operations: Operations, strays: readonly StrayRead[]): Finding[] {
  const label = (stray: StrayRead): string => `value ${quote(stray.value)}`;
  const tell = (stray: StrayRead): Omit<Finding, 'anomaly' | 'count'> => {
    const { invocation, failedWrite, witnesses, impossible = [] } = stray;
    const key = operations.key(invocation);
    const [attempt] = impossible;
    const why =
      attempt !== undefined
        ? `although its write by ${who(operations, attempt)} cannot have happened: what that needed in place was never there`
        : failedWrite === undefined
          ? `which nobody ${operations.f(invocation) === 'cas' ? 'else ' : ''}ever wrote`
          : `although its write by ${who(operations, failedWrite)} had definitely failed (${operations.errorCode(failedWrite) || 'no reason given'})`;
    return {
      ...keyMember(operations, key),
      ops: operations.entries([
        invocation,
        ...witnesses,
        ...impossible.slice(0, 1),
        ...(failedWrite === undefined ? [] : [failedWrite]),
      ]),
      message: `${capital(who(operations, invocation))} found ${quote(stray.value)} in the register${ofKey(operations, key)} ${when(operations, invocation)}, ${why}.`,
    };
  };
  return [
    ...sampleFindings(
      strays.filter(({ failedWrite }) => failedWrite === undefined),
      { anomaly: 'ThinAirRead', label, tell },
    ),
    ...sampleFindings(
      strays.filter(({ failedWrite }) => failedWrite !== undefined),
      { anomaly: 'AbortedRead', label, tell },
    ),
  ];
}
