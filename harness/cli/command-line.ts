import yargs, { type CommandModule } from 'yargs';
import { isHarnessError } from '../kernel/harness-error.ts';
import { campaignCommand } from './commands/campaign.ts';
import { checkCommand } from './commands/check.ts';
import { compareCommand } from './commands/compare.ts';
import { cleanCommand } from './commands/clean.ts';
import { moduleOf, type StartedCommand } from './commands/command.ts';
import { doctorCommand } from './commands/doctor.ts';
import { imagesCommand } from './commands/images.ts';
import { initCommand } from './commands/init.ts';
import { listCommand } from './commands/list.ts';
import { mergeCommand } from './commands/merge.ts';
import { quickstartCommand } from './commands/quickstart.ts';
import { reportCommand } from './commands/report.ts';
import { runCommand } from './commands/run.ts';
import { serveCommand } from './commands/serve.ts';
import { createConsole, printable, type Console, type OutputStreams } from './console.ts';
import { explainArguments } from './explain-arguments.ts';
import { EXIT_HARNESS, EXIT_INTERRUPTED, EXIT_USAGE, EXIT_VALID, exitCodeOfError } from './exit-codes.ts';
import { faultlineVersion } from './version.ts';

/** Every command, in the order in which help lists them. */
const COMMANDS: readonly ((started: (command: StartedCommand) => void) => CommandModule)[] = [
  (started) => moduleOf(runCommand, started),
  (started) => moduleOf(campaignCommand, started),
  (started) => moduleOf(mergeCommand, started),
  (started) => moduleOf(checkCommand, started),
  (started) => moduleOf(initCommand, started),
  (started) => moduleOf(reportCommand, started),
  (started) => moduleOf(listCommand, started),
  (started) => moduleOf(serveCommand, started),
  (started) => moduleOf(doctorCommand, started),
  (started) => moduleOf(cleanCommand, started),
  (started) => moduleOf(imagesCommand, started),
  (started) => moduleOf(compareCommand, started),
  (started) => moduleOf(quickstartCommand, started),
];

/** Carries out a command line and returns its exit code. Never rejects. */
export async function runCommandLine(argv: readonly string[], streams: OutputStreams = process): Promise<number> {
  let started: StartedCommand | undefined;
  const start = (command: StartedCommand): void => {
    started = command;
  };
  const commands = COMMANDS.map((makeModule) => makeModule(start));
  const parser = yargs([...argv])
    .scriptName('faultline')
    .usage('$0 <command>\n\nDrives a cluster through faults and judges what it answered.')
    .command(commands)
    // What yargs says is read below, whatever language the user speaks.
    .detectLocale(false)
    .demandCommand(1, 'expected a command; see faultline --help')
    .recommendCommands()
    .strict()
    .version(faultlineVersion())
    .help()
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    });
  try {
    await parser.parseAsync();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const usages = commands.flatMap(({ command }) => command ?? []);
    streams.stderr.write(`faultline: ${printable(explainArguments(message, argv, usages))}\n`);
    return EXIT_USAGE;
  }
  // Help and version were printed by yargs.
  if (started === undefined) return EXIT_VALID;
  return await execute(started, argv, createConsole({ json: started.json, streams }), streams);
}

/** What yargs says about arguments. */
class UsageError extends Error {}

async function execute(
  command: StartedCommand,
  argv: readonly string[],
  console: Console,
  streams: OutputStreams,
): Promise<number> {
  const interrupt = new AbortController();
  const onSignal = (): void => {
    // Asked twice, or nothing to put in order: end now. The fault agent heals whatever is still on by itself.
    if (interrupt.signal.aborted || !command.healsOnInterrupt) process.exit(EXIT_INTERRUPTED);
    console.note('interrupted: healing, then checking what was recorded');
    interrupt.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    return await command.run({ console, signal: interrupt.signal, argv });
  } catch (error) {
    console.end();
    if (interrupt.signal.aborted && !isHarnessError(error)) return EXIT_INTERRUPTED;
    return report(error, streams);
  } finally {
    console.end();
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

function report(error: unknown, { stderr }: OutputStreams): number {
  if (isHarnessError(error)) {
    stderr.write(`faultline: ${printable(error.message)}\n`);
    if (error.detail !== undefined) stderr.write(`${printable(error.detail, { multiline: true }).trimEnd()}\n`);
    return exitCodeOfError(error.code);
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(`faultline: internal error, please report it:\n${stack}\n`);
  return EXIT_HARNESS;
}
