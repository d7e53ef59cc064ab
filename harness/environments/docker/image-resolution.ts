import { createHash } from 'node:crypto';

import { HarnessError } from '../../kernel/harness-error.ts';
import type { ContainerFile, ContainerImage } from '../../kernel/target.ts';
import type { DockerEngine, ImageBuild, ImageState, Progress } from './engine.ts';

/** Names under this prefix never leave the machine: nobody else can publish what a target builds for itself. */
const LOCAL_PREFIX = 'localhost/';

export interface ResolvedImage {
  readonly name: string;
  readonly id: string;
  /** Where it came from this time. */
  readonly source: 'present' | 'pulled' | 'built';
}

/**
 * Finds the image of a target: present locally, else pulled, else built from the target's own Dockerfile. An image that
 * was built here from something else than what the target now says is built again.
 *
 * `userImage` takes the place of the target's image, and is never built. Rejects with a HarnessError of code `image`.
 */
export async function resolveImage(
  engine: DockerEngine,
  target: ContainerImage,
  userImage: string | undefined,
  options: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<ResolvedImage> {
  const name = userImage ?? target.image;
  const build = userImage === undefined ? await buildOf(target) : undefined;
  const present = await engine.image(name);
  const isStale = build !== undefined && present?.recipe !== undefined && present.recipe !== build.recipe;
  if (present !== undefined && !isStale) return { name, id: present.id, source: 'present' };
  if (!isStale && (await pull(engine, name, options))) {
    return { name, id: (await imagePresent(engine, name)).id, source: 'pulled' };
  }
  if (build === undefined) {
    throw new HarnessError('image', `image ${name} is neither present nor pullable: check its name, or load it first`);
  }
  await ensureBaseImages(engine, build, options);
  options.progress(`building image ${name}`);
  await engine.buildImage(name, build, options.progress, options.signal);
  return { name, id: (await imagePresent(engine, name)).id, source: 'built' };
}

async function pull(
  engine: DockerEngine,
  name: string,
  options: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<boolean> {
  if (name.startsWith(LOCAL_PREFIX)) return false;
  options.progress(`pulling image ${name}`);
  return engine.pullImage(name, (status) => options.progress(`pulling ${name}: ${status}`), options.signal);
}

async function imagePresent(engine: DockerEngine, name: string): Promise<ImageState> {
  const image = await engine.image(name);
  if (image === undefined) throw new HarnessError('image', `image ${name} vanished right after it was made`);
  return image;
}

async function buildOf(target: ContainerImage): Promise<ImageBuild | undefined> {
  if (target.dockerfile === undefined) return undefined;
  const context = (await target.context?.()) ?? [];
  const files: readonly ContainerFile[] = [{ path: 'Dockerfile', content: target.dockerfile }, ...context];
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${file.path}\0${file.mode ?? ''}\0`).update(createHash('sha256').update(file.content).digest());
  }
  return { files, recipe: hash.digest('hex') };
}

/** The engine would pull a base image by itself, but says little when it cannot: look first. */
async function ensureBaseImages(
  engine: DockerEngine,
  build: ImageBuild,
  options: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<void> {
  for (const base of baseImages(build)) {
    if ((await engine.image(base)) !== undefined || (await pull(engine, base, options))) continue;
    throw new HarnessError(
      'image',
      `base image ${base} is neither present nor pullable here: make it with faultline images bootstrap`,
    );
  }
}

function baseImages(build: ImageBuild): readonly string[] {
  const text = Buffer.from(build.files[0]?.content ?? '').toString('utf8');
  const stages = [...text.matchAll(/^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/gim)];
  const named = new Set(stages.flatMap((stage) => stage[2] ?? []));
  return stages.flatMap((stage) => stage[1] ?? []).filter((base) => base !== 'scratch' && !named.has(base));
}
