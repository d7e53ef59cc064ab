import { appendFileSync, closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { renderCampaign } from '../../reports/index.ts';
import { campaignFolder, writeCampaignRecord } from '../campaign/campaign-folder.ts';
import {
  EMPTY_BASELINE,
  findingWords,
  formatBaseline,
  parseBaseline,
  type AcceptedFinding,
  type Baseline,
} from '../campaign/expectations/baseline.ts';
import { compareBaseline } from '../campaign/expectations/compare-baseline.ts';
import { githubAnnotations } from '../campaign/expectations/github-annotations.ts';
import { junitXml } from '../campaign/expectations/junit-xml.ts';
import { markdownSummary } from '../campaign/expectations/markdown-summary.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import type { CampaignRecord } from '../store/campaign-record.ts';
import { writeWhole } from '../store/run-folder.ts';
import type { OptionMap } from './commands/command.ts';
import type { Console } from './console.ts';
import { expectationsOf, judgeCampaign, type CampaignJudge } from './judge-campaign.ts';

/** Options of commands that end with a judged campaign. */
export const CI_OPTIONS: OptionMap = {
  ci: {
    type: 'boolean',
    default: false,
    describe:
      "hold runs that no expectation is about against their target's own promises; tell GitHub where it runs us",
  },
  baseline: {
    type: 'string',
    describe: 'file of accepted findings (default: <campaign>.baseline.json beside the campaign file, if it is there)',
  },
  update: { type: 'boolean', default: false, describe: 'write the baseline anew: what broke a promise is accepted' },
  junit: { type: 'string', describe: 'write JUnit XML to this file' },
  summary: { type: 'string', describe: 'write a summary in Markdown to this file' },
  annotations: {
    type: 'string',
    choices: ['github', 'none'],
    describe: 'annotate what is red (default: github with --ci where GITHUB_ACTIONS is set)',
  },
};

export interface CiOptionValues {
  readonly ci: boolean;
  readonly baseline: string | undefined;
  readonly update: boolean;
  readonly junit: string | undefined;
  readonly summary: string | undefined;
  readonly annotations: string | undefined;
}

/** A campaign file's baseline, and where it stands. */
export interface BaselineFile {
  readonly file: string;
  readonly baseline: Baseline;
}

/**
 * Reads the baseline of a campaign and refuses, before hours of runs, what could not be written after them. Undefined where
 * neither a baseline nor the campaign's file is named. Throws usage errors.
 */
export function openBaseline(
  campaignFile: string | undefined,
  args: Omit<CiOptionValues, 'ci'>,
): BaselineFile | undefined {
  for (const name of ['junit', 'summary', 'baseline'] as const) {
    const file = args[name];
    if (file !== undefined) requireWritable(name, file, name !== 'baseline' || args.update);
  }
  const file = args.baseline ?? (campaignFile === undefined ? undefined : besideCampaign(campaignFile));
  if (file === undefined) {
    if (args.update) throw new HarnessError('usage', '--update needs --baseline FILE or --campaign FILE');
    return undefined;
  }
  if (existsSync(file)) return { file, baseline: parseBaseline(readText(file), file) };
  if (args.baseline !== undefined && !args.update) {
    throw new HarnessError('usage', `--baseline ${file}: no such file; --update writes one`);
  }
  return { file, baseline: EMPTY_BASELINE };
}

/** Refuses a file that cannot be written, and leaves none that was not there before. */
function requireWritable(option: string, file: string, isWritten: boolean): void {
  const folder = path.dirname(file);
  if (!existsSync(folder)) throw new HarnessError('usage', `--${option} ${file}: there is no folder ${folder}`);
  if (!isWritten) return;
  const wasThere = existsSync(file);
  try {
    closeSync(openSync(file, 'a'));
    if (!wasThere) rmSync(file, { force: true });
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new HarnessError('usage', `--${option} ${file}: cannot be written (${reason})`, { cause: error });
  }
}

function besideCampaign(campaignFile: string): string {
  const { dir, name } = path.parse(campaignFile);
  return path.join(dir, `${name}.baseline.json`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HarnessError('usage', `cannot read ${file}: ${reason}`, { cause: error });
  }
}

/** What a finished campaign is concluded with. */
export interface Conclusion {
  readonly record: CampaignRecord;
  /** The campaign's folder. */
  readonly directory: string;
  readonly judge: CampaignJudge;
  readonly baselineFile: BaselineFile | undefined;
  /** As it was given. */
  readonly campaignFile: string | undefined;
  readonly args: CiOptionValues;
  readonly console: Console;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Holds a finished campaign against its baseline, updates that where asked, and tells CI: JUnit, summary, annotations.
 * Returns the record as it then is.
 */
export function concludeCampaign(conclusion: Conclusion): CampaignRecord {
  const { record, judge, baselineFile, args, console } = conclusion;
  const { obsolete, updated } = compareBaseline(
    record,
    expectationsOf(record, judge),
    baselineFile?.baseline ?? EMPTY_BASELINE,
  );
  if (!args.update || baselineFile === undefined) {
    for (const finding of obsolete) console.note(`accepted, but no run shows it any more: ${findingWords(finding)}`);
    tellCi(record, obsolete, conclusion);
    return record;
  }
  writeWhole(baselineFile.file, formatBaseline(updated));
  const added = [...updated.keys()].filter((key) => !baselineFile.baseline.has(key)).length;
  const removed = [...baselineFile.baseline.keys()].filter((key) => !updated.has(key)).length;
  console.note(`${baselineFile.file}: ${updated.size} accepted findings, ${added} added, ${removed} removed`);
  const accepted = { ...record, expectations: judgeCampaign(record, { ...judge, baseline: updated }) };
  const folder = campaignFolder(conclusion.directory);
  writeCampaignRecord(folder, accepted);
  writeWhole(folder.pageFile, renderCampaign(accepted, { live: false }));
  tellCi(accepted, [], conclusion);
  return accepted;
}

function tellCi(record: CampaignRecord, obsolete: readonly AcceptedFinding[], conclusion: Conclusion): void {
  const { args, console, environment, campaignFile } = conclusion;
  if (args.junit !== undefined) writeWhole(args.junit, junitXml(record));
  const summary = markdownSummary(record, obsolete);
  if (args.summary !== undefined) writeWhole(args.summary, summary);
  const stepSummary = environment['GITHUB_STEP_SUMMARY'] ?? '';
  if (args.ci && stepSummary !== '') append(stepSummary, summary);
  const annotations = args.annotations ?? (args.ci && environment['GITHUB_ACTIONS'] === 'true' ? 'github' : 'none');
  if (annotations === 'github')
    for (const line of githubAnnotations(record, campaignFile ?? record.name)) console.note(line);
}

function append(file: string, text: string): void {
  try {
    appendFileSync(file, text);
  } catch (error) {
    throw new HarnessError('storage', `cannot write ${file}: ${String(error)}`, { cause: error });
  }
}
