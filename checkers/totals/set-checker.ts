import type { CheckContext, Checker } from '../../harness/kernel/checker.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { CheckResult, Finding } from '../../harness/kernel/verdict.ts';
import { withinBudget, type Budget } from '../judging/budget.ts';
import { CheckOptions } from '../judging/check-options.ts';
import { finalReadsOf, type FinalReadOptions } from '../judging/final-reads.ts';
import { groupByKey } from '../judging/group-by-key.ts';
import { Operations } from '../judging/operations.ts';
import { judged } from '../judging/results.ts';
import { listed, ofKey, plural } from '../judging/wording.ts';
import { judgeSet, type SetJudgement } from './set-judgement.ts';
import { observeSet } from './set-observations.ts';
import { tellSet } from './set-findings.ts';

/**
 * Judges grow-only sets: operations `add` (one element) and `read` (the whole set as a list), per key.
 *
 * Anomalies: `lost` (acknowledged, and in none of the final reads), `unexpected` (read, though nobody had tried to add
 * it or its add had definitely failed), `duplicated` (twice in one read), and, where `level` asks for it, `stale`
 * (missed by a read that began after it was known).
 *
 * Options: `finalFromNs` (start of the final phase; absent: the last `ok` read of each node), `nodes` (those that must
 * give a final read; absent: those the history knows), `level` (`linearizable` makes stale reads, and elements that
 * vanished after having been read, violations; otherwise they are facts).
 *
 * O(adds log reads + total size of the reads).
 */
export const setChecker: Checker = {
  name: 'set',
  check: (history: History, context: CheckContext): CheckResult =>
    withinBudget(context, (budget) => checkSets(new Operations(history), context, budget)),
};

interface Totals {
  readonly findings: Finding[];
  readonly doubts: string[];
  readonly counts: Record<string, number>;
}

function checkSets(operations: Operations, context: CheckContext, budget: Budget): CheckResult {
  const options = new CheckOptions(context);
  const finals: FinalReadOptions = { finalFromNs: options.number('finalFromNs'), nodes: options.texts('nodes') };
  const isLinearizable = options.text('level') === 'linearizable';
  const totals: Totals = { findings: [], doubts: [], counts: { keys: 0, attempted: 0, reads: 0 } };
  const isSetOp = (invocation: number): boolean => ['add', 'read'].includes(operations.f(invocation));
  for (const [key, invocations] of groupByKey(operations, isSetOp)) {
    budget.doing(`checking the set${ofKey(operations, key)}`);
    checkSet(operations, { key, invocations, finals, isLinearizable, budget, totals });
  }
  if (totals.counts['attempted'] === 0) totals.doubts.unshift('no element was ever added');
  else if (totals.counts['acknowledged'] === 0) {
    totals.doubts.unshift('no add was acknowledged, so none could be lost: run until adds are answered');
  }
  const facts: Record<string, JsonValue> = { ...totals.counts, level: isLinearizable ? 'linearizable' : 'convergent' };
  return judged(totals.findings, facts, totals.doubts.length === 0 ? undefined : listed(totals.doubts, 3));
}

interface SetTask {
  readonly key: number;
  readonly invocations: readonly number[];
  readonly finals: FinalReadOptions;
  readonly isLinearizable: boolean;
  readonly budget: Budget;
  readonly totals: Totals;
}

function checkSet(operations: Operations, task: SetTask): void {
  const adds = task.invocations.filter((invocation) => operations.f(invocation) === 'add');
  const okReads = task.invocations.filter(
    (invocation) => operations.f(invocation) === 'read' && operations.isOk(invocation),
  );
  const reads = okReads.filter((read) => Array.isArray(operations.history.decode(operations.output(read))));
  const observations = observeSet(operations, adds, reads, task.budget);
  const finals = finalReadsOf(operations, reads, task.finals);
  const judgement = judgeSet(observations, { finals, isLinearizable: task.isLinearizable });
  const { totals } = task;
  totals.findings.push(...tellSet(operations, { key: task.key, observations, judgement }));
  const unreadable = okReads.length - reads.length;
  if (unreadable > 0) totals.doubts.push(`${plural(unreadable, 'read')} answered something that is not a list`);
  totals.doubts.push(...doubtsOf(operations, task.key, judgement));
  const counts: Record<string, number> = {
    keys: 1,
    attempted: observations.elements.size,
    reads: reads.length,
    unexpected: observations.unexpected.length,
    duplicated: observations.duplicated.length,
    ...judgement.counts,
  };
  for (const [name, count] of Object.entries(counts)) totals.counts[name] = (totals.counts[name] ?? 0) + count;
}

function doubtsOf(operations: Operations, key: number, judgement: SetJudgement): string[] {
  const which = `the set${ofKey(operations, key)}`;
  if (judgement.finals.byPlace.size === 0) return [`${which} has no final read`];
  const doubts: string[] = [];
  if (judgement.finals.missingNodes.length > 0) {
    doubts.push(`${which} has no final read from ${listed(judgement.finals.missingNodes)}`);
  }
  if (judgement.counts.notJudged > 0) {
    doubts.push(
      `${plural(judgement.counts.notJudged, 'acknowledged element')} of ${which} cannot be judged: absent from the final reads at hand, but not every place was read after the acknowledgement`,
    );
  }
  return doubts;
}
