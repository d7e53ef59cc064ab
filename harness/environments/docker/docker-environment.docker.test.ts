import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { target as etcd } from '../../../targets/etcd/index.ts';
import type { ClusterRequest } from '../../kernel/environment.ts';
import type { HarnessError } from '../../kernel/harness-error.ts';
import { nodeNames } from '../../kernel/node.ts';
import { randomOf } from '../../kernel/random.ts';
import type { DockerTarget, Target } from '../../kernel/target.ts';
import { ClusterDriver } from '../testing/cluster-driver.ts';
import { dockerEngineAvailable } from '../testing/docker-engine-available.ts';
import { BASE_IMAGE } from './bootstrap-base-image.ts';
import { dockerEnvironment } from './docker-environment.ts';
import { connectDocker } from './dockerode-engine.ts';
import { resolveImage } from './image-resolution.ts';

const never = new AbortController().signal;
let runCount = 0;

function request(target: Target, change: Partial<ClusterRequest> = {}): ClusterRequest {
  return {
    runId: `docker-test-${process.pid}-${runCount++}`,
    target,
    workload: 'register',
    nodes: nodeNames(3),
    random: randomOf(1),
    settings: {},
    readyTimeoutMs: 60_000,
    progress: () => undefined,
    ...change,
  };
}

/** A target of the base image that runs one shell command; ready when `ready` says so. */
function shellTarget(command: string, change: Partial<DockerTarget> = {}): Target {
  return {
    ...etcd,
    name: 'shell',
    docker: {
      image: BASE_IMAGE,
      container: () => ({ command: ['sh', '-c', command], environment: { GREETING: 'hello' }, files: [] }),
      clientPort: 1,
      peerPort: 1,
      dataPaths: ['/data'],
      ready: async () => ({ ready: false, waitingFor: 'what never comes' }),
      openClient: () => Promise.reject(new Error('no clients')),
      ...change,
    },
  };
}

/** Names of containers, networks and volumes that carry the run's label. */
function leftovers(runId: string): string {
  const filter = `label=faultline=${runId}`;
  const list = (...words: string[]): string =>
    execFileSync('docker', [...words, '--filter', filter], { encoding: 'utf8' });
  return list('ps', '-aq') + list('network', 'ls', '-q') + list('volume', 'ls', '-q');
}

function volumeCount(): number {
  return execFileSync('docker', ['volume', 'ls', '-q'], { encoding: 'utf8' }).split('\n').length;
}

async function refusal(asked: ClusterRequest, signal: AbortSignal = never): Promise<HarnessError> {
  try {
    const cluster = await dockerEnvironment().up(asked, signal);
    await cluster.down();
  } catch (error) {
    expect(leftovers(asked.runId)).toBe('');
    expect((error as HarnessError).message).toMatch(/^[^\n]+$/);
    return error as HarnessError;
  }
  throw new Error('expected the cluster not to come up');
}

describe.skipIf(!(await dockerEngineAvailable()))('docker environment', () => {
  test('a container that ends is told with its last log lines', async () => {
    const error = await refusal(request(shellTarget('echo starting; echo "no disk" >&2; exit 7')));
    expect(error.code).toBe('image');
    // The two streams of a container have no order between them.
    expect(error.detail).toMatch(/^n\d: starting$/m);
    expect(error.detail).toMatch(/^n\d: no disk$/m);
    expect(error.message).toMatch(/^node n\d of shell ended with exit code 7 before the cluster was ready$/);
  });

  test('a command that is not in the image is told in the words of the engine', async () => {
    const target = shellTarget('', { container: () => ({ command: ['/no/such'], environment: {}, files: [] }) });
    const error = await refusal(request(target));
    expect(error).toMatchObject({ code: 'image', message: expect.stringContaining('/no/such') });
  });

  test('a node that never becomes ready is told with what is missing', async () => {
    const volumes = volumeCount();
    const error = await refusal(request(shellTarget('echo "$GREETING"; exec sleep 60'), { readyTimeoutMs: 700 }));
    expect(error).toMatchObject({
      code: 'not-ready',
      message: expect.stringContaining('still waiting for what never comes'),
      detail: expect.stringContaining('n1: hello'),
    });
    expect(volumeCount()).toBe(volumes);
  });

  test('an abort while starting removes everything', async () => {
    const abort = new AbortController();
    const target = shellTarget('exec sleep 60', {
      async ready() {
        abort.abort();
        return { ready: false, waitingFor: 'the abort' };
      },
    });
    expect(await refusal(request(target), abort.signal)).toMatchObject({ code: 'interrupted' });
  });

  test('an image that is nowhere is told, with what to do', async () => {
    const target = shellTarget('', { image: 'localhost/faultline-no-such-image:1' });
    expect((await refusal(request(target))).message).toContain('neither present nor pullable');
    const based = shellTarget('', {
      image: 'localhost/faultline-no-such-image:1',
      dockerfile: 'FROM localhost/faultline-no-such-base:1\n',
    });
    expect((await refusal(request(based))).message).toContain('faultline images bootstrap');
  });

  test('a build that fails shows its last lines; one that works is repeated only when the recipe changes', async () => {
    const engine = await connectDocker();
    const name = `localhost/faultline-build-test-${process.pid}:1`;
    const recipe = (dockerfile: string): DockerTarget => ({
      ...(shellTarget('').docker as DockerTarget),
      image: name,
      dockerfile,
      context: async () => [{ path: 'greeting', content: 'hello' }],
    });
    const options = { progress: () => undefined, signal: never };
    const failing = resolveImage(engine, recipe(`FROM ${BASE_IMAGE}\nRUN echo so far; exit 3\n`), undefined, options);
    await expect(failing).rejects.toMatchObject({ code: 'image', detail: expect.stringContaining('so far') });
    try {
      const good = recipe(`FROM ${BASE_IMAGE}\nCOPY greeting /greeting\n`);
      expect((await resolveImage(engine, good, undefined, options)).source).toBe('built');
      expect((await resolveImage(engine, good, undefined, options)).source).toBe('present');
      const changed = { ...good, context: async () => [{ path: 'greeting', content: 'hi' }] };
      expect((await resolveImage(engine, changed, undefined, options)).source).toBe('built');
    } finally {
      await engine.removeImage(name);
    }
  });

  test('a container that is killed keeps its data, address and log over a restart', async () => {
    const asked = request(
      shellTarget('echo started >> /data/starts; cat /data/starts; exec sleep 1000', {
        ready: async () => ({ ready: true }),
      }),
      { nodes: nodeNames(3) },
    );
    const cluster = await dockerEnvironment().up(asked, never);
    try {
      const driver = new ClusterDriver(cluster);
      expect(await driver.inject({ id: 'k', kind: 'kill', nodes: ['n2'] })).toMatchObject({ phase: 'effective' });
      expect(await driver.heal('k')).toMatchObject({ phase: 'healed' });
      const logs = await cluster.logs();
      expect(logs.get('n1')).toBe('started\n');
      expect(logs.get('n2')).toBe('started\nstarted\nstarted\n');
      const hosts = execFileSync('docker', ['exec', `faultline-${asked.runId}-n2`, 'cat', '/etc/hosts'], {
        encoding: 'utf8',
      });
      expect(hosts).toMatch(/\.11\tn1\n/);
    } finally {
      await cluster.down();
    }
    expect(leftovers(asked.runId)).toBe('');
  });
});
