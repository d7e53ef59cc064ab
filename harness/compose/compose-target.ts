import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { HarnessError } from '../kernel/harness-error.ts';
import type { NodeId } from '../kernel/node.ts';
import type { ClusterView, ContainerImage, ContainerSpec, DockerTarget, StartGroup, Target } from '../kernel/target.ts';
import { defineTarget } from '../library/define.ts';
import { faultModelOf, questionsOf, type Endpoints } from '../library/define-service.ts';
import { readBuildContext } from './build-context.ts';
import type { ComposeClient } from './compose-client.ts';
import type { ComposeFile, ComposeService } from './compose-file.ts';
import type { Variables } from './interpolate.ts';
import { parseCompose, startOrder } from './parse-compose.ts';

/** Where a cluster comes from that was there before Faultline. */
export interface ComposeTargetOptions {
  /** Path or file URL of the compose file. */
  readonly file: string | URL;
  readonly client: ComposeClient;
}

/**
 * A target of a compose file: every service becomes a node under its own name. Faultline makes the containers itself, from
 * what the file says, so that faults, healing and removal are the same as for any other target. Variables come from the
 * surroundings, then from `.env` beside the file. Throws usage errors of one line, with line and column.
 */
export function composeTarget({ file, client }: ComposeTargetOptions): Target {
  const where = file instanceof URL || file.startsWith('file:') ? fileURLToPath(file) : path.resolve(file);
  const compose = parseCompose(textOf(where), where, variablesOf(where));
  const { services } = compose;
  const names = services.map(({ name }) => name);
  return defineTarget({
    name: compose.name,
    description: `the services of ${path.basename(where)}: ${names.join(', ')}`,
    offers: client.offers,
    promises: client.promises ?? {},
    faultModel: faultModelOf(client.faultModel, client.clockProbe !== undefined),
    nodeCounts: { min: services.length, max: services.length, default: services.length },
    nodeNames: names,
    docker: dockerTarget(compose, client, where),
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HarnessError('usage', `the compose file cannot be read: ${why}`, { cause: error });
  }
}

function variablesOf(file: string): Variables {
  const dotEnv = path.join(path.dirname(file), '.env');
  return { ...(existsSync(dotEnv) ? parseEnv(readFileSync(dotEnv, 'utf8')) : {}), ...process.env };
}

function dockerTarget(compose: ComposeFile, client: ComposeClient, file: string): DockerTarget {
  const { services } = compose;
  const byName = new Map(services.map((service) => [service.name, service]));
  const images = new Map(services.map((service) => [service.name, imageOf(service, compose.name, file)]));
  const [first] = images.values();
  if (first === undefined) throw new HarnessError('internal', 'a compose file without services was accepted');
  const portOf = (node: NodeId): number => client.port ?? byName.get(node)?.ports[0] ?? missingPort(node);
  const endpointsOf = (view: ClusterView): Endpoints =>
    new Map(
      [...view.addresses].map(([node, host]) => {
        const port = portOf(node);
        return [node, { host, port, peerPort: client.peerPort ?? port }];
      }),
    );
  const ports = services.map(({ name }) => portOf(name));
  const port = ports[0] ?? missingPort(first.image);
  return {
    ...first,
    nodeImages: images,
    startOrder: startGroups(services),
    container({ node }): ContainerSpec {
      const service = byName.get(node);
      if (service === undefined) throw new RangeError(`there is no service ${node}`);
      return specOf(service);
    },
    clientPort: port,
    peerPort: client.peerPort ?? port,
    dataPaths: [],
    ...(client.clockedProcesses === undefined ? {} : { clockedProcesses: client.clockedProcesses }),
    ...(client.clockProbe === undefined ? {} : { clockProbe: client.clockProbe }),
    ...questionsOf(client, endpointsOf),
  };
}

function missingPort(service: string): never {
  throw new HarnessError('usage', `service ${service} exposes no port: say expose in the file, or port in the client`);
}

function specOf({ entrypoint, command, environment, volumes, tmpfs, healthcheck }: ComposeService): ContainerSpec {
  return {
    // An entrypoint of the file's own drops the image's command as well.
    command: [...(entrypoint ?? []), ...(command ?? [])],
    ...(entrypoint === undefined ? { keepsEntrypoint: true } : {}),
    environment,
    files: [],
    volumes,
    tmpfs,
    ...(healthcheck === undefined ? {} : { healthcheck }),
  };
}

function startGroups(services: readonly ComposeService[]): readonly StartGroup[] {
  return (startOrder(services) ?? []).map((group) => ({
    nodes: group.map(({ name }) => name),
    afterHealthy: [
      ...new Set(
        group.flatMap(({ dependsOn }) => [...dependsOn].flatMap(([name, when]) => (when === 'healthy' ? [name] : []))),
      ),
    ],
  }));
}

/** What is built here gets a name that no other project has. */
function imageOf({ name, image, build }: ComposeService, project: string, file: string): ContainerImage {
  if (build === undefined) return { image: image ?? '' };
  const { context, dockerfile } = build;
  const place = createHash('sha256').update(file).digest('hex').slice(0, 8);
  return {
    image: `localhost/faultline-compose-${project}-${name}:${place}`.toLowerCase(),
    dockerfile: dockerfileOf(path.resolve(context, dockerfile), name),
    context: () => readBuildContext(context, dockerfile),
  };
}

function dockerfileOf(file: string, service: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HarnessError('usage', `the Dockerfile of service ${service} cannot be read: ${why}`, { cause: error });
  }
}
