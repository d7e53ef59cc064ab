import { cpSync, existsSync, lstatSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { renderCampaign } from '../../../reports/index.ts';
import {
  campaignFolder,
  readCampaignRecord,
  readResults,
  writeCampaignRecord,
  type CampaignFolder,
} from '../../campaign/campaign-folder.ts';
import { campaignSummary } from '../../campaign/campaign-summary.ts';
import { findCampaigns } from '../../campaign/find-campaigns.ts';
import { mergeCampaigns, type ShardRecord } from '../../campaign/merge-campaigns.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { CampaignRecord } from '../../store/campaign-record.ts';
import { ensureDirectory, writeWhole } from '../../store/run-folder.ts';
import { campaignDocument } from '../campaign-document.ts';
import { printable } from '../console.ts';
import { EXIT_UNKNOWN, EXIT_VALID } from '../exit-codes.ts';
import { CI_OPTIONS, concludeCampaign, openBaseline, type CiOptionValues } from '../conclude-campaign.ts';
import { EMPTY_BASELINE } from '../../campaign/expectations/baseline.ts';
import { exitCodeOfCampaign, judgeCampaign } from '../judge-campaign.ts';
import type { Command, CommandContext, OptionMap } from './command.ts';

interface MergeArgs extends Omit<CiOptionValues, 'ci'> {
  readonly dirs: readonly string[];
  readonly out: string;
  readonly campaign: string | undefined;
  readonly json: boolean;
}

const { ci: _recorded, ...MERGE_OPTIONS } = CI_OPTIONS;

const OPTIONS: OptionMap = {
  dirs: {
    type: 'string',
    array: true,
    demandOption: true,
    describe: 'folders of the shards, or folders that hold them',
  },
  out: { type: 'string', demandOption: true, describe: 'folder for the whole campaign; it must not exist yet' },
  campaign: { type: 'string', describe: 'the campaign file, for its baseline and for annotations' },
  ...MERGE_OPTIONS,
  json: { type: 'boolean', default: false, describe: 'print one JSON document on stdout' },
};

export const mergeCommand: Command<MergeArgs> = {
  command: 'merge <dirs..>',
  describe: 'make one campaign of all its shards',
  options: OPTIONS,
  positionals: ['dirs'],
  run,
};

async function run(args: MergeArgs, { console }: CommandContext): Promise<number> {
  if (args.campaign !== undefined && !existsSync(args.campaign)) {
    throw new HarnessError('usage', `--campaign ${args.campaign}: no such file`);
  }
  const baselineFile = openBaseline(args.campaign, args);
  const shards = findCampaigns(args.dirs.map(String)).map(shardIn);
  const merged = mergeCampaigns(shards);
  const judge = {
    ...(merged.judged ?? { stated: [], ownPromises: false }),
    baseline: baselineFile?.baseline ?? EMPTY_BASELINE,
  };
  const judged = { ...merged, expectations: judgeCampaign(merged, judge) };
  const folder = campaignFolder(args.out);
  const missing = writeMerged(folder, judged, shards);
  if (missing > 0) {
    console.note(`${missing} of ${judged.results.length} runs have no folder in the shards: their reports are missing`);
  }
  const record = concludeCampaign({
    record: judged,
    directory: folder.directory,
    judge,
    baselineFile,
    campaignFile: args.campaign,
    // Whether targets' own promises count is recorded in the shards.
    args: { ...args, ci: judge.ownPromises },
    console,
    environment: process.env,
  });
  if (args.json) console.printJson(campaignDocument(record, folder.directory));
  else console.print(`${printable(campaignSummary(record), { multiline: true })}\n${folder.pageFile}`);
  const { stopped, ...complete } = record;
  const code = exitCodeOfCampaign(complete, judge);
  return code === EXIT_VALID && stopped !== undefined ? EXIT_UNKNOWN : code;
}

/** A shard that was killed has results that its record does not hold yet. */
function shardIn(directory: string): ShardRecord {
  const folder = campaignFolder(directory);
  const record = readCampaignRecord(directory);
  return { directory, record: existsSync(folder.resultsFile) ? { ...record, results: readResults(folder) } : record };
}

/**
 * Writes everything or nothing. Folders of runs are copied, so that the campaign is whole in one place; returns how many
 * were named and not there.
 */
function writeMerged(folder: CampaignFolder, record: CampaignRecord, shards: readonly ShardRecord[]): number {
  if (existsSync(folder.directory) && readdirSync(folder.directory).length > 0) {
    throw new HarnessError('usage', `${folder.directory} exists and is not empty; choose another folder for --out`);
  }
  try {
    ensureDirectory(folder.directory);
    const missing = shards.flatMap(({ directory, record: { results } }) =>
      results.filter(({ folder: run }) => run !== undefined && !copyRun(directory, folder, run)),
    ).length;
    writeWhole(folder.resultsFile, record.results.map((result) => `${JSON.stringify(result)}\n`).join(''));
    writeCampaignRecord(folder, record);
    writeWhole(folder.pageFile, renderCampaign(record, { live: false }));
    return missing;
  } catch (error) {
    rmSync(folder.directory, { recursive: true, force: true });
    if (error instanceof HarnessError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new HarnessError('storage', `cannot write ${folder.directory}: ${reason}`, { cause: error });
  }
}

/**
 * A shard comes from another machine: its record may name folders inside it and no others, and links in it are neither
 * followed nor copied. False where there is no such folder.
 */
function copyRun(from: string, to: CampaignFolder, run: string): boolean {
  const inside = path.relative(from, path.resolve(from, run));
  if (inside === '' || inside.startsWith('..') || path.isAbsolute(run)) {
    throw new HarnessError('usage', `${from} names a run outside of it: ${JSON.stringify(run)}`);
  }
  const source = path.join(from, run);
  if (!existsSync(source)) return false;
  if (realpathSync(source) !== path.join(realpathSync(from), inside)) {
    throw new HarnessError('usage', `${from} names a run behind a symbolic link: ${JSON.stringify(run)}`);
  }
  cpSync(source, path.join(to.directory, run), { recursive: true, filter: isPlain });
  return true;
}

/** A file or a folder, and not a link to one. */
function isPlain(file: string): boolean {
  const status = lstatSync(file);
  return status.isFile() || status.isDirectory();
}
