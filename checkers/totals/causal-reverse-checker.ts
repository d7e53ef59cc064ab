import type { Checker } from '../../harness/kernel/checker.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import type { Budget } from '../judging/budget.ts';
import { groupByKey, keyMember } from '../judging/group-by-key.ts';
import { identityOf } from '../judging/identity.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { quote, when, who } from '../judging/wording.ts';

/** A read that saw a write and missed one that had been answered before it began. */
interface Reversal {
  readonly read: number;
  readonly missed: number;
  readonly seen: number;
}

/**
 * Judges inserts (`write` or `insert` of a unique value) and reads of all values (`read` answers a list), per key: a read
 * that shows a write must show every write that had been answered before that one began. The anomaly is
 * `causal-reverse`; strict serializability forbids it. O(n log n + size of the reads).
 */
export const causalReverseChecker: Checker = operationsChecker('causal-reverse', (operations, { budget }) => {
  const findings: Finding[] = [];
  let reads = 0;
  for (const [key, invocations] of groupByKey(operations)) {
    const inserts = invocations.filter((op) => operations.f(op) === 'write' || operations.f(op) === 'insert');
    const okReads = invocations.filter((op) => operations.f(op) === 'read' && operations.isOk(op));
    reads += okReads.length;
    findings.push(
      ...sampleFindings(reversals(operations, inserts, okReads, budget), {
        anomaly: 'causal-reverse',
        label: ({ read }) => `the read ${when(operations, read)}`,
        tell: ({ read, missed, seen }) => ({
          ...keyMember(operations, key),
          ops: operations.entries([read, missed, seen]),
          message: `The read by ${who(operations, read)} ${when(operations, read)} shows ${put(operations, seen)} but not ${put(operations, missed)}, which had been answered ${when(operations, missed)}, before the other began.`,
        }),
      }),
    );
  }
  return judged(findings, { reads }, reads === 0 ? 'no read was answered' : undefined);
});

function put(operations: Operations, insert: number): string {
  return quote(operations.history.decode(operations.input(insert)));
}

function reversals(
  operations: Operations,
  inserts: readonly number[],
  reads: readonly number[],
  budget: Budget,
): Reversal[] {
  const answered = inserts
    .filter((insert) => operations.isOk(insert))
    .sort((left, right) => operations.end(left) - operations.end(right));
  const byValue = new Map(
    inserts.map((insert) => [identityOf(operations.history.decode(operations.input(insert)) ?? null), insert]),
  );
  const found: Reversal[] = [];
  for (const read of reads) {
    const answer = operations.history.decode(operations.output(read));
    const values = Array.isArray(answer) ? (answer as readonly JsonValue[]) : [];
    budget.step(values.length + 1);
    const shown = new Set(values.map(identityOf));
    let seen = -1;
    for (const value of shown) seen = Math.max(seen, byValue.get(value) ?? -1);
    const missed = answered.find(
      (insert) => !shown.has(identityOf(operations.history.decode(operations.input(insert)) ?? null)),
    );
    if (missed !== undefined && operations.end(missed) < seen) found.push({ read, missed, seen });
  }
  return found;
}
