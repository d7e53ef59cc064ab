import { cleanLeftovers } from '../../agent/clean-leftovers.ts';
import { connectDocker } from '../../environments/docker/dockerode-engine.ts';
import { printable } from '../console.ts';
import { EXIT_HARNESS, EXIT_VALID } from '../exit-codes.ts';
import type { Command, CommandContext, OptionMap } from './command.ts';

interface CleanArgs {
  readonly json: boolean;
}

const OPTIONS: OptionMap = {
  json: { type: 'boolean', default: false, describe: 'print one JSON document on stdout' },
};

export const cleanCommand: Command<CleanArgs> = {
  command: 'clean',
  describe: 'heal and remove everything that dead runs left: skewed clocks, rules, containers, networks',
  options: OPTIONS,
  positionals: [],
  run,
};

async function run(args: CleanArgs, { console }: CommandContext): Promise<number> {
  // Without an engine nothing can be looked at: say so as every other command does.
  const engine = await connectDocker();
  await engine.version();
  const report = await cleanLeftovers();
  const removed = Object.entries(report.removed).map(([what, count]) => `${count} ${what}${count === 1 ? '' : 's'}`);
  if (args.json) console.printJson(report);
  else {
    console.print(`healed ${report.healedRuns.length} runs, removed ${removed.join(', ')}`);
    if (report.liveRuns.length > 0) console.print(`left alone, still running: ${report.liveRuns.join(', ')}`);
  }
  for (const error of report.errors) console.note(`faultline: ${printable(error)}`);
  return report.errors.length === 0 ? EXIT_VALID : EXIT_HARNESS;
}
