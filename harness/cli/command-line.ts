import yargs, { type CommandModule } from 'yargs';
import { isHarnessError } from '../kernel/harness-error.ts';
import { moduleOf, type Command, type StartedCommand } from './commands/command.ts';
import { createConsole, printable, type Console, type OutputStreams } from './console.ts';
import { explainArguments } from './explain-arguments.ts';
import { EXIT_HARNESS, EXIT_INTERRUPTED, EXIT_USAGE, EXIT_VALID, exitCodeOfError } from './exit-codes.ts';
import { faultlineVersion } from './version.ts';

/** Makes yargs carry out a command; `started` receives what is to be run. */
type MakeModule = (started: (command: StartedCommand) => void) => CommandModule;

function making<Args>(command: Command<Args>): MakeModule {
  return (started) => moduleOf(command, started);
}

/** Every command, in the order in which help lists them. Loaded when asked for: all of them take three times as long as one. */
const COMMANDS: ReadonlyMap<string, () => Promise<MakeModule>> = new Map([
  ['run', async () => making((await import('./commands/run.ts')).runCommand)],
  ['campaign', async () => making((await import('./commands/campaign.ts')).campaignCommand)],
  ['merge', async () => making((await import('./commands/merge.ts')).mergeCommand)],
  ['check', async () => making((await import('./commands/check.ts')).checkCommand)],
  ['init', async () => making((await import('./commands/init.ts')).initCommand)],
  ['report', async () => making((await import('./commands/report.ts')).reportCommand)],
  ['list', async () => making((await import('./commands/list.ts')).listCommand)],
  ['serve', async () => making((await import('./commands/serve.ts')).serveCommand)],
  ['doctor', async () => making((await import('./commands/doctor.ts')).doctorCommand)],
  ['clean', async () => making((await import('./commands/clean.ts')).cleanCommand)],
  ['images', async () => making((await import('./commands/images.ts')).imagesCommand)],
  ['compare', async () => making((await import('./commands/compare.ts')).compareCommand)],
  ['quickstart', async () => making((await import('./commands/quickstart.ts')).quickstartCommand)],
]);

/** The command that is asked for in the first place; all of them where none is, for help and for what is misspelt. */
async function commandsFor(argv: readonly string[]): Promise<readonly MakeModule[]> {
  const asked = COMMANDS.get(argv[0] ?? '');
  return Promise.all(asked === undefined ? [...COMMANDS.values()].map((load) => load()) : [asked()]);
}

/** Carries out a command line and returns its exit code. Never rejects. */
export async function runCommandLine(argv: readonly string[], streams: OutputStreams = process): Promise<number> {
  let started: StartedCommand | undefined;
  const start = (command: StartedCommand): void => {
    started = command;
  };
  let commands: readonly CommandModule[];
  try {
    commands = (await commandsFor(argv)).map((makeModule) => makeModule(start));
  } catch (error) {
    return report(error, streams);
  }
  const parser = yargs([...argv])
    .scriptName('faultline')
    .usage('$0 <command>\n\nDrives a cluster through faults and judges what it answered.')
    .command([...commands])
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
