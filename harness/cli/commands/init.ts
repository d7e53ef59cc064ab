import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HarnessError } from '../../kernel/harness-error.ts';
import { EXIT_VALID } from '../exit-codes.ts';
import { packageRoot } from '../version.ts';
import type { Command, CommandContext, OptionMap } from './command.ts';

interface InitArgs {
  readonly dir: string;
  readonly template: string;
  readonly json: boolean;
}

/** Folders of the examples that make a template, the later over the earlier. What is shown and tested is what is written. */
const TEMPLATES: Readonly<Record<string, { readonly folders: readonly string[]; readonly run: string }>> = {
  process: { folders: ['kv-store'], run: 'faultline run ./target.ts --workload ./workload.ts --time-limit 10' },
  docker: {
    folders: ['kv-store', 'kv-store-docker'],
    run: 'faultline run ./target.ts --workload ./workload.ts --env docker --time-limit 20',
  },
  compose: {
    folders: ['etcd-compose'],
    run: 'faultline run --compose docker-compose.yml --client ./client.ts --time-limit 20',
  },
};

const OPTIONS: OptionMap = {
  dir: { type: 'string', default: '.', describe: 'folder to write to; made where it is not there' },
  template: {
    type: 'string',
    default: 'process',
    describe: 'process: nodes are local processes; docker: containers as well; compose: a compose file that is there',
  },
  json: { type: 'boolean', default: false, describe: 'print one JSON document on stdout' },
};

export const initCommand: Command<InitArgs> = {
  command: 'init [dir]',
  describe: 'write a small service with its target, workload, campaign and test, to start from',
  options: OPTIONS,
  positionals: ['dir'],
  run: init,
};

function init({ dir, template, json }: InitArgs, { console }: CommandContext): Promise<number> {
  const chosen = Object.hasOwn(TEMPLATES, template) ? TEMPLATES[template] : undefined;
  if (chosen === undefined) {
    const names = Object.keys(TEMPLATES).join(', ');
    throw new HarnessError('usage', `unknown template ${JSON.stringify(template)}; expected one of ${names}`);
  }
  const files = templateFiles(chosen.folders, dir);
  const present = [...files.keys()].find((name) => existsSync(path.join(dir, name)));
  if (present !== undefined) {
    throw new HarnessError('usage', `${path.join(dir, present)} is there already, and init overwrites nothing`);
  }
  try {
    mkdirSync(dir, { recursive: true });
    for (const [name, text] of files) writeFileSync(path.join(dir, name), text, { flag: 'wx' });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HarnessError('usage', `${dir} cannot be written to: ${why}`, { cause: error });
  }
  const next = [...(path.resolve(dir) === process.cwd() ? [] : [`cd ${dir}`]), chosen.run];
  if (json) console.printJson({ files: [...files.keys()], next });
  else console.print([`wrote ${[...files.keys()].join(', ')}`, 'next:', ...next.map((line) => `  ${line}`)].join('\n'));
  return Promise.resolve(EXIT_VALID);
}

function templateFiles(folders: readonly string[], dir: string): ReadonlyMap<string, string> {
  const root = packageRoot();
  const files = new Map<string, string>();
  for (const folder of folders) {
    const source = path.join(root, 'docs', 'examples', folder);
    for (const entry of readdirSync(source, { withFileTypes: true })) {
      // What trying an example out leaves there is no part of it.
      if (!entry.isFile() || entry.name === 'package-lock.json') continue;
      files.set(entry.name, readFileSync(path.join(source, entry.name), 'utf8'));
    }
  }
  const manifest = files.get('package.json');
  if (manifest !== undefined) files.set('package.json', manifest.replace('file:../../..', dependency(root, dir)));
  return files;
}

/** How the written project gets Faultline: by version where this one was installed, else from the folder that it runs from. */
function dependency(root: string, dir: string): string {
  if (!root.split(path.sep).includes('node_modules')) return `file:${path.relative(path.resolve(dir), root)}`;
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { readonly version: string };
  return `^${version}`;
}
