import type { Checker } from '../../harness/kernel/checker.ts';
import { TYPE_FAIL } from '../../harness/kernel/history.ts';
import type { JsonObject } from '../../harness/kernel/json.ts';
import { getOrAdd } from '../judging/get-or-add.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';

/** Kinds of errors that are listed, most frequent first; the rest is counted. */
const KINDS_SHOWN = 50;

interface ErrorKind {
  readonly f: string;
  readonly type: 'fail' | 'info';
  readonly code: string;
  readonly firstOp: number;
  /** Free text of the system under test, of the first one that has any. */
  message: string | undefined;
  count: number;
}

/**
 * Groups the errors of a run by function, outcome and code. All in facts; never a violation: `errors`, a list of
 * `{ f, type, code, count, firstOp, message? }`, most frequent first, `otherKinds` and `total`. An operation that never
 * completed has the code `no-completion`. O(operations).
 */
export const errorsChecker: Checker = operationsChecker('errors', (operations, { budget }) => {
  const kinds = new Map<string, ErrorKind>();
  let total = 0;
  for (const op of operations.invocations) {
    budget.step();
    if (operations.isOk(op)) continue;
    total++;
    const kind = kindOf(operations, op);
    const known = getOrAdd(kinds, JSON.stringify([kind.f, kind.type, kind.code]), () => kind);
    known.count++;
    known.message ??= kind.message;
  }
  const sorted = [...kinds.values()].sort((left, right) => right.count - left.count || left.firstOp - right.firstOp);
  const errors = sorted.slice(0, KINDS_SHOWN).map(({ message, ...kind }): JsonObject => ({
    ...kind,
    ...(message === undefined ? {} : { message }),
  }));
  const facts = { total, errors, otherKinds: Math.max(0, sorted.length - KINDS_SHOWN) };
  return { verdict: 'valid', findings: [], facts };
});

function kindOf(operations: Operations, op: number): ErrorKind {
  const { columns, errors } = operations.history;
  const completion = operations.completion(op);
  const error = errors[(columns.error[completion] ?? 0) - 1];
  return {
    f: operations.f(op),
    type: operations.outcome(op) === TYPE_FAIL ? 'fail' : 'info',
    code: completion < 0 ? 'no-completion' : (error?.code ?? 'no-code'),
    firstOp: op,
    message: error?.message,
    count: 0,
  };
}
