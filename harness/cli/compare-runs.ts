import path from 'node:path';
import { runCheck } from '../../checkers/run-check.ts';
import { comparisonTable, renderComparison, type ComparisonEntry } from '../../reports/index.ts';
import type { CheckResult } from '../kernel/verdict.ts';
import type { FinishedRun } from '../runner/execute-run.ts';
import { createStampedFolder, writeWhole } from '../store/run-folder.ts';
import { runPrepared } from './commands/run.ts';
import type { CommandContext } from './commands/command.ts';
import { placementUse } from './placement-use.ts';
import { holdPromise, type PromiseOutcome } from './promise.ts';
import type { PreparedRun } from './run-request.ts';

/** Several systems that were taken through the same faults. */
export interface Comparison {
  readonly entries: readonly ComparisonEntry[];
  readonly outcomes: readonly PromiseOutcome[];
  /** Folders of the runs, in the same order. */
  readonly runDirs: readonly string[];
  readonly reportFile: string;
  /** For terminals. */
  readonly table: string;
}

/** Carries out prepared runs one after the other and writes their comparison beside them. Stops early when interrupted. */
export async function compareRuns(
  runs: readonly PreparedRun[],
  args: Parameters<typeof runPrepared>[1],
  name: string,
  context: CommandContext,
): Promise<Comparison> {
  const directory = createStampedFolder(args.store, name, new Date(), runs[0]?.plan.request.seed ?? '0');
  const entries: ComparisonEntry[] = [];
  const outcomes: PromiseOutcome[] = [];
  const runDirs: string[] = [];
  for (const prepared of runs) {
    if (context.signal.aborted) break;
    for (const note of prepared.notes) context.console.note(`${prepared.target.name}: ${note}`);
    const { run, folder } = await runPrepared(prepared, args, context);
    const outcome = holdPromise(run.record);
    const guarantees = context.signal.aborted ? undefined : await placeHistory(run, args, context);
    outcomes.push(outcome);
    runDirs.push(folder.directory);
    entries.push({
      record: run.record,
      history: run.history,
      promiseKept: outcome.outcome,
      ...(guarantees === undefined ? {} : { guarantees }),
      reportHref: path.relative(directory, folder.reportFile),
    });
  }
  const reportFile = path.join(directory, 'comparison.html');
  writeWhole(reportFile, renderComparison({ entries }));
  return { entries, outcomes, runDirs, reportFile, table: comparisonTable(entries) };
}

/** The strongest levels that a history satisfies take longer to find than the verdict on one of them: at most so long. */
const PLACEMENT_MS_MAX = 30_000;

/** Asks where a run's history stands among the consistency levels; undefined where it cannot be placed. */
async function placeHistory(
  { record, history }: FinishedRun,
  args: Parameters<typeof runPrepared>[1],
  { console }: CommandContext,
): Promise<CheckResult | undefined> {
  const { target, workload } = record.request;
  const use = placementUse(record);
  if (typeof use === 'string') {
    console.note(`${target} ${workload}: ${use}`);
    return undefined;
  }
  console.status(`${target} ${workload}: looking for the strongest level`);
  return await runCheck(history, use, {
    timeMs: Math.min(args['check-time-limit'] * 1000, PLACEMENT_MS_MAX),
    memoryBytes: args['check-memory-limit'] * 1024 ** 2,
  });
}
