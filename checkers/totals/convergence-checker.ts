import type { CheckContext, Checker } from '../../harness/kernel/checker.ts';
import { NULL_CODE, type History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import { withinBudget, type Budget } from '../judging/budget.ts';
import { CheckOptions } from '../judging/check-options.ts';
import { finalReadsOf, type FinalReadOptions } from '../judging/final-reads.ts';
import { groupByKey } from '../judging/group-by-key.ts';
import { identityOf } from '../judging/identity.ts';
import { Operations } from '../judging/operations.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { listed, ofKey, plain, plural, quote } from '../judging/wording.ts';
import { attemptsOn, isUpdate } from '../judging/attempts.ts';
import { judgeReplicas, type ReplicaFault } from './replica-judgement.ts';
import { tellReplicaFault } from './replica-findings.ts';

/**
 * Judges whether all replicas agree once everything was healed and quiet: registers (`read`, `write`, `cas`) and
 * grow-only sets (`add`, `read`), per key.
 *
 * Anomalies: `diverged` (final reads of two places differ), `unexpected` (a final value that nobody wrote, or whose every
 * write had definitely failed), `lost` (a key is back to nothing although a write to it was acknowledged).
 *
 * Options: `initial` (what registers hold before the first write, default null), `nullReads` (`any` where a read of null
 * says nothing), `finalFromNs` (start of the final phase; absent: reads that began after the last update of their key had been
 * answered), `nodes` (places that must be read; absent: the nodes the history knows).
 *
 * A difference that a crashed update, taking effect between two final reads, could explain is a doubt and not a finding.
 * O(n log n + size of the final reads).
 */
export const convergenceChecker: Checker = {
  name: 'convergence',
  check: (history: History, context: CheckContext): CheckResult =>
    withinBudget(context, (budget) => checkConvergence(new Operations(history), context, budget)),
};

interface Survey {
  readonly faults: ReplicaFault[];
  /** Keys without enough final reads to compare, by what is missing. */
  readonly unread: string[];
  readonly doubts: string[];
  converged: number;
  keys: number;
}

function checkConvergence(operations: Operations, context: CheckContext, budget: Budget): CheckResult {
  const options = new CheckOptions(context);
  const finals: FinalReadOptions = { finalFromNs: options.number('finalFromNs'), nodes: options.texts('nodes') };
  const reading = {
    initial: context.options['initial'] ?? null,
    ignoresNullReads: options.oneOf('nullReads', ['exact', 'any']) === 'any',
  };
  const survey: Survey = { faults: [], unread: [], doubts: [], converged: 0, keys: 0 };
  const places = new Set<string>();
  for (const [key, invocations] of groupByKey(operations)) {
    budget.doing(`comparing the final reads${ofKey(operations, key)}`);
    budget.step(invocations.length);
    const task = { key, invocations, finals, reading, survey, budget };
    for (const place of compareReplicas(operations, task)) places.add(place);
  }
  const findings = (['lost', 'unexpected', 'diverged'] as const).flatMap((anomaly) =>
    sampleFindings(
      survey.faults.filter((fault) => fault.anomaly === anomaly),
      tellReplicaFault(operations, anomaly),
    ),
  );
  const facts = {
    keys: survey.keys,
    convergedKeys: survey.converged,
    divergedKeys: new Set(survey.faults.filter(({ anomaly }) => anomaly === 'diverged').map(({ key }) => key)).size,
    unreadKeys: survey.unread.length,
    places: [...places],
  };
  return judged(findings, facts, doubtOf(survey, hintOf(finals)));
}

/** Whether a read found what must have been put there: a key that nobody updates is of no interest otherwise. */
function findsSomething(operations: Operations, invocation: number, { reading }: KeyTask): boolean {
  if (operations.f(invocation) !== 'read' || !operations.isOk(invocation)) return false;
  const found = operations.history.decode(operations.output(invocation)) ?? null;
  if (found === null && reading.ignoresNullReads) return false;
  return Array.isArray(found) ? found.length > 0 : identityOf(found) !== identityOf(reading.initial);
}

/** Nodes or processes that stopped reading early have no final read, unless it is said when the last ones began. */
function hintOf({ finalFromNs }: FinalReadOptions): string {
  if (finalFromNs !== undefined) return '';
  return '; reads after the last update of an object count, unless option finalFromNs says from when on';
}

function doubtOf(survey: Survey, hint: string): string | undefined {
  if (survey.keys === 0) return 'nothing was ever written';
  const doubts = [...survey.doubts];
  if (survey.unread.length > 0) {
    const objects = `${plural(survey.unread.length, 'object')} of ${survey.keys}`;
    doubts.unshift(`${objects} cannot be compared: ${listed(survey.unread, 2)}${hint}`);
  }
  return doubts.length === 0 ? undefined : listed(doubts, 3);
}

interface KeyTask {
  readonly key: number;
  readonly invocations: readonly number[];
  readonly finals: FinalReadOptions;
  readonly reading: { readonly initial: JsonValue; readonly ignoresNullReads: boolean };
  readonly survey: Survey;
  readonly budget: Budget;
}

/** What an object has that registers and sets do not have: what its reads must find is not known then. */
function strangeOperation(
  operations: Operations,
  invocations: readonly number[],
  updates: readonly number[],
): string | undefined {
  const other = invocations.find((op) => !isUpdate(operations.f(op)) && operations.f(op) !== 'read');
  if (other !== undefined) return `it has ${plain(operations.f(other))}`;
  if (!updates.some((update) => operations.f(update) === 'add')) return undefined;
  const sum = invocations.find((op) => {
    const answer = operations.f(op) === 'read' && operations.isOk(op) ? operations.output(op) : NULL_CODE;
    return answer !== NULL_CODE && !Array.isArray(operations.history.decode(answer));
  });
  return sum === undefined
    ? undefined
    : `a read beside adds found ${quote(operations.history.decode(operations.output(sum)))}`;
}

function compareReplicas(operations: Operations, task: KeyTask): Iterable<string> {
  const { key, invocations, survey } = task;
  const updates = invocations.filter((invocation) => isUpdate(operations.f(invocation)));
  const what = `the object${ofKey(operations, key)}`;
  const strange = strangeOperation(operations, invocations, updates);
  const isUntouched =
    updates.length === 0 && !invocations.some((invocation) => findsSomething(operations, invocation, task));
  if (isUntouched && strange === undefined) return [];
  survey.keys++;
  if (strange !== undefined) {
    survey.doubts.push(`${what} is no register and no set that only grows: ${strange}`);
    return [];
  }
  const lastAnswer = updates.reduce((last, update) => Math.max(last, operations.completion(update)), -1);
  const reads = invocations.filter(
    (invocation) =>
      operations.f(invocation) === 'read' &&
      operations.isOk(invocation) &&
      !(task.reading.ignoresNullReads && operations.output(invocation) === NULL_CODE) &&
      (task.finals.finalFromNs !== undefined || invocation > lastAnswer),
  );
  const finals = finalReadsOf(operations, reads, task.finals);
  if (finals.missingNodes.length > 0)
    survey.unread.push(`${what} has no final read from ${listed(finals.missingNodes)}`);
  else if (finals.byPlace.size < 2)
    survey.unread.push(`${what} has ${plural(finals.byPlace.size, 'final read')}, two are needed`);
  const attempts = attemptsOn(operations, updates);
  const { initial } = task.reading;
  const judgement = judgeReplicas(operations, { key, byPlace: finals.byPlace, attempts, initial }, task.budget);
  for (const fault of judgement.faults) survey.faults.push(fault);
  if (judgement.doubt !== undefined) survey.doubts.push(judgement.doubt);
  if (judgement.faults.length === 0 && judgement.doubt === undefined && finals.byPlace.size >= 2) survey.converged++;
  return finals.byPlace.keys();
}
