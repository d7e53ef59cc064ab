import path from 'node:path';
import { GENERATED_MODELS, generateHistory, type GenerateOptions } from '../../checkers/generate/index.ts';
import { writeHistoryFile, writeJsonl } from '../history/index.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import { atLeast, type OptionMap } from './commands/command.ts';

/** Options of the command line about a synthetic history. All undefined: none is asked for. */
export interface GenerateArgs {
  readonly generate: string | undefined;
  readonly ops: number | undefined;
  readonly clients: number | undefined;
  readonly crashed: number | undefined;
  readonly broken: string | undefined;
  readonly violations: number | undefined;
  readonly 'broken-at': number | undefined;
  readonly durations: 'uniform' | 'exponential' | undefined;
  readonly values: number | undefined;
  readonly seed: string | undefined;
  readonly out: string | undefined;
}

/** What help calls defaults is filled in below: only so can be told what was given. */
export const GENERATE_OPTIONS: OptionMap = {
  generate: {
    type: 'string',
    describe: `instead of checking: make a synthetic history of one of these: ${GENERATED_MODELS.join(', ')}`,
  },
  ops: {
    type: 'number',
    defaultDescription: '1000',
    coerce: atLeast('ops', 1, { whole: true }),
    describe: '--generate: operations',
  },
  clients: {
    type: 'number',
    defaultDescription: '10',
    coerce: atLeast('clients', 1, { whole: true }),
    describe: '--generate: clients',
  },
  crashed: {
    type: 'number',
    defaultDescription: '0',
    coerce: atLeast('crashed', 0, { whole: true }),
    describe: '--generate: operations that never return',
  },
  broken: { type: 'string', describe: '--generate: broken in this way: stale, phantom, lost, duplicate, ...' },
  violations: {
    type: 'number',
    defaultDescription: '1',
    coerce: atLeast('violations', 1, { whole: true }),
    describe: '--generate: how often it is broken',
  },
  'broken-at': {
    type: 'number',
    coerce: atLeast('broken-at', 0),
    describe: '--generate: where it is broken, as a share of the operations; evenly spread by default',
  },
  durations: {
    choices: ['uniform', 'exponential'],
    defaultDescription: 'uniform',
    describe: '--generate: how long operations take; exponential: a few are passed by many others',
  },
  values: {
    type: 'number',
    coerce: atLeast('values', 1, { whole: true }),
    describe: '--generate: registers write that many values; unique ones by default',
  },
  seed: { type: 'string', defaultDescription: '1', describe: '--generate: decides the history' },
  out: { type: 'string', describe: '--generate: file to write; .jsonl for JSON lines' },
};

const DEFAULT_OPERATIONS = 1000;
const DEFAULT_SEED = '1';

/** What the command line calls the options of the library. */
const OPTION_NAMES: Readonly<Partial<Record<keyof GenerateOptions, string>>> = {
  operations: '--ops',
  clients: '--clients',
  crashed: '--crashed',
  broken: '--broken',
  violations: '--violations',
  brokenAt: '--broken-at',
  distinctValues: '--values',
};

/** Throws HarnessError `usage` for options about a synthetic history where none is to be made. */
export function refuseGenerateOptions(args: GenerateArgs): void {
  const given = Object.keys(GENERATE_OPTIONS).find((name) => args[name as keyof GenerateArgs] !== undefined);
  if (given === undefined) return;
  throw new HarnessError('usage', `--${given} goes with --generate MODEL, and a file is to be checked`);
}

/**
 * Makes a synthetic history of `model` and writes it: as JSONL where the name ends so, else in our own format. Returns its
 * length. Throws HarnessError `usage` in the command line's words.
 */
export function generateFile(model: string, args: GenerateArgs & { readonly out: string }): number {
  const history = generateHistory(
    {
      model,
      operations: args.ops ?? DEFAULT_OPERATIONS,
      clients: args.clients,
      crashed: args.crashed,
      broken: args.broken,
      violations: args.violations,
      brokenAt: args['broken-at'],
      durations: args.durations,
      distinctValues: args.values,
      seed: args.seed ?? DEFAULT_SEED,
    },
    (option) => OPTION_NAMES[option] ?? option,
  );
  const { out } = args;
  if (path.extname(out) === '.jsonl') writeJsonl(out, history);
  else writeHistoryFile(out, history);
  return history.length;
}
