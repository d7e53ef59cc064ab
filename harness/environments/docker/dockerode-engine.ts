import { Readable } from 'node:stream';

import type Docker from 'dockerode';

import { RUN_LABEL } from '../../agent/run-labels.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { ContainerHealthcheck } from '../../kernel/target.ts';
import { demultiplexLogs } from './container-logs.ts';
import { dockerHost } from './docker-host.ts';
import { followBuild, followPull } from './engine-progress.ts';
import { engineMessage, explainEngineError, statusOf } from './engine-errors.ts';
import { RECIPE_LABEL } from './engine.ts';
import type { ContainerRequest, DockerEngine, ImageState, Labelled } from './engine.ts';
import { packTar } from './tar.ts';

/** An engine that does not answer a small question in this time is not usable. */
const CALL_TIMEOUT_MS = 30_000;
const LOG_BYTES_PER_FILE = '32m';

/**
 * Connects to the engine that DOCKER_HOST names, or to the local socket. The driver is loaded here and nowhere else,
 * because loading it takes half a second that other environments need not pay.
 */
export async function connectDocker(): Promise<DockerEngine> {
  const socket = dockerHost(process.env);
  const { default: DockerDriver } = await import('dockerode');
  const docker = new DockerDriver();
  return dockerodeEngine(docker, socket);
}

function dockerodeEngine(docker: Docker, socket: string): DockerEngine {
  const ask: Ask = (doing, call) => bounded(doing, call, socket, AbortSignal.timeout(CALL_TIMEOUT_MS));
  return {
    ...imageCalls(docker, ask, socket),
    ...networkCalls(docker, ask),
    ...containerCalls(docker, ask),
    async version() {
      const answer = await ask('tell its version', () => docker.version());
      return { version: answer.Version, apiVersion: answer.ApiVersion, os: answer.Os, arch: answer.Arch };
    },
  };
}

type Ask = <T>(doing: string, call: () => Promise<T>) => Promise<T>;

type ImageCalls = Pick<DockerEngine, 'image' | 'pullImage' | 'buildImage' | 'importImage' | 'removeImage'>;

function imageCalls(docker: Docker, ask: Ask, socket: string): ImageCalls {
  return {
    async image(name) {
      return orUndefined(ask(`look up image ${name}`, () => inspectImage(docker, name)));
    },
    async pullImage(name, progress, signal) {
      try {
        await followPull(docker, await docker.pull(name, { abortSignal: signal }), progress);
        return true;
      } catch (error) {
        signal.throwIfAborted();
        // A registry that is out of reach and one that does not have the image come as the same kinds of answers.
        if (!isConnectionError(error)) return false;
        throw explainEngineError(`pull ${name}`, error, socket);
      }
    },
    async buildImage(name, build, progress, signal) {
      const context = packTar(build.files);
      try {
        const stream = await docker.buildImage(Readable.from([context]), {
          t: name,
          labels: { [RECIPE_LABEL]: build.recipe },
          forcerm: true,
          abortSignal: signal,
        });
        await followBuild(docker, stream, name, progress);
      } catch (error) {
        signal.throwIfAborted();
        throw explainEngineError(`build ${name}`, error, socket);
      }
    },
    async importImage(name, rootFileSystem, signal) {
      const [repository, tag] = name.split(':');
      const options = { repo: repository, tag, abortSignal: signal };
      await bounded(
        `import ${name}`,
        async () => followPull(docker, await docker.importImage(rootFileSystem, options), () => undefined),
        socket,
        signal,
      );
    },
    async removeImage(name) {
      await orUndefined(ask(`remove image ${name}`, () => docker.getImage(name).remove({ force: true })));
    },
  };
}

async function inspectImage(docker: Docker, name: string): Promise<ImageState> {
  const found = await docker.getImage(name).inspect();
  return { id: found.Id, recipe: found.Config.Labels?.[RECIPE_LABEL] };
}

type NetworkCalls = Pick<DockerEngine, 'subnets' | 'createNetwork' | 'networks' | 'removeNetwork'>;

