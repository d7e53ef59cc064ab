import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { renderRunReport } from '../../../reports/index.ts';
import { readHistoryFile } from '../../history/index.ts';
import type { NodeId } from '../../kernel/node.ts';
import { readObservations } from '../../store/run-observations.ts';
import { readRunRecord, runFolder, writeWhole } from '../../store/run-folder.ts';
import type { Command, CommandContext, OptionMap } from './command.ts';

interface ReportArgs {
  readonly run: string;
  readonly out: string | undefined;
}

const OPTIONS: OptionMap = {
  run: { type: 'string', demandOption: true, describe: 'run folder' },
  out: { type: 'string', describe: "where to write the report (default: the run's report.html)" },
};

export const reportCommand: Command<ReportArgs> = {
  command: 'report <run>',
  describe: 'write the HTML report of a stored run again',
  options: OPTIONS,
  positionals: ['run'],
  run,
};

async function run(args: ReportArgs, { console }: CommandContext): Promise<number> {
  const folder = runFolder(args.run);
  const record = readRunRecord(folder.directory);
  const { history } = readHistoryFile(folder.historyFile);
  const file = args.out ?? folder.reportFile;
  const logs = readLogs(folder.logsDirectory);
  writeWhole(file, renderRunReport({ record, history, logs, observations: readObservations(folder.directory) }));
  console.print(file);
  return 0;
}

/** Logs that a run kept; none where the folder is gone. */
export function readLogs(directory: string): ReadonlyMap<NodeId, string> {
  const logs = new Map<NodeId, string>();
  try {
    for (const file of readdirSync(directory)) {
      if (file.endsWith('.log'))
        logs.set(file.slice(0, -'.log'.length), readFileSync(path.join(directory, file), 'utf8'));
    }
  } catch {
    // A report without logs is better than none.
  }
  return logs;
}
