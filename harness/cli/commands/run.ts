import { compilePatterns } from '../../runner/log-pattern-use.ts';
import { executeRun, type FinishedRun } from '../../runner/execute-run.ts';
import type { RunPlan } from '../../runner/plan.ts';
import { createRunFolder, discardRunFolder, writeWhole, type RunFolder } from '../../store/run-folder.ts';
import { writeMessages, type MessageWindow } from '../../store/run-observations.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import { isModulePath } from '../../modules/import-module.ts';
import { renderRunReport } from '../../../reports/index.ts';
import { EXIT_HARNESS, EXIT_INTERRUPTED, combineExitCodes, exitCodeOfVerdict } from '../exit-codes.ts';
import { judgeRun } from '../judge.ts';
import { TARGET_NAMES } from '../registry.ts';
import { replayedRun } from '../replay.ts';
import { PLAN_OPTIONS, RUN_OPTIONS, type RunOptionValues } from '../run-options.ts';
import { decidingChecks, prepareComposeRun, prepareRun, type PreparedRun } from '../run-request.ts';
import { runDocument, runSummary } from '../run-summary.ts';
import { traceMessages } from '../trace-messages.ts';
import { faultlineVersion } from '../version.ts';
import type { Command, CommandContext, OptionMap } from './command.ts';

interface RunArgs extends RunOptionValues {
  readonly target: string | undefined;
  readonly replay: string | undefined;
  readonly exact: boolean;
  readonly compose: string | undefined;
  readonly client: string | undefined;
}

const OPTIONS: OptionMap = {
  target: {
    type: 'string',
    describe: 'system under test: raft, gossip, etcd, redis, or a module of yours (./my-target.ts)',
  },
  replay: { type: 'string', describe: 'run folder whose plan is run again' },
  compose: { type: 'string', describe: 'compose file whose services are the cluster, in place of a target (docker)' },
  client: { type: 'string', describe: 'with --compose: module that says how the services are used' },
  exact: {
    type: 'boolean',
    default: false,
    describe: 'with --replay: the same operations and victims, not just the plan',
  },
  ...RUN_OPTIONS,
};

export const runCommand: Command<RunArgs> = {
  command: 'run [target]',
  describe: 'take a cluster through faults and judge its history',
  options: OPTIONS,
  positionals: ['target'],
  healsOnInterrupt: true,
  run,
};

async function run(args: RunArgs, context: CommandContext): Promise<number> {
  const prepared = await prepare(args, context);
  for (const note of prepared.notes) context.console.note(note);
  const finished = await runPrepared(prepared, args, context);
  if (args.json) context.console.printJson(runDocument(finished.run.record, finished.folder.directory));
  else context.console.print(runSummary(finished.run.record, finished.folder));
  return exitCodeOf(finished.run);
}

async function prepare(args: RunArgs, context: CommandContext): Promise<PreparedRun> {
  if (args.replay !== undefined) {
    const isGiven = (name: string): boolean =>
      context.argv.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
    // Where a module is now may be said; it must hold the workload of the plan.
    const others = ['compose', 'client'].filter(isGiven);
    if (others.length > 0)
      throw new HarnessError('usage', `--replay knows the cluster; it does not take --${others[0]}`);
    const workload = isGiven('workload') && isModulePath(args.workload) ? args.workload : undefined;
    const given = PLAN_OPTIONS.filter((name) => isGiven(name) && !(name === 'workload' && workload !== undefined));
    if (given.length > 0) {
      throw new HarnessError('usage', `--replay repeats the stored plan; it does not take --${given.join(', --')}`);
    }
    return await replayedRun(args.replay, args.exact, { target: args.target, workload });
  }
  if (args.exact) throw new HarnessError('usage', '--exact goes with --replay RUN');
  if (args.compose !== undefined || args.client !== undefined) return await prepareAdopted(args);
  if (args.target === undefined) throw new HarnessError('usage', 'expected a target: faultline run <target>');
  return await prepareRun({ ...argumentsOf(args), target: args.target });
}

async function prepareAdopted(args: RunArgs): Promise<PreparedRun> {
  const { compose, client, target } = args;
  if (compose === undefined) throw new HarnessError('usage', '--client goes with --compose FILE');
  if (client === undefined) {
    throw new HarnessError('usage', '--compose needs --client MODULE, which says how the services are used');
  }
  if (target !== undefined) {
    throw new HarnessError('usage', `--compose takes the place of a target, got ${target} as well`);
  }
  return await prepareComposeRun(argumentsOf(args), { compose, client });
}

