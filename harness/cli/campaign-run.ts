import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { campaignFolder } from '../campaign/campaign-folder.ts';
import type { RunAttempt } from '../campaign/conduct-runs.ts';
import { summariseRun } from '../campaign/summarise-run.ts';
import type { RunSpec } from '../campaign/run-process.ts';
import { isHarnessError } from '../kernel/harness-error.ts';
import type { CampaignRun } from '../store/campaign-record.ts';
import { campaignRunOptions, moduleReference } from './campaign-run-arguments.ts';
import { argumentsOf, runPrepared } from './commands/run.ts';
import { holdPromise } from './promise.ts';
import { prepareRun } from './run-request.ts';
import type { Console } from './console.ts';

/** Makes one run of a campaign into a folder of its own and sums it up. Never rejects. */
export async function runCampaignRun(spec: RunSpec, signal: AbortSignal): Promise<RunAttempt> {
  try {
    return await attempt(spec, signal);
  } catch (error) {
    if (signal.aborted) return { kind: 'cancelled' };
    const usage = isHarnessError(error) && error.code === 'usage';
    const reason = error instanceof Error ? error.message : String(error);
    return {
      kind: 'failed',
      reason: isHarnessError(error) ? reason : `internal error: ${reason}`,
      worthRetrying: !usage,
    };
  }
}

async function attempt({ run, campaignDirectory, baseDirectory }: RunSpec, signal: AbortSignal): Promise<RunAttempt> {
  const { runsDirectory } = campaignFolder(campaignDirectory);
  const leaf = `${run.seed.slice(0, 20)}-${run.id}`.replaceAll(/[^A-Za-z0-9_.-]/g, '_');
  discardEarlier(path.join(runsDirectory, runName(run)), leaf);
  const options = campaignRunOptions({ ...run, faults: run.faults.join(',') || 'none' }, baseDirectory);
  const prepared = await prepareRun({ ...argumentsOf(options), target: moduleReference(run.target, baseDirectory) });
  const finished = await runPrepared(
    prepared,
    { ...options, store: runsDirectory, folderNames: { name: runName(run), leaf } },
    { console: SILENT, signal, argv: [] },
  );
  const { record } = finished.run;
  if (signal.aborted || record.interrupted) return { kind: 'cancelled' };
  return {
    kind: 'finished',
    result: {
      ...summariseRun(record),
      folder: path.relative(campaignDirectory, finished.folder.directory),
      promise: {
        ...(record.promise === undefined
          ? {}
          : { level: record.promise.level, keepsAcknowledged: record.promise.keepsAcknowledged }),
        ...holdPromise(record),
      },
    },
  };
}

/** Whoever makes a run makes it because earlier attempts have no result: what they left belongs to nothing. */
function discardEarlier(directory: string, leaf: string): void {
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory)) {
    // Behind the time, and before the number of one made within the same second.
    if (name.replace(/^\d{8}T\d{6}-/, '').replace(/\.\d+$/, '') !== leaf) continue;
    rmSync(path.join(directory, name), { recursive: true, force: true });
  }
}

/** Folder of the runs of one combination. */
function runName(run: CampaignRun): string {
  return [
    path.basename(run.target),
    run.variant,
    run.mutant,
    path.basename(run.workload),
    run.environment,
    run.faultPackage,
  ]
    .filter((part) => part !== undefined)
    .join('-')
    .replaceAll(/[^A-Za-z0-9_.+-]/g, '_')
    .slice(0, 120);
}

/** The campaign itself says what is going on. */
const SILENT: Console = {
  status: () => undefined,
  note: () => undefined,
  print: () => undefined,
  printJson: () => undefined,
  end: () => undefined,
};
