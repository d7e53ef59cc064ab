import type { ContainerFile, ContainerHealthcheck } from '../../kernel/target.ts';

/** Label that names the node of a container. */
export const NODE_LABEL = 'faultline.node';
/** Label of images that were built here: a hash of what they were built from. */
export const RECIPE_LABEL = 'faultline.recipe';

export interface EngineVersion {
  readonly version: string;
  readonly apiVersion: string;
  readonly os: string;
  readonly arch: string;
}

export interface ImageState {
  readonly id: string;
  readonly recipe: string | undefined;
}

export interface ContainerRequest {
  readonly name: string;
  readonly image: string;
  readonly hostname: string;
  /** Empty: what the image itself starts. */
  readonly command: readonly string[];
  /** True where the image's entrypoint is given the command. */
  readonly keepsEntrypoint?: boolean;
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly network: string;
  readonly address: string;
  /** Host names that the container resolves, with their addresses. */
  readonly hosts: ReadonlyMap<string, string>;
  /** Folders that become anonymous volumes, removed with the container. */
  readonly volumes: readonly string[];
  /** Folders that are kept in memory. */
  readonly tmpfs?: readonly string[];
  readonly healthcheck?: ContainerHealthcheck;
}

export interface ContainerState {
  readonly running: boolean;
  readonly paused: boolean;
  readonly exitCode: number;
  readonly startError: string;
  /** What its healthcheck says; absent where it has none. */
  readonly health?: 'starting' | 'healthy' | 'unhealthy';
}

export interface NetworkRequest {
  readonly name: string;
  /** CIDR, for example `10.213.7.0/24`. */
  readonly subnet: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A container or network that carries a label of ours. */
export interface Labelled {
  readonly id: string;
  readonly name: string;
  readonly runId: string;
}

export type Progress = (line: string) => void;

/**
 * What Faultline asks of a Docker engine. Every call is bounded in time and rejects with a HarnessError: code
 * `environment` where the engine cannot be reached or refuses, `image` where an image is the matter.
 */
export interface DockerEngine {
  version(): Promise<EngineVersion>;
  /** Undefined where the image is not present locally. */
  image(name: string): Promise<ImageState | undefined>;
  /** Answers false where the image cannot be had from its registry. */
  pullImage(name: string, progress: Progress, signal: AbortSignal): Promise<boolean>;
  buildImage(name: string, build: ImageBuild, progress: Progress, signal: AbortSignal): Promise<void>;
  /** Makes an image out of a tar archive of a root file system. */
  importImage(name: string, rootFileSystem: NodeJS.ReadableStream, signal: AbortSignal): Promise<void>;
  removeImage(name: string): Promise<void>;
  /** CIDR blocks that networks of the engine occupy. */
  subnets(): Promise<readonly string[]>;
  /** Answers false where the subnet is taken after all. */
  createNetwork(request: NetworkRequest): Promise<boolean>;
  createContainer(request: ContainerRequest): Promise<string>;
  putFiles(container: string, files: readonly ContainerFile[]): Promise<void>;
  startContainer(container: string): Promise<void>;
  containerState(container: string): Promise<ContainerState>;
  /** The last lines of both streams, interleaved as they were written. Untrusted text. */
  containerLogs(container: string, lineCount: number): Promise<string>;
  /** Containers of one run, or of all runs. */
  containers(runId?: string): Promise<readonly Labelled[]>;
  networks(runId?: string): Promise<readonly Labelled[]>;
  /** Kills it where it runs; its anonymous volumes go with it. Fine where it is gone already. */
  removeContainer(container: string): Promise<void>;
  removeNetwork(network: string): Promise<void>;
}

/** What an image is built from: the files of the build context, one of them named `Dockerfile`. */
export interface ImageBuild {
  readonly files: readonly ContainerFile[];
  readonly recipe: string;
}
