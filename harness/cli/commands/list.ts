import path from 'node:path';
import { DEFAULT_STORE, listRunFolders, readRunRecord } from '../../store/run-folder.ts';
import { isHarnessError } from '../../kernel/harness-error.ts';
import { TARGET_NAMES, WORKLOAD_NAMES, loadTarget, loadWorkload } from '../registry.ts';
import type { Command, CommandContext, OptionMap } from './command.ts';

interface ListArgs {
  readonly what: string;
  readonly store: string;
  readonly json: boolean;
}

const OPTIONS: OptionMap = {
  what: { type: 'string', choices: ['runs', 'targets', 'workloads'], default: 'runs', describe: 'what to list' },
  store: { type: 'string', default: DEFAULT_STORE, describe: 'folder that keeps the runs' },
  json: { type: 'boolean', default: false, describe: 'print one JSON document' },
};

export const listCommand: Command<ListArgs> = {
  command: 'list [what]',
  describe: 'list stored runs, targets or workloads',
  options: OPTIONS,
  positionals: ['what'],
  run,
};

async function run(args: ListArgs, { console }: CommandContext): Promise<number> {
  const rows = await rowsOf(args.what, args.store);
  if (args.json) console.printJson(rows);
  else
    console.print(
      rows.length === 0 ? `no runs in ${args.store}` : rows.map((row) => Object.values(row).join('  ')).join('\n'),
    );
  return 0;
}

async function rowsOf(what: string, store: string): Promise<readonly Readonly<Record<string, string>>[]> {
  switch (what) {
    case 'targets':
      return await Promise.all(
        TARGET_NAMES.map(async (name) => {
          const target = await loadTarget(name);
          const environments = [target.sim && 'sim', target.docker && 'docker'].filter(Boolean).join(', ');
          const offers = Object.entries(target.offers).map(([workload, ops]) => `${workload} (${ops.join(', ')})`);
          return { name, environments, workloads: offers.join('; '), description: target.description };
        }),
      );
    case 'workloads':
      return await Promise.all(
        WORKLOAD_NAMES.map(async (name) => ({ name, description: (await loadWorkload(name)).description })),
      );
    default:
      return listRunFolders(store).map(({ directory }) => runRow(directory));
  }
}

function runRow(directory: string): Readonly<Record<string, string>> {
  try {
    const { startedAt, verdict, request } = readRunRecord(directory);
    return {
      startedAt,
      verdict,
      run: `${request.target} ${request.workload} ${request.environment}`,
      seed: request.seed,
      directory,
    };
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    return { startedAt: '', verdict: 'unfinished', run: path.basename(path.dirname(directory)), seed: '', directory };
  }
}
