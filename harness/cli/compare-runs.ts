import path from 'node:path';
import { comparisonTable, renderComparison, type ComparisonEntry } from '../../reports/index.ts';
import { createStampedFolder, writeWhole } from '../store/run-folder.ts';
import { runPrepared } from './commands/run.ts';
import type { CommandContext } from './commands/command.ts';
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
    outcomes.push(outcome);
    runDirs.push(folder.directory);
    entries.push({
      record: run.record,
      history: run.history,
      promiseKept: outcome.outcome,
      reportHref: path.relative(directory, folder.reportFile),
    });
  }
  const reportFile = path.join(directory, 'comparison.html');
  writeWhole(reportFile, renderComparison({ entries }));
  return { entries, outcomes, runDirs, reportFile, table: comparisonTable(entries) };
}
