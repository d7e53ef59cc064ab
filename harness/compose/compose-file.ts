/** How an image of a service is had: by name, or built from a folder. */
export interface ComposeBuild {
  /** Absolute path of the build context. */
  readonly context: string;
  /** The Dockerfile, relative to the context. */
  readonly dockerfile: string;
}

/** How the engine asks a container how it is. Times are in milliseconds. */
export interface ComposeHealthcheck {
  /** As the engine takes it: `['CMD', ...]`, `['CMD-SHELL', command]` or `['NONE']`. */
  readonly test: readonly string[];
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
  readonly startPeriodMs?: number;
  readonly retries?: number;
}

/** One service: a node of the cluster. */
export interface ComposeService {
  readonly name: string;
  readonly image: string | undefined;
  readonly build: ComposeBuild | undefined;
  readonly entrypoint: readonly string[] | undefined;
  readonly command: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Paths in the container that are volumes of its own. */
  readonly volumes: readonly string[];
  readonly tmpfs: readonly string[];
  /** Ports in the container, of `expose` and `ports`, in the order of the file. */
  readonly ports: readonly number[];
  readonly healthcheck: ComposeHealthcheck | undefined;
  /** Services that are started before, and whether they must be healthy by then. */
  readonly dependsOn: ReadonlyMap<string, 'started' | 'healthy'>;
}

/** A compose file, as far as it is understood. */
export interface ComposeFile {
  /** The project's name: the file's own, or its folder's. */
  readonly name: string;
  readonly services: readonly ComposeService[];
}
