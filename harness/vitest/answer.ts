import { judge } from '../cli/judge.ts';
import { placementUse } from '../cli/placement-use.ts';
import { holdPromise } from '../cli/promise.ts';
import { isHarnessError } from '../kernel/harness-error.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { ObjectLevel } from '../kernel/target.ts';
import type { Finding, Verdict } from '../kernel/verdict.ts';
import type { TargetRun } from '../library/run-target.ts';

/** What a run says to a question about it. */
export interface Answer {
  readonly verdict: Verdict;
  /** Why it is `unknown`. */
  readonly reason?: string;
  /** What proves it `invalid`. */
  readonly findings: readonly Finding[];
}

/**
 * Whether a run shows a consistency level. A check of that level that was part of the run answers; otherwise the history
 * is judged now. What passes in a run that had no power to show otherwise (nothing was done, a fault never took effect, it
 * was interrupted) is `unknown`.
 */
export async function answerOfLevel(run: TargetRun, level: ObjectLevel): Promise<Answer> {
  return withDoubts(run, await checkOfLevel(run, level));
}

/** Whether everything that was acknowledged was still there in the end. Asked of workloads that add to a set. */
export function answerOfWrites(run: TargetRun): Answer {
  const check = run.record.checks.find(({ name }) => name === 'set');
  if (check?.verdict === 'invalid') {
    // A set may be wrong in other ways: those say nothing of what was acknowledged.
    const findings = check.findings.filter(({ anomaly }) => anomaly === 'lost');
    if (findings.length > 0) return { verdict: 'invalid', findings };
    return unknown(`nothing was lost, but the set was wrong: ${check.findings[0]?.message ?? 'without a finding'}`);
  }
  if (check !== undefined) return withDoubts(run, check);
  const { workload } = run.record.request;
  return unknown(
    `no check of workload ${workload} counts acknowledged writes; use workload set, or ask for a consistency level`,
  );
}

/** Whether the target kept what it promises for the workload. */
export function answerOfPromise({ record }: TargetRun): Answer {
  const { outcome, why } = holdPromise(record);
  switch (outcome) {
    case 'kept':
      return { verdict: 'valid', findings: [] };
    case 'broken': {
      const findings = record.checks.flatMap((check) => (check.verdict === 'invalid' ? check.findings : []));
      return { verdict: 'invalid', findings: firstBy(findings, ({ message }) => message === why) };
    }
    case 'unclear':
      return unknown(why);
  }
}

async function checkOfLevel(run: TargetRun, level: ObjectLevel): Promise<Answer> {
  const name = CHECKERS[level];
  const ran = run.record.checks.find((check) => check.name === name);
  if (ran !== undefined) return ran;
  const own = placementUse(run.record);
  // Whether all nodes answer the same does not depend on a model.
  if (typeof own === 'string' && level !== 'convergent') return unknown(own);
  try {
    const model = typeof own === 'string' || level !== 'linearizable' ? {} : own.options;
    const options = { ...model, ...phasesOf(run) };
    const [check] = await judge(run.history, [{ checker: CHECKERS[level], options }]);
    return check ?? unknown(`no check judges ${level}`);
  } catch (error) {
    // A history that no judge of this level fits.
    if (isHarnessError(error)) return unknown(error.message);
    throw error;
  }
}

/** What judges of convergence need to know of a run. */
function phasesOf({ record }: TargetRun): Record<string, JsonValue> {
  const { main, final } = record.phasesMs;
  return {
    nodes: [...record.request.nodes],
    ...(main === undefined ? {} : { mainFromNs: main.from * 1e6, mainToNs: main.to * 1e6 }),
    ...(final === undefined ? {} : { finalFromNs: final.from * 1e6 }),
  };
}

const CHECKERS: Readonly<Record<ObjectLevel, string>> = {
  linearizable: 'linearizability',
  sequential: 'sequential',
  causal: 'causal',
  convergent: 'convergence',
};

function withDoubts({ record }: TargetRun, answer: Answer): Answer {
  if (answer.verdict !== 'valid') return answer;
  const [doubt] = record.doubts;
  if (doubt !== undefined) return unknown(doubt);
  const assumptions = record.checks.find(({ name, verdict }) => name === 'assumptions' && verdict !== 'valid');
  return assumptions === undefined ? answer : unknown(assumptions.reason ?? 'the run had no power to tell');
}

function unknown(reason: string): Answer {
  return { verdict: 'unknown', reason, findings: [] };
}

function firstBy<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly T[] {
  return [...items.filter(isFirst), ...items.filter((item) => !isFirst(item))];
}
