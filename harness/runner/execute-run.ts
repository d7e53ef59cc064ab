import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { HistoryWriter, sha256OfFile } from '../history/index.ts';
import type { CheckerUse } from '../kernel/checker.ts';
import type { Environment, Recovery } from '../kernel/environment.ts';
import type { FaultKind } from '../kernel/fault.ts';
import type { History } from '../kernel/history.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { NodeId } from '../kernel/node.ts';
import type { ObjectLevel, Target } from '../kernel/target.ts';
import { combineVerdicts } from '../kernel/verdict.ts';
import type { Workload } from '../kernel/workload.ts';
import { writeWhole, type RunFolder } from '../store/run-folder.ts';
import { writeSamples, type ClusterSample } from '../store/run-observations.ts';
import { RUN_RECORD_VERSION, type CheckSummary, type FaultSummary, type RunRecord } from '../store/run-record.ts';
import { logPatternUse } from './log-pattern-use.ts';
import type { RunPlan } from './plan.ts';
import { runCluster, type ClusterRun, type PhaseSpan, type RunPhase } from './run-cluster.ts';
import { countOutcomes, summariseFaults } from './summarise.ts';
import { traceOf } from './trace.ts';

/** Runs the checks on a history; injected, because the runner knows no checker. */
export type Judge = (history: History, uses: readonly CheckerUse[]) => Promise<readonly CheckSummary[]>;

export interface RunOptions {
  readonly plan: RunPlan;
  readonly environment: Environment;
  readonly target: Target;
  readonly workload: Workload;
  readonly folder: RunFolder;
  readonly judge: Judge;
  /** The level that is asked for, and the checks that decide it; run-quality checks are added. */
  readonly level: ObjectLevel;
  readonly deciding: readonly CheckerUse[];
  /** Regular expressions that no line of a node's log may match; none: crashes, see {@link logPatternUse}. */
  readonly logPatterns?: readonly string[];
  readonly readyTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
  readonly onPhase?: (phase: RunPhase) => void;
  /** Versions and other facts of the harness. */
  readonly facts: Readonly<Record<string, JsonValue>>;
  readonly rerun: RunRecord['rerun'];
}

/** A finished run and its evidence. */
export interface FinishedRun {
  readonly record: RunRecord;
  readonly history: History;
  readonly logs: ReadonlyMap<NodeId, string>;
  readonly samples: readonly ClusterSample[];
}

/**
 * One whole run: plan and history into the folder as they come, the cluster through its faults, the checks over the
 * history, the record at the end. Rejects with a HarnessError when no history could be made.
 */
export async function executeRun(options: RunOptions): Promise<FinishedRun> {
  const { plan, folder } = options;
  const startedAt = new Date();
  const stopwatch = new Stopwatch();
  writeWhole(folder.planFile, json(plan));
  const run = await recordRun(options, stopwatch);
  const { history } = run;
  const trace = traceOf(history, plan, {
    mainFromNs: run.phases.main?.fromNs ?? 0,
    mainToNs: run.phases.main?.toNs ?? 0,
    finalFromNs: run.phases.final?.fromNs,
  });
  writeWhole(folder.traceFile, json(trace));
  for (const [node, text] of run.logs) writeFileSync(path.join(folder.logsDirectory, `${node}.log`), text);
  options.progress('checking');
  const checks = await options.judge(history, checkerUses(options, run));
  stopwatch.lap('check');
  const faults = summariseFaults(history.faults);
  const judged = verdictOf(checks, faults, run.recovery, run.interrupted);
  const record: RunRecord = {
    version: RUN_RECORD_VERSION,
    request: plan.request,
    verdict: judged.verdict,
    doubts: judged.doubts,
    reasons: judged.reasons,
    counts: countOutcomes(history),
    faults,
    checks,
    historyHash: sha256OfFile(folder.historyFile),
    entries: history.length,
    startedAt: startedAt.toISOString(),
    elapsedMs: stopwatch.laps,
    durationMs: Math.max(0, ...Object.values(run.phases).map((span) => span.toNs)) / 1e6,
    phasesMs: phasesMs(run.phases),
    ...promiseOf(options.target, plan),
    interrupted: run.interrupted,
    facts: { ...options.facts, ...run.facts },
    rerun: options.rerun,
  };
  writeSamples(folder, run.samples);
  writeWhole(folder.resultsFile, json(record));
  return { record, history, logs: run.logs, samples: run.samples };
}

