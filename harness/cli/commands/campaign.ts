import { EXIT_VALID } from '../exit-codes.ts';
import { CI_OPTIONS, concludeCampaign, openBaseline, type CiOptionValues } from '../conclude-campaign.ts';
import { exitCodeOfCampaign } from '../judge-campaign.ts';
import { campaignFolder } from '../../campaign/campaign-folder.ts';
import { campaignJsonSchema } from '../../campaign/campaign-schema.ts';
import { campaignSummary } from '../../campaign/campaign-summary.ts';
import { planCampaign, parallelOf } from '../../campaign/plan-campaign.ts';
import { EMPTY_BASELINE } from '../../campaign/expectations/baseline.ts';
import { readCampaignFile, withPlaces } from '../../campaign/read-campaign-file.ts';
import { parseShard } from '../../campaign/shard.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import { importModule } from '../../modules/import-module.ts';
import { DEFAULT_STORE } from '../../store/run-folder.ts';
import path from 'node:path';
import { campaignDocument } from '../campaign-document.ts';
import { campaignLookup } from '../campaign-lookup.ts';
import { holdCampaign } from '../hold-campaign.ts';
import { printable } from '../console.ts';
import { atLeast, type Command, type CommandContext, type OptionMap } from './command.ts';

interface CampaignArgs extends CiOptionValues {
  readonly file: string | undefined;
  readonly store: string;
  readonly resume: string | undefined;
  readonly shard: string | undefined;
  readonly parallel: number | undefined;
  readonly 'print-schema': boolean;
  readonly json: boolean;
}

const OPTIONS: OptionMap = {
  file: { type: 'string', describe: 'campaign file (.yaml, .json, .ts, .js)' },
  store: { type: 'string', default: DEFAULT_STORE, describe: 'folder that keeps runs and campaigns' },
  resume: {
    type: 'string',
    requiresArg: false,
    describe: 'go on with the newest campaign of that name, or with the one in the folder that is given',
  },
  shard: { type: 'string', describe: 'i/n: make only the i-th of n parts of the runs; see faultline merge' },
  parallel: {
    type: 'number',
    coerce: atLeast('parallel', 1, { whole: true }),
    describe: "runs at the same time (default: the file's parallel)",
  },
  ...CI_OPTIONS,
  'print-schema': { type: 'boolean', default: false, describe: 'print the JSON schema of campaign files' },
  json: { type: 'boolean', default: false, describe: 'print one JSON document on stdout, everything else on stderr' },
};

export const campaignCommand: Command<CampaignArgs> = {
  command: 'campaign [file]',
  describe: 'make many runs: targets x workloads x faults x seeds x parameters',
  options: OPTIONS,
  positionals: ['file'],
  healsOnInterrupt: true,
  run,
};

async function run(args: CampaignArgs, context: CommandContext): Promise<number> {
  const { console } = context;
  if (args['print-schema']) {
    console.print(campaignJsonSchema().trimEnd());
    return EXIT_VALID;
  }
  if (args.file === undefined) throw new HarnessError('usage', 'expected a campaign file: faultline campaign FILE');
  const { file } = args;
  const shard = args.shard === undefined ? undefined : parseShard(args.shard);
  const baselineFile = openBaseline(file, args);
  const source = await readCampaignFile(file, importModule);
  const baseDirectory = path.dirname(path.resolve(file));
  const planned = await withPlaces(source, () => planCampaign(source.value, campaignLookup(baseDirectory)));
  const plan = args.parallel === undefined ? planned : { ...planned, parallel: parallelOf(args.parallel) };
  for (const note of plan.notes) console.note(note);
  const judge = { stated: plan.expectations, ownPromises: args.ci, baseline: baselineFile?.baseline ?? EMPTY_BASELINE };
  const { record: finished, directory } = await holdCampaign({
    plan,
    baseDirectory,
    store: args.store,
    resume: args.resume,
    shard,
    judge,
    context,
  });
  const record = concludeCampaign({
    record: finished,
    directory,
    judge,
    baselineFile,
    campaignFile: file,
    args,
    console,
    environment: process.env,
  });
  if (args.json) console.printJson(campaignDocument(record, directory));
  else
    console.print(`${printable(campaignSummary(record), { multiline: true })}\n${campaignFolder(directory).pageFile}`);
  return exitCodeOfCampaign(record, judge);
}