function networkCalls(docker: Docker, ask: Ask): NetworkCalls {
  return {
    async subnets() {
      const networks = await ask('list networks', () => docker.listNetworks());
      return networks.flatMap((network) => (network.IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []));
    },
    async createNetwork({ name, subnet, labels }) {
      try {
        await ask('create a network', () =>
          docker.createNetwork({
            Name: name,
            Driver: 'bridge',
            CheckDuplicate: true,
            IPAM: { Config: [{ Subnet: subnet }] },
            Labels: { ...labels },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof HarnessError && /overlap/i.test(error.message)) return false;
        throw error;
      }
    },
    async networks(runId) {
      const networks = await ask('list networks', () => docker.listNetworks({ filters: labelFilter(runId) }));
      return networks.map(({ Id, Name, Labels }) => labelled(Id, Name, Labels));
    },
    async removeNetwork(network) {
      await orUndefined(ask('remove a network', () => docker.getNetwork(network).remove()));
    },
  };
}

type ContainerCalls = Omit<DockerEngine, keyof ImageCalls | keyof NetworkCalls | 'version'>;

function containerCalls(docker: Docker, ask: Ask): ContainerCalls {
  return {
    async createContainer(request) {
      const container = await ask(`create container ${request.name}`, () =>
        docker.createContainer(creationOptions(request)),
      );
      return container.id;
    },
    async putFiles(container, files) {
      await ask('put files into a container', () =>
        docker.getContainer(container).putArchive(packTar(files), { path: '/' }),
      );
    },
    async startContainer(container) {
      try {
        await ask('start a container', () => docker.getContainer(container).start());
      } catch (error) {
        // What the engine refuses to start is a fault of the image or of the command, not of the engine.
        const refused = error instanceof HarnessError && statusOf(error.cause) !== undefined;
        if (!refused) throw error;
        throw new HarnessError('image', `the image does not start: ${engineMessage(error.cause)}`, { cause: error });
      }
    },
    async containerState(container) {
      const { State } = await ask('look at a container', () => docker.getContainer(container).inspect());
      const health = HEALTHS.find((known) => known === State.Health?.Status);
      return {
        running: State.Running,
        paused: State.Paused,
        exitCode: State.ExitCode,
        startError: State.Error,
        ...(health !== undefined && { health }),
      };
    },
    async containerLogs(container, lineCount) {
      const raw = await ask('read the log of a container', () =>
        docker.getContainer(container).logs({ stdout: true, stderr: true, tail: lineCount }),
      );
      return demultiplexLogs(raw);
    },
    async containers(runId) {
      const found = await ask('list containers', () =>
        docker.listContainers({ all: true, filters: labelFilter(runId) }),
      );
      return found.map(({ Id, Names, Labels }) => labelled(Id, (Names[0] ?? '').replace(/^\//, ''), Labels));
    },
    async removeContainer(container) {
      await orUndefined(
        ask('remove a container', () => docker.getContainer(container).remove({ force: true, v: true })),
      );
    },
  };
}

function creationOptions(request: ContainerRequest): Docker.ContainerCreateOptions {
  return {
    name: request.name,
    Image: request.image,
    Hostname: request.hostname,
    ...(request.command.length > 0 &&
      (request.keepsEntrypoint === true
        ? { Cmd: [...request.command] }
        : { Entrypoint: [...request.command], Cmd: [] })),
    ...(request.healthcheck !== undefined && { Healthcheck: healthConfig(request.healthcheck) }),
    Env: Object.entries(request.environment).map(([name, value]) => `${name}=${value}`),
    Labels: { ...request.labels },
    Volumes: Object.fromEntries(request.volumes.map((path) => [path, {}])),
    HostConfig: {
      NetworkMode: request.network,
      ...(request.tmpfs !== undefined && { Tmpfs: Object.fromEntries(request.tmpfs.map((path) => [path, ''])) }),
      ExtraHosts: [...request.hosts].map(([host, address]) => `${host}:${address}`),
      RestartPolicy: { Name: 'no' },
      // The engine's default driver may keep no readable log, and none has a bound.
      LogConfig: { Type: 'json-file', Config: { 'max-size': LOG_BYTES_PER_FILE, 'max-file': '2' } },
    },
    NetworkingConfig: { EndpointsConfig: { [request.network]: { IPAMConfig: { IPv4Address: request.address } } } },
  };
}

const HEALTHS = ['starting', 'healthy', 'unhealthy'] as const;

/** The engine counts in nanoseconds. */
function healthConfig({ test, retries, ...times }: ContainerHealthcheck): Docker.HealthConfig {
  return {
    Test: [...test],
    ...(times.intervalMs !== undefined && { Interval: times.intervalMs * 1e6 }),
    ...(times.timeoutMs !== undefined && { Timeout: times.timeoutMs * 1e6 }),
    ...(times.startPeriodMs !== undefined && { StartPeriod: times.startPeriodMs * 1e6 }),
    ...(retries !== undefined && { Retries: retries }),
  };
}

async function bounded<T>(doing: string, call: () => Promise<T>, socket: string, signal: AbortSignal): Promise<T> {
  let onAbort = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    onAbort = () => reject(new HarnessError('environment', `the Docker engine did not ${doing} in time`));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([call(), late]);
  } catch (error) {
    throw explainEngineError(doing, error, socket);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Turns "there is no such thing" into undefined. */
async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof HarnessError && statusOf(error.cause) === 404) return undefined;
    throw error;
  }
}

function labelFilter(runId: string | undefined): { label: string[] } {
  return { label: [runId === undefined ? RUN_LABEL : `${RUN_LABEL}=${runId}`] };
}

function labelled(id: string, name: string, labels: Readonly<Record<string, string>> | undefined): Labelled {
  return { id, name, runId: labels?.[RUN_LABEL] ?? '' };
}

function isConnectionError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}