async function recordRun(options: RunOptions, stopwatch: Stopwatch): Promise<ClusterRun> {
  const writer = new HistoryWriter(options.folder.historyFile);
  // What is under way until the next phase begins: bringing the cluster up, a phase, at last taking it down.
  let current: 'up' | 'down' | RunPhase = 'up';
  const begin = (next: 'down' | RunPhase): void => {
    stopwatch.lap(current);
    current = next;
  };
  try {
    const run = await runCluster({
      plan: options.plan,
      environment: options.environment,
      target: options.target,
      workload: options.workload,
      runId: path.basename(options.folder.directory),
      sink: writer,
      directory: options.folder.directory,
      readyTimeoutMs: options.readyTimeoutMs,
      signal: options.signal,
      progress: options.progress,
      onPhase: (phase) => {
        begin(phase);
        options.onPhase?.(phase);
      },
      onPhasesOver: () => begin('down'),
    });
    stopwatch.lap(current);
    return run;
  } finally {
    writer.close();
  }
}

/** The deciding checks and the run-quality checks, told what only the run knows. */
function checkerUses(options: RunOptions, { phases, logs }: ClusterRun): readonly CheckerUse[] {
  const { request } = options.plan;
  const offered = options.target.offers[request.workload] ?? [];
  const kinds: readonly FaultKind[] = request.faults;
  const run: Record<string, JsonValue> = {
    nodes: [...request.nodes],
    ...(phases.main === undefined ? {} : { mainFromNs: phases.main.fromNs, mainToNs: phases.main.toNs }),
    ...(phases.final === undefined ? {} : { finalFromNs: phases.final.fromNs }),
  };
  const withRun = (use: CheckerUse): CheckerUse => ({ ...use, options: { ...run, ...use.options } });
  const operations = options.workload.requiredOps.concat(
    options.workload.optionalOps.filter((name) => offered.includes(name)),
  );
  const logPatterns = logPatternUse(logs, options.logPatterns ?? [], request.environment);
  return [
    ...options.deciding.map(withRun),
    withRun({ checker: 'stats', options: {} }),
    withRun({ checker: 'assumptions', options: { faultKinds: [...kinds], ops: operations, level: options.level } }),
    ...(logPatterns === undefined ? [] : [logPatterns]),
  ];
}

/** The run's verdict: that of its checks, and `unknown` where the run itself was not what it was meant to be. */
function verdictOf(
  checks: readonly CheckSummary[],
  faults: readonly FaultSummary[],
  recovery: Recovery | undefined,
  interrupted: boolean,
): Pick<RunRecord, 'verdict' | 'doubts' | 'reasons'> {
  const doubts: string[] = [];
  if (interrupted) doubts.push('the run was interrupted before its end');
  if (recovery?.recovered === false) doubts.push(`the cluster did not recover after healing: ${recovery.reason}`);
  for (const fault of faults) {
    if (fault.toMs !== undefined && !fault.healed)
      doubts.push(`fault ${fault.id} was not seen to heal: ${fault.detail}`);
  }
  const verdict = combineVerdicts([
    ...checks.map((check) => check.verdict),
    ...(doubts.length > 0 ? ['unknown' as const] : []),
  ]);
  const reasons = checks.flatMap((check) => (check.reason === undefined ? [] : [`${check.name}: ${check.reason}`]));
  return { verdict, doubts, reasons: [...doubts, ...reasons] };
}

function phasesMs(phases: ClusterRun['phases']): RunRecord['phasesMs'] {
  const span = (at: PhaseSpan | undefined): { from: number; to: number } | undefined =>
    at === undefined ? undefined : { from: at.fromNs / 1e6, to: at.toNs / 1e6 };
  return {
    main: span(phases.main),
    heal: span(phases.heal),
    recovery: span(phases.recovery),
    final: span(phases.final),
  };
}

function promiseOf(target: Target, plan: RunPlan): Pick<RunRecord, 'promise'> {
  const promise = target.promises[plan.request.workload];
  return promise === undefined ? {} : { promise };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

/** Wall-clock time between laps, by the name of what ended. */
class Stopwatch {
  readonly laps: Record<string, number> = {};
  #last = performance.now();

  lap(name: string): void {
    const now = performance.now();
    this.laps[name] = Math.round(now - this.#last);
    this.#last = now;
  }
}
