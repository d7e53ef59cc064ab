import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderCampaign } from '../../reports/index.ts';
import {
  createCampaignFolder,
  existingCampaign,
  latestCampaign,
  readCampaignRecord,
  readResults,
  writeCampaignRecord,
  type CampaignFolder,
} from '../campaign/campaign-folder.ts';
import { lockCampaign } from '../campaign/campaign-lock.ts';
import { CampaignProgress } from '../campaign/campaign-progress.ts';
import type { CampaignPlan } from '../campaign/plan-campaign.ts';
import { begunRecord, runCampaign, type Before } from '../campaign/run-campaign.ts';
import { rerunLine } from '../campaign/rerun-line.ts';
import { RunProcesses, type RunProgram } from '../campaign/run-process.ts';
import { runsOfShard, type Shard } from '../campaign/shard.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import type { CampaignRecord, CampaignRun } from '../store/campaign-record.ts';
import { writeWhole } from '../store/run-folder.ts';
import { campaignRunOptions, referenceFromHere } from './campaign-run-arguments.ts';
import { judgeCampaign, type CampaignJudge } from './judge-campaign.ts';
import type { CommandContext } from './commands/command.ts';
import { faultlineVersion } from './version.ts';

export interface CampaignOrder {
  readonly plan: CampaignPlan;
  /** Modules are named relative to this folder. */
  readonly baseDirectory: string;
  readonly store: string;
  /** A folder, or empty for the newest campaign of that name. */
  readonly resume: string | undefined;
  readonly shard: Shard | undefined;
  readonly judge: CampaignJudge;
  readonly context: CommandContext;
}

/** Holds a campaign, new or resumed, in processes of its own, and tells on the console how it goes. */
export async function holdCampaign(
  order: CampaignOrder,
): Promise<{ readonly record: CampaignRecord; readonly directory: string }> {
  const { plan, shard, context } = order;
  const { folder, unlock } = openFolder(order);
  try {
    const before = order.resume === undefined ? FRESH : earlier(folder, order);
    const runs = shard === undefined ? plan.runs : runsOfShard(plan.runs, shard);
    const progress = new CampaignProgress({ name: plan.name, total: runs.length, before: before.results, nowMs });
    const processes = new RunProcesses(runProgram(), runs.length - before.results.length);
    try {
      const record = await runCampaign({
        plan,
        folder,
        ...(shard === undefined ? {} : { shard }),
        runs,
        before,
        start: (run, signal) =>
          processes.run(
            { run, campaignDirectory: folder.directory, baseDirectory: order.baseDirectory },
            limitMs(run),
            signal,
          ),
        rerun: (run) => rerunLine(run, (name) => referenceFromHere(name, order.baseDirectory)),
        signal: context.signal,
        nowMs,
        facts: facts(),
        judged: judgedBy(order.judge),
        judge: (record) => judgeCampaign(record, order.judge),
        page: (record, options) => writeWhole(folder.pageFile, renderCampaign(record, options)),
        onStart: (run) => context.console.status(progress.started(run)),
        onResult: (result) => context.console.status(progress.finished(result)),
      });
      return { record, directory: folder.directory };
    } finally {
      processes.close();
    }
  } finally {
    unlock();
  }
}

const FRESH: Before = { results: [], elapsedMs: 0 };

function nowMs(): number {
  return Date.now();
}

function openFolder(order: CampaignOrder): { folder: CampaignFolder; unlock: () => void } {
  const { plan, store, resume } = order;
  if (resume === undefined) {
    const folder = beginFolder(order);
    return { folder, unlock: lockCampaign(folder) };
  }
  const folder = resume === '' ? latestCampaign(store, plan.name) : existingCampaign(resume);
  readCampaignRecord(folder.directory);
  return { folder, unlock: lockCampaign(folder) };
}

/** A folder with a record from the first moment, so that a campaign that is killed at once can be resumed. */
function beginFolder({ plan, store, shard, judge }: CampaignOrder): CampaignFolder {
  const now = new Date(nowMs());
  const record = begunRecord({
    plan,
    shard,
    judged: judgedBy(judge),
    facts: facts(),
    startedAt: now.toISOString(),
  });
  return createCampaignFolder(store, plan.name, now, plan.hash, (folder) => writeCampaignRecord(folder, record));
}

function facts(): CampaignRecord['facts'] {
  return {
    faultline: faultlineVersion(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
  };
}

function judgedBy({ stated, ownPromises }: CampaignJudge): NonNullable<CampaignRecord['judged']> {
  return { stated, ownPromises };
}

/** What earlier sittings of the same campaign left. Throws usage errors where this is another one. */
function earlier(folder: CampaignFolder, { plan, shard }: CampaignOrder): Before {
  const record = readCampaignRecord(folder.directory);
  if (record.planHash !== plan.hash) {
    throw new HarnessError(
      'usage',
      `the campaign file has changed since ${folder.directory} was begun (plan ${record.planHash}, now ${plan.hash}); start it without --resume`,
    );
  }
  if (record.shard?.index !== shard?.index || record.shard?.of !== shard?.of) {
    throw new HarnessError(
      'usage',
      `${folder.directory} is ${shardWords(record.shard)}, asked was ${shardWords(shard)}`,
    );
  }
  return { results: readResults(folder), startedAt: record.startedAt, elapsedMs: record.elapsedMs };
}

function shardWords(shard: Shard | undefined): string {
  return shard === undefined ? 'a whole campaign' : `shard ${shard.index}/${shard.of}`;
}

/**
 * When a run counts as hung, in milliseconds: all that it may wait for by its own limits, with room for a busy machine.
 * Simulated time may be slower than real time.
 */
function limitMs(run: CampaignRun): number {
  const options = campaignRunOptions({ ...run, faults: 'none' }, '.');
  const seconds = options['ready-timeout'] + 4 * options['time-limit'] + 10 * options['check-time-limit'] + 300;
  return seconds * 1000;
}

/** Compiled, a run process loads `run-worker.js`; from source it needs tsx to read TypeScript. */
function runProgram(): RunProgram {
  const compiled = !import.meta.url.endsWith('.ts');
  return {
    file: path.join(path.dirname(fileURLToPath(import.meta.url)), compiled ? 'run-worker.js' : 'run-worker.ts'),
    execArgv: compiled ? [] : ['--import', import.meta.resolve('tsx')],
  };
}
