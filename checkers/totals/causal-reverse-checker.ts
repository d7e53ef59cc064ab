import type { Checker } from '../../harness/kernel/checker.ts';
import { TYPE_FAIL } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import type { Budget } from '../judging/budget.ts';
import { groupByKey, keyMember } from '../judging/group-by-key.ts';
import { identityOf } from '../judging/identity.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { listed, plural, quote, when, who } from '../judging/wording.ts';

/** A read that saw a write and missed one that had been answered before it began. */
interface Reversal {
  readonly read: number;
  readonly missed: number;
  readonly seen: number;
}

/** A read that saw a write that cannot have happened: it had failed, or began after the read. */
interface Stranger {
  readonly read: number;
  readonly insert: number;
}

interface Judgement {
  readonly reversals: Reversal[];
  readonly strangers: Stranger[];
  /** Reads that could have shown a reversal. */
  comparable: number;
}

/**
 * Judges inserts (`write` or `insert` of a unique value) and reads of all values (`read` answers a list), per key: a read
 * that shows a write must show every write that had been answered before that one began. Anomalies: `causal-reverse`,
 * which strict serializability forbids, and `unexpected` (shown, though its every write had definitely failed or only began
 * later; values of which the history holds no write are left alone). O(n log n + size of the reads).
 */
export const causalReverseChecker: Checker = operationsChecker('causal-reverse', (operations, { budget }) => {
  const findings: Finding[] = [];
  let [reads, comparable, unreadable] = [0, 0, 0];
  for (const [key, invocations] of groupByKey(operations)) {
    const inserts = invocations.filter((op) => operations.f(op) === 'write' || operations.f(op) === 'insert');
    const answered = invocations.filter((op) => operations.f(op) === 'read' && operations.isOk(op));
    const okReads = answered.filter((op) => Array.isArray(operations.history.decode(operations.output(op))));
    unreadable += answered.length - okReads.length;
    reads += okReads.length;
    const found = judgeReads(operations, inserts, okReads, budget);
    comparable += found.comparable;
    findings.push(
      ...sampleFindings(found.strangers, {
        anomaly: 'unexpected',
        label: ({ read }) => `the read ${when(operations, read)}`,
        tell: ({ read, insert }) => ({
          ...keyMember(operations, key),
          ops: operations.entries([read, insert]),
          message: `The read by ${who(operations, read)} ${when(operations, read)} shows ${put(operations, insert)}, although its write by ${who(operations, insert)} ${insert > operations.completion(read) ? 'only began later' : 'had definitely failed'}.`,
        }),
      }),
      ...sampleFindings(found.reversals, {
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
  const doubts: string[] = [];
  if (reads === 0) doubts.push('no read was answered');
  else if (comparable === 0) {
    doubts.push('no read showed a write that began after another was answered: read more often, or write longer');
  }
  if (unreadable > 0) doubts.push(`${plural(unreadable, 'read')} answered something that is not a list`);
  return judged(findings, { reads, comparable }, doubts.length === 0 ? undefined : listed(doubts));
});

function put(operations: Operations, insert: number): string {
  return quote(operations.history.decode(operations.input(insert)));
}

function judgeReads(
  operations: Operations,
  inserts: readonly number[],
  reads: readonly number[],
  budget: Budget,
): Judgement {
  const answered = inserts
    .filter((insert) => operations.isOk(insert))
    .sort((left, right) => operations.end(left) - operations.end(right));
  const identityAt = (insert: number): number | string =>
    identityOf(operations.history.decode(operations.input(insert)) ?? null);
  const firstEnd = answered[0] === undefined ? Infinity : operations.end(answered[0]);
  // A value that is written twice began with the first of its writes, of those that may have happened.
  const [byValue, tried] = [new Map<number | string, number>(), new Map<number | string, number>()];
  for (const insert of inserts) {
    const value = identityAt(insert);
    if (!tried.has(value)) tried.set(value, insert);
    if (operations.outcome(insert) !== TYPE_FAIL && !byValue.has(value)) byValue.set(value, insert);
  }
  const found: Judgement = { reversals: [], strangers: [], comparable: 0 };
  for (const read of reads) {
    const answer = operations.history.decode(operations.output(read));
    const values = Array.isArray(answer) ? (answer as readonly JsonValue[]) : [];
    budget.step(values.length + 1);
    const shown = new Set(values.map(identityOf));
    let seen = -1;
    for (const value of shown) {
      const insert = byValue.get(value) ?? Infinity;
      if (insert < operations.completion(read)) seen = Math.max(seen, insert);
      else if (tried.has(value)) found.strangers.push({ read, insert: tried.get(value) ?? read });
    }
    if (firstEnd < seen) found.comparable++;
    const missed = answered.find((insert) => {
      budget.step();
      return !shown.has(identityAt(insert));
    });
    if (missed !== undefined && operations.end(missed) < seen) found.reversals.push({ read, missed, seen });
  }
  return found;
}
