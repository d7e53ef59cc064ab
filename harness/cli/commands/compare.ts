import { HarnessError } from '../../kernel/harness-error.ts';
import { compareRuns } from '../compare-runs.ts';
import { EXIT_INTERRUPTED } from '../exit-codes.ts';
import { RUN_OPTIONS, type RunOptionValues } from '../run-options.ts';
import { runDocument } from '../run-summary.ts';
import { prepareSharedRuns } from '../shared-runs.ts';
import { TARGET_NAMES } from '../registry.ts';
import type { Command, CommandContext, OptionMap } from './command.ts';
import { exitCodeOfPromises } from './quickstart.ts';
import { argumentsOf } from './run.ts';

interface CompareArgs extends Omit<RunOptionValues, 'workload'> {
  readonly targets: readonly string[];
  readonly workload: string;
}

const { workload: _one, mutant: _bug, ...SHARED_OPTIONS } = RUN_OPTIONS;

const OPTIONS: OptionMap = {
  targets: { type: 'string', array: true, describe: `systems to compare: ${TARGET_NAMES.join(', ')}` },
  workload: {
    type: 'string',
    default: 'register,set',
    describe: 'workloads, comma-separated, each run on every system',
  },
  ...SHARED_OPTIONS,
};

export const compareCommand: Command<CompareArgs> = {
  command: 'compare <targets..>',
  describe: 'take several systems through the same faults and show them side by side',
  options: OPTIONS,
  positionals: ['targets'],
  healsOnInterrupt: true,
  run,
};

async function run(args: CompareArgs, context: CommandContext): Promise<number> {
  const { console } = context;
  if (new Set(args.targets).size < 2)
    throw new HarnessError('usage', 'expected at least two different targets to compare');
  const runs = await prepareSharedRuns({
    ...argumentsOf({ ...args, mutant: undefined }),
    targets: args.targets,
    workloads: args.workload.split(',').map((name) => name.trim()),
  });
  const comparison = await compareRuns(runs, args, 'compare', context);
  if (args.json) {
    console.printJson({
      report: comparison.reportFile,
      runs: comparison.entries.map(({ record }, index) => ({
        target: record.request.target,
        workload: record.request.workload,
        promise: comparison.outcomes[index],
        ...(runDocument(record, comparison.runDirs[index] ?? '') as object),
      })),
    });
  } else {
    console.print(comparison.table);
    console.print(comparison.reportFile);
  }
  return context.signal.aborted ? EXIT_INTERRUPTED : exitCodeOfPromises(comparison.outcomes);
}
