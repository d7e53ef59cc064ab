import { serveStore } from '../../server/serve-store.ts';
import { DEFAULT_STORE } from '../../store/run-folder.ts';
import type { Command, CommandContext, OptionMap } from './command.ts';

interface ServeArgs {
  readonly store: string;
  readonly port: number;
  readonly json: boolean;
}

const OPTIONS: OptionMap = {
  store: { type: 'string', default: DEFAULT_STORE, describe: 'folder that keeps the runs' },
  port: { type: 'number', default: 0, coerce: portNumber, describe: 'port on 127.0.0.1; 0 takes a free one' },
  json: { type: 'boolean', default: false, describe: 'print one JSON document with the URL' },
};

export const serveCommand: Command<ServeArgs> = {
  command: 'serve',
  describe: 'show the stored runs and campaigns in a browser on this machine',
  options: OPTIONS,
  positionals: [],
  run,
};

async function run(args: ServeArgs, { console }: CommandContext): Promise<number> {
  const server = await serveStore(args.store, args.port);
  if (args.json) {
    console.printJson({ url: server.url, port: server.port, store: args.store });
  } else {
    console.print(`serving ${args.store} to this machine only; Ctrl-C ends it`);
    console.print(server.url);
  }
  // An interrupt ends the process: there is nothing to put in order.
  return await new Promise<never>(() => undefined);
}

function portNumber(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new Error(`--port expects a port number from 0 to 65535, got ${String(value)}`);
}
