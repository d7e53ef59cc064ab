import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  realpathSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { HarnessError } from '../kernel/harness-error.ts';
import type { CampaignRecord, CampaignRunResult } from '../store/campaign-record.ts';
import { parseCampaignRecord, parseCampaignResult } from '../store/parse-campaign-record.ts';
import { createStampedFolder, readJson, writeWhole } from '../store/run-folder.ts';

/** Files of one campaign. */
export interface CampaignFolder {
  readonly directory: string;
  readonly recordFile: string;
  /** One result per line, appended and synced as the runs finish: what a resumed campaign trusts. */
  readonly resultsFile: string;
  readonly pageFile: string;
  readonly lockFile: string;
  /** A store of the campaign's own for the folders of its runs. */
  readonly runsDirectory: string;
}

/** The files of the campaign in `directory`, whether they exist or not. */
export function campaignFolder(directory: string): CampaignFolder {
  return {
    directory,
    recordFile: path.join(directory, 'campaign.json'),
    resultsFile: path.join(directory, 'results.jsonl'),
    pageFile: path.join(directory, 'campaign.html'),
    lockFile: path.join(directory, 'lock'),
    runsDirectory: path.join(directory, 'runs'),
  };
}

/** Makes `<store>/campaigns/<name>/<time>-<plan hash>/`; it is filled before it is found as the latest one. */
export function createCampaignFolder(
  store: string,
  name: string,
  startedAt: Date,
  planHash: string,
  fill: (folder: CampaignFolder) => void,
): CampaignFolder {
  const parent = path.join(store, 'campaigns');
  return campaignFolder(
    createStampedFolder(parent, name, startedAt, planHash.slice(0, 8), (made) => fill(campaignFolder(made))),
  );
}

/** The newest campaign of that name in a store. Throws a usage error where there is none. */
export function latestCampaign(store: string, name: string): CampaignFolder {
  const directory = path.join(store, 'campaigns', name, 'latest');
  if (!existsSync(directory)) {
    throw new HarnessError('usage', `no campaign ${name} to resume in ${store}; start it without --resume`);
  }
  return existingCampaign(directory);
}

/**
 * The campaign in a folder that exists. Links are resolved once: `latest` may point to another campaign a moment later.
 * Throws a usage error where there is nothing.
 */
export function existingCampaign(directory: string): CampaignFolder {
  if (!existsSync(directory)) throw new HarnessError('usage', `${directory} is no campaign: there is no such folder`);
  return campaignFolder(realpathSync(directory));
}

/** The record of a campaign. Throws a usage error where there is none or it cannot be read. */
export function readCampaignRecord(directory: string): CampaignRecord {
  const { recordFile } = campaignFolder(directory);
  if (!existsSync(recordFile)) throw new HarnessError('usage', `${directory} is no campaign: it has no campaign.json`);
  return parseCampaignRecord(readJson(recordFile), recordFile);
}

export function writeCampaignRecord(folder: CampaignFolder, record: CampaignRecord): void {
  writeWhole(folder.recordFile, `${JSON.stringify(record, null, 1)}\n`);
}

/** Appends results so that each is on the disk before the next run counts on it. Throws storage errors. */
export class ResultsLog {
  readonly #file: string;
  readonly #descriptor: number;

  /** Opens the log; the rest of a line that was being written when the campaign was killed is cut off. */
  constructor(folder: CampaignFolder) {
    this.#file = folder.resultsFile;
    const whole = existsSync(this.#file) ? wholeLines(readFileSync(this.#file)) : 0;
    this.#descriptor = storing(this.#file, () => openSync(this.#file, 'a'));
    storing(this.#file, () => ftruncateSync(this.#descriptor, whole));
  }

  append(result: CampaignRunResult): void {
    storing(this.#file, () => {
      writeSync(this.#descriptor, `${JSON.stringify(result)}\n`);
      fsyncSync(this.#descriptor);
    });
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** All results that were written whole. Throws a usage error for a log that this program did not write. */
export function readResults(folder: CampaignFolder): readonly CampaignRunResult[] {
  if (!existsSync(folder.resultsFile)) return [];
  const bytes = readFileSync(folder.resultsFile);
  const lines = bytes.subarray(0, wholeLines(bytes)).toString('utf8').split('\n').slice(0, -1);
  return lines.map((line, index) => {
    const place = `${folder.resultsFile}:${index + 1}`;
    return parseCampaignResult(parseLine(line, place), place);
  });
}

function parseLine(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new HarnessError('usage', `${place}: is not valid JSON`, { cause: error });
  }
}

/** Length in bytes of all lines that end. */
function wholeLines(bytes: Uint8Array): number {
  return bytes.lastIndexOf(0x0a) + 1;
}

function storing<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HarnessError('storage', `cannot write ${file}: ${reason}`, { cause: error });
  }
}
