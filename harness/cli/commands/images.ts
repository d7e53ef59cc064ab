import { BASE_IMAGE, bootstrapBaseImage } from '../../environments/docker/bootstrap-base-image.ts';
import { connectDocker } from '../../environments/docker/dockerode-engine.ts';
import { resolveImage } from '../../environments/docker/image-resolution.ts';
import type { Target } from '../../kernel/target.ts';
import { TARGET_NAMES, loadTarget } from '../registry.ts';
import type { Command, CommandContext, OptionMap } from './command.ts';

interface ImagesArgs {
  readonly action: string;
}

const OPTIONS: OptionMap = {
  action: {
    type: 'string',
    choices: ['list', 'build', 'bootstrap'],
    default: 'list',
    describe: `list: which images are here; build: make the missing ones; bootstrap: make ${BASE_IMAGE} from Debian's packages`,
  },
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
    console.print(`${BASE_IMAGE} ${made ? 'was made' : 'was here already'}`);
    return 0;
  }
  const targets = await Promise.all(TARGET_NAMES.map(loadTarget));
  for (const target of targets) {
    const image = target.docker?.image;
    if (target.docker === undefined || image === undefined) continue;
    if (args.action === 'build') await resolveImage(engine, target.docker, undefined, { progress, signal });
    const present = (await engine.image(image)) !== undefined;
    console.print(`${describe(target, image)}${present ? '' : '  (not here; faultline images build makes it)'}`);
  }
  return 0;
}

function describe(target: Target, image: string): string {
  return `${target.name.padEnd(8)} ${image}`;
}
