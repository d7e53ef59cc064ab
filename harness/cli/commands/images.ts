import { BASE_IMAGE, bootstrapBaseImage } from '../../environments/docker/bootstrap-base-image.ts';
import { connectDocker } from '../../environments/docker/dockerode-engine.ts';
import { resolveImage } from '../../environments/docker/image-resolution.ts';
import { TARGET_NAMES, loadTarget } from '../registry.ts';
import type { Command, CommandContext, OptionMap } from './command.ts';

interface ImagesArgs {
  readonly action: string;
  readonly json: boolean;
}

const OPTIONS: OptionMap = {
  action: {
    type: 'string',
    choices: ['list', 'build', 'bootstrap'],
    default: 'list',
    describe: `list: which images are here; build: make the missing ones; bootstrap: make ${BASE_IMAGE} from Debian's packages`,
  },
  json: { type: 'boolean', default: false, describe: 'print one JSON document on stdout' },
};

export const imagesCommand: Command<ImagesArgs> = {
  command: 'images [action]',
  describe: 'the images of the targets',
  options: OPTIONS,
  positionals: ['action'],
  run,
};

async function run(args: ImagesArgs, { console, signal }: CommandContext): Promise<number> {
  const engine = await connectDocker();
  const progress = (line: string): void => console.status(line);
  if (args.action === 'bootstrap') {
    const made = await bootstrapBaseImage(engine, progress, signal);
    if (args.json) console.printJson({ image: BASE_IMAGE, made });
    else console.print(`${BASE_IMAGE} ${made ? 'was made' : 'was here already'}`);
    return 0;
  }
  const targets = await Promise.all(TARGET_NAMES.map(loadTarget));
  const rows: ImageRow[] = [];
  for (const { name, docker } of targets) {
    if (docker === undefined) continue;
    if (args.action === 'build') await resolveImage(engine, docker, undefined, { progress, signal });
    rows.push({ target: name, image: docker.image, present: (await engine.image(docker.image)) !== undefined });
  }
  if (args.json) console.printJson(rows);
  else for (const row of rows) console.print(describe(row));
  return 0;
}

interface ImageRow {
  readonly target: string;
  readonly image: string;
  readonly present: boolean;
}

function describe({ target, image, present }: ImageRow): string {
  return `${target.padEnd(8)} ${image}${present ? '' : '  (not here; faultline images build makes it)'}`;
}
