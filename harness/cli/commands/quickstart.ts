import { DEFAULT_STORE } from '../../store/run-folder.ts';
import { compareRuns } from '../compare-runs.ts';
import { printable } from '../console.ts';
import { EXIT_INTERRUPTED, EXIT_INVALID, EXIT_UNKNOWN, EXIT_VALID } from '../exit-codes.ts';
import type { PromiseOutcome } from '../promise.ts';
import { prepareSharedRuns } from '../shared-runs.ts';
import type { Command, CommandContext, OptionMap } from './command.ts';

interface QuickstartArgs {
  readonly seed: string;
  readonly store: string;
}

const OPTIONS: OptionMap = {
  seed: { type: 'string', default: '1', describe: 'decides operations and faults' },
  store: { type: 'string', default: DEFAULT_STORE, describe: 'folder that keeps the runs' },
};

export const quickstartCommand: Command<QuickstartArgs> = {
  command: 'quickstart',
  describe: 'take a strong and an eventual system through the same faults in simulation and compare them',
  options: OPTIONS,
  positionals: [],
  healsOnInterrupt: true,
  run,
};

async function run(args: QuickstartArgs, context: CommandContext): Promise<number> {
  const { console } = context;
  const runs = await prepareSharedRuns({
    targets: ['raft', 'gossip'],
    workloads: ['register'],
    env: 'sim',
    nodes: 5,
    faults: 'partition,kill,clock',
    tempo: 'steady',
    timeLimitS: 60,
    seed: args.seed,
    concurrency: 10,
    ratePerSecond: 200,
    opTimeoutMs: 1000,
    keys: 4,
    opsPerKey: 200,
    variant: undefined,
    mutant: undefined,
    image: undefined,
    clockMechanism: undefined,
    settings: [],
  });
  const limits = { level: undefined, 'ready-timeout': 60, 'check-time-limit': 60, 'check-memory-limit': 2048 };
  const comparison = await compareRuns(runs, { store: args.store, ...limits }, 'quickstart', context);
  console.print(comparison.table);
  console.print('');
  comparison.entries.forEach(({ record }, index) => {
    const outcome = comparison.outcomes[index];
    console.print(
      `${record.request.target}: promise ${outcome?.outcome ?? 'unclear'}: ${printable(outcome?.why ?? '')}`,
    );
  });
  console.print(comparison.reportFile);
  return context.signal.aborted ? EXIT_INTERRUPTED : exitCodeOfPromises(comparison.outcomes);
}

/** 0 when every system did what it promises, 1 when one did not, 2 when one could not be told. */
export function exitCodeOfPromises(outcomes: readonly PromiseOutcome[]): number {
  if (outcomes.some(({ outcome }) => outcome === 'broken')) return EXIT_INVALID;
  if (outcomes.some(({ outcome }) => outcome === 'unclear')) return EXIT_UNKNOWN;
  return EXIT_VALID;
}
