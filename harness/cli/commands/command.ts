import type { Argv, CommandModule, Options } from 'yargs';
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
        run: (context) => command.run(args as unknown as Args, context),
        json: args['json'] === true,
        healsOnInterrupt: command.healsOnInterrupt === true,
      });
    },
  };
}

function declare<Args>(yargs: Argv, command: Command<Args>): Argv {
  let declared = command.epilogue === undefined ? yargs : yargs.epilogue(command.epilogue);
  for (const [name, given] of Object.entries<Options>(command.options)) {
    const options =
      given.type === 'string' && given.array !== true
        ? { coerce: onlyOnce(name, given.requiresArg !== false), ...given }
        : given;
    if ((command.positionals as readonly string[]).includes(name)) {
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
    const one: unknown = Array.isArray(value) ? value.at(-1) : value;
    if (
      typeof one !== 'number' ||
      !Number.isFinite(one) ||
      one < least ||
      one > most ||
      (options.whole === true && !Number.isInteger(one))
    ) {
      const range = typeof one === 'number' && one > most ? `of at most ${most}` : `of at least ${least}`;
      throw new Error(
        `--${name} expects a ${options.whole === true ? 'whole ' : ''}number ${range}, got ${String(one)}`,
      );
    }
    return one;
  };
}

/**
 * Refuses a text option that was given more than once: which one was meant is anybody's guess. And one without text, which
 * is what an unset variable of a shell leaves, unless the option may stand alone.
 */
function onlyOnce(name: string, needsText: boolean): (value: unknown) => unknown {
  return (value) => {
    if (needsText && typeof value === 'string' && value.trim() === '') {
      throw new Error(`--${name} expects a text, got an empty one`);
    }
    if (!Array.isArray(value)) return value;
    throw new Error(`--${name} was given ${value.length} times, expected once`);
  };
}
