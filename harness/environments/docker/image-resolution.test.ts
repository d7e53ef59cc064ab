import { describe, expect, test } from 'vitest';
import type { DockerTarget } from '../../kernel/target.ts';
import type { DockerEngine, ImageState } from './engine.ts';
import { resolveImage } from './image-resolution.ts';

/** Images by name; what is pulled and built is told in order. */
function engineWith(images: Map<string, ImageState>, pullable: readonly string[], told: string[]): DockerEngine {
  const engine: Partial<DockerEngine> = {
    image: async (name) => images.get(name),
    async pullImage(name) {
      told.push(`pull ${name}`);
      if (pullable.includes(name)) images.set(name, { id: `pulled ${name}`, recipe: undefined });
      return pullable.includes(name);
    },
    async buildImage(name, { recipe }) {
      told.push(`build ${name}`);
      images.set(name, { id: `built ${name}`, recipe });
    },
  };
  return engine as DockerEngine;
}

function targetOf(dockerfile?: string): DockerTarget {
  return {
    image: 'localhost/ours:1',
    ...(dockerfile !== undefined && { dockerfile }),
    container: () => ({ command: [], environment: {}, files: [] }),
    clientPort: 1,
    peerPort: 2,
    dataPaths: [],
    ready: async () => ({ ready: true }),
    openClient: () => Promise.reject(new Error('not here')),
  };
}

const options = { progress: () => undefined, signal: new AbortController().signal };
const IMAGE: ImageState = { id: 'sha256:1', recipe: undefined };

describe('the image of a target', () => {
  test('that is present is taken', async () => {
    const told: string[] = [];
    const engine = engineWith(new Map([['localhost/ours:1', IMAGE]]), [], told);
    expect(await resolveImage(engine, targetOf('FROM base'), undefined, options)).toMatchObject({ source: 'present' });
    expect(told).toEqual([]);
  });

  test('of our own name is never pulled, but built on a base that may be', async () => {
    const told: string[] = [];
    const engine = engineWith(new Map(), ['base', 'other:2'], told);
    const dockerfile = 'FROM --platform=linux/amd64 base AS first\nFROM other:2\nCOPY --from=first /a /a\nFROM first\n';
    expect(await resolveImage(engine, targetOf(dockerfile), undefined, options)).toEqual({
      name: 'localhost/ours:1',
      id: 'built localhost/ours:1',
      source: 'built',
    });
    expect(told).toEqual(['pull base', 'pull other:2', 'build localhost/ours:1']);
  });

  test('that was built from another recipe is built again', async () => {
    const told: string[] = [];
    const images = new Map([['base', IMAGE]]);
    const engine = engineWith(images, [], told);
    await resolveImage(engine, targetOf('FROM base'), undefined, options);
    expect((await resolveImage(engine, targetOf('FROM base'), undefined, options)).source).toBe('present');
    expect((await resolveImage(engine, targetOf('FROM base\n'), undefined, options)).source).toBe('built');
    expect(told).toEqual(['build localhost/ours:1', 'build localhost/ours:1']);
  });

  test('whose base is nowhere is refused before anything is built', async () => {
    const told: string[] = [];
    const refused = resolveImage(engineWith(new Map(), [], told), targetOf('FROM base'), undefined, options);
    await expect(refused).rejects.toMatchObject({
      code: 'image',
      message: expect.stringContaining('base image base is neither present nor pullable'),
    });
    expect(told).toEqual(['pull base']);
  });

  test("that the user names takes the target's place, is pulled, and never built", async () => {
    const told: string[] = [];
    const engine = engineWith(new Map([['base', IMAGE]]), ['mine:3'], told);
    expect(await resolveImage(engine, targetOf('FROM base'), 'mine:3', options)).toMatchObject({
      name: 'mine:3',
      source: 'pulled',
    });
    await expect(resolveImage(engine, targetOf('FROM base'), 'other:1', options)).rejects.toMatchObject({
      code: 'image',
    });
    expect(told).toEqual(['pull mine:3', 'pull other:1']);
  });
});
