import type { Argv, CommandModule, Options } from 'yargs';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { Console } from '../console.ts';

/** What every command gets besides its arguments. */
export interface CommandContext {
  readonly console: Console;
  /** Aborted on Ctrl-C and on a request to terminate. */
  readonly signal: AbortSignal;
  /** The arguments as they were typed. */
  readonly argv: readonly string[];
}

export type OptionMap = Readonly<Record<string, Options>>;

/**
 * One command: its arguments, and what it does. `Args` has a member for every declared option, by the same name. Returns
 * the exit code; throws HarnessErrors, which become one line each.
 */
export interface Command<Args> {
  /** yargs' syntax: `run <target>`. */
  readonly command: string;
  readonly describe: string;
  readonly options: OptionMap;
  /** Names among the options that are given by place. */
  readonly positionals: readonly (keyof Args & string)[];
  /** What help says below the options. */
  readonly epilogue?: string;
  /** True where an interrupt is answered by healing and ending in order. Others end at once. */
  readonly healsOnInterrupt?: boolean;
  readonly run: (args: Args, context: CommandContext) => Promise<number>;
}

/** A command that yargs found, with its arguments filled in. */
export interface StartedCommand {
  readonly run: (context: CommandContext) => Promise<number>;
  readonly json: boolean;
  readonly healsOnInterrupt: boolean;
}

/** Makes yargs carry out a command; `started` receives what is to be run. */
export function moduleOf<Args>(command: Command<Args>, started: (started: StartedCommand) => void): CommandModule {
  return {
    command: command.command,
    describe: command.describe,
    builder: (yargs) => declare(yargs, command),
    handler: (args) => {
      // yargs has filled in and checked exactly the declared options; its types do not carry that through a map.
      started({
        run: async (context) => {
          refuseRepeatedSwitches(command, context.argv);
          return await command.run(args as unknown as Args, context);
        },
        json: args['json'] === true,
        healsOnInterrupt: command.healsOnInterrupt === true,
      });
    },
  };
}

/** What yargs lets pass: a switch given twice (the last would count), and an argument given by name besides its place. */
function refuseRepeatedSwitches<Args>({ command, options, positionals }: Command<Args>, argv: readonly string[]): void {
  const ends = argv.indexOf('--');
  const words = ends === -1 ? argv : argv.slice(0, ends);
  const count = (name: string): number =>
    words.filter((word) => [`--${name}`, `--no-${name}`].includes(word.replace(/=.*$/s, ''))).length;
  const named = positionals.find((name) => count(name) > 0);
  if (named !== undefined) {
    const hint = `it is given by its place: faultline ${command}`;
    throw new HarnessError('usage', `faultline ${command.replace(/ .*$/s, '')} has no option --${named}; ${hint}`);
  }
  const repeated = Object.keys(options).find((name) => options[name]?.type === 'boolean' && count(name) > 1);
  if (repeated === undefined) return;
  throw new HarnessError('usage', `--${repeated} was given ${count(repeated)} times, expected once`);
}

function declare<Args>(yargs: Argv, command: Command<Args>): Argv {
  let declared = command.epilogue === undefined ? yargs : yargs.epilogue(command.epilogue);
  for (const [name, given] of Object.entries<Options>(command.options)) {
    const isPositional = (command.positionals as readonly string[]).includes(name);
    const options =
      given.array === true
        ? given
        : { ...given, coerce: onlyOnce(isPositional ? name.toUpperCase() : `--${name}`, given) };
    if (isPositional) {
      const { type, ...rest } = options;
      declared = declared.positional(name, {
        ...(rest as object),
        ...(type === 'string' || type === 'number' || type === 'boolean' ? { type } : {}),
      });
    } else {
      declared = declared.option(
        name,
        options.type === 'array' ? options : { requiresArg: options.type !== 'boolean', ...options },
      );
    }
  }
  return declared;
}

/** Coerces a number option and refuses what is not a number from `least` to `most`. */
export function atLeast(
  name: string,
  least: number,
  options: { readonly whole?: boolean; readonly most?: number } = {},
): (value: unknown) => number | undefined {
  const { most = 1e9 } = options;
  return (value) => {
    if (value === undefined) return undefined;
    if (
      typeof value !== 'number' ||
      !Number.isFinite(value) ||
      value < least ||
      value > most ||
      (options.whole === true && !Number.isInteger(value))
    ) {
      const range = typeof value === 'number' && value > most ? `of at most ${most}` : `of at least ${least}`;
      const got = typeof value === 'number' ? String(value) : JSON.stringify(value);
      throw new Error(`--${name} expects a ${options.whole === true ? 'whole ' : ''}number ${range}, got ${got}`);
    }
    return value;
  };
}

/**
 * Refuses an option that was given more than once: which one was meant is anybody's guess. And a text without text, which
 * is what an unset variable of a shell leaves, unless the option may stand alone. `called`: what messages call it.
 */
function onlyOnce(called: string, { type, requiresArg, coerce }: Options): (value: unknown) => unknown {
  return (value) => {
    if (Array.isArray(value)) throw new Error(`${called} was given ${value.length} times, expected once`);
    if (type === 'string' && requiresArg !== false && typeof value === 'string' && value.trim() === '') {
      throw new Error(`${called} expects a text, got an empty one`);
    }
    return coerce === undefined ? value : (coerce(value) as unknown);
  };
}