/** Options of the command line as a request's arguments. */
export function argumentsOf(args: RunOptionValues): Omit<Parameters<typeof prepareRun>[0], 'target'> {
  if (args.safe && args.variant !== undefined && args.variant !== 'safe') {
    throw new HarnessError('usage', `--safe means --variant safe, got --variant ${args.variant} as well`);
  }
  return {
    env: args.env,
    workload: args.workload,
    nodes: args.nodes,
    faults: args.faults,
    tempo: args.tempo,
    timeLimitS: args['time-limit'],
    seed: args.seed,
    concurrency: args.concurrency,
    ratePerSecond: args.rate,
    opTimeoutMs: args['op-timeout'],
    keys: args.keys,
    opsPerKey: args['ops-per-key'],
    variant: args.safe ? 'safe' : args.variant,
    mutant: args.mutant,
    image: args.image,
    clockMechanism: args['clock-mechanism'],
    settings: args.set,
  };
}

/** What is needed besides a plan to make a run. */
export type RunPreparedArgs = Pick<
  RunOptionValues,
  'store' | 'level' | 'ready-timeout' | 'check-time-limit' | 'check-memory-limit'
> & {
  readonly 'log-pattern'?: readonly string[];
  /** Names of the run's folder instead of the usual ones; a time is put before the leaf. */
  readonly folderNames?: { readonly name: string; readonly leaf: string };
};

/** Runs a prepared plan into a fresh folder of the store and writes its report. */
export async function runPrepared(
  prepared: PreparedRun,
  args: RunPreparedArgs,
  context: CommandContext,
): Promise<{ readonly run: FinishedRun; readonly folder: RunFolder }> {
  const { plan, environment, target, workload } = prepared;
  const { request } = plan;
  const name = [request.target, request.variant, request.workload, request.environment].filter(Boolean).join('-');
  const asked = decidingChecks(workload, args.level);
  const logPatterns = args['log-pattern'] ?? [];
  // Before anything is started: what is no regular expression is told now.
  compilePatterns(logPatterns);
  const { folderNames = { name, leaf: request.seed } } = args;
  const folder = createRunFolder(args.store, folderNames.name, new Date(), folderNames.leaf);
  const limits = { timeMs: args['check-time-limit'] * 1000, memoryBytes: args['check-memory-limit'] * 1024 ** 2 };
  const { console } = context;
  const what = `${name}, seed ${request.seed}`;
  let begun = false;
  const run = await executeRun({
    plan,
    environment,
    target,
    workload,
    folder,
    judge: (history, uses) => judgeRun(history, uses, limits),
    ...asked,
    logPatterns,
    readyTimeoutMs: args['ready-timeout'] * 1000,
    signal: context.signal,
    progress: (line) => console.status(`${what}: ${line}`),
    onPhase: (phase) => {
      begun = true;
      console.status(`${what}: ${PHASE_LINES[phase]}`);
    },
    facts: { faultline: faultlineVersion(), node: process.version, platform: `${process.platform}-${process.arch}` },
    rerun: rerunLines(plan, folder),
  }).catch((error: unknown) => {
    if (!begun) discardRunFolder(args.store, folder);
    throw error;
  });
  const messages = await messagesOf(prepared, run, context);
  writeMessages(folder, messages);
  writeWhole(folder.reportFile, renderRunReport({ ...run, observations: { samples: run.samples, messages } }));
  return { run, folder };
}

/** Only the simulation can show the messages between its nodes. */
async function messagesOf(
  { plan, target, workload }: PreparedRun,
  { record, history }: FinishedRun,
  { console, signal }: CommandContext,
): Promise<readonly MessageWindow[]> {
  if (plan.request.environment !== 'sim' || record.interrupted) return [];
  if (record.verdict === 'invalid')
    console.status(`${target.name}: simulating again, for the messages of its findings`);
  return await traceMessages({ plan, target, workload, history, checks: record.checks, signal });
}

const PHASE_LINES = {
  main: 'running operations and faults',
  heal: 'healing',
  recovery: 'waiting for recovery',
  final: 'final reads',
} as const;

/** Exit code of a finished run; an interrupted one is 130 whatever was found. */
export function exitCodeOf({ record }: FinishedRun): number {
  if (record.interrupted) return EXIT_INTERRUPTED;
  const unhealed = record.faults.some((fault) => fault.heal === 'heal-failed');
  return combineExitCodes([exitCodeOfVerdict(record.verdict), ...(unhealed ? [EXIT_HARNESS] : [])]);
}

function rerunLines(plan: RunPlan, folder: RunFolder): { readonly symbolic: string; readonly exact: string } {
  const { target, modules } = plan.request;
  // A target that a program handed over has no name here: whoever repeats it says which module holds it.
  const isKnown = modules?.compose !== undefined || TARGET_NAMES.includes(target);
  const known = modules?.target ?? (isKnown ? target : 'TARGET_MODULE');
  const replay = `faultline run ${known} --replay ${folder.directory}`;
  return { symbolic: replay, exact: `${replay} --exact` };
}
