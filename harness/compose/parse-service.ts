import path from 'node:path';
import type { ComposeBuild, ComposeHealthcheck, ComposeService } from './compose-file.ts';
import type { ComposeReader, Place } from './compose-reader.ts';
import type { Variables } from './interpolate.ts';
import {
  durationMsOf,
  environmentOf,
  isRecord,
  kindOf,
  listOf,
  textOf,
  wordsOf,
  type Fields,
} from './service-fields.ts';

const SUPPORTED: readonly string[] = [
  'image',
  'build',
  'command',
  'entrypoint',
  'environment',
  'volumes',
  'tmpfs',
  'expose',
  'ports',
  'healthcheck',
  'depends_on',
  'networks',
];

/** Keys that are often there, and what to do instead. */
const ADVICE: Readonly<Record<string, string>> = {
  restart: 'Faultline decides when a node starts again; leave it out',
  container_name: 'the containers of a run have names of their own; leave it out',
  hostname: 'the host name of a node is the name of its service; leave it out',
  env_file: 'write the variables below environment',
  privileged: 'nodes get no rights beyond those of a container; leave it out',
  deploy: 'write one service for each node',
  scale: 'write one service for each node',
  network_mode: "all nodes are on one network of the run's; leave it out",
};

/** Reads one service. Throws usage errors with line and column. */
export function parseService(
  reader: ComposeReader,
  name: string,
  service: unknown,
  directory: string,
  variables: Variables,
): ComposeService {
  const place: Place = ['services', name];
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) {
    throw reader.refuse(place, `expected the name of a service, received ${JSON.stringify(name)}`);
  }
  if (!isRecord(service)) throw reader.refuse(place, `expected a service, received ${kindOf(service)}`);
  for (const key of Object.keys(service)) {
    if (SUPPORTED.includes(key) || key.startsWith('x-')) continue;
    const advice = ADVICE[key] ?? `supported are ${SUPPORTED.join(', ')}`;
    throw reader.refuse([...place, key], `${key} is not supported: ${advice}`);
  }
  const { image, build, networks } = service;
  if (image === undefined && build === undefined)
    throw reader.refuse(place, `service ${name} has neither image nor build`);
  requireDefaultNetwork(reader, [...place, 'networks'], networks);
  return {
    name,
    image: image === undefined ? undefined : textOf(reader, [...place, 'image'], image),
    build: build === undefined ? undefined : buildOf(reader, [...place, 'build'], build, directory),
    entrypoint: wordsOf(reader, [...place, 'entrypoint'], service['entrypoint']),
    command: wordsOf(reader, [...place, 'command'], service['command']),
    environment: environmentOf(reader, [...place, 'environment'], service['environment'], variables),
    ...mountsOf(reader, place, service),
    ports: [
      ...portsOf(reader, [...place, 'expose'], service['expose']),
      ...portsOf(reader, [...place, 'ports'], service['ports']),
    ],
    healthcheck: healthcheckOf(reader, [...place, 'healthcheck'], service['healthcheck']),
    dependsOn: dependenciesOf(reader, [...place, 'depends_on'], service['depends_on']),
  };
}

function buildOf(reader: ComposeReader, place: Place, build: unknown, directory: string): ComposeBuild {
  if (typeof build === 'string') return { context: path.resolve(directory, build), dockerfile: 'Dockerfile' };
  if (!isRecord(build)) throw reader.refuse(place, `expected a folder or a map, received ${kindOf(build)}`);
  requireKeys(reader, place, build, ['context', 'dockerfile']);
  return {
    context: path.resolve(directory, textOf(reader, [...place, 'context'], build['context'] ?? '.')),
    dockerfile: textOf(reader, [...place, 'dockerfile'], build['dockerfile'] ?? 'Dockerfile'),
  };
}

function mountsOf(
  reader: ComposeReader,
  place: Place,
  { volumes, tmpfs }: Fields,
): Pick<ComposeService, 'volumes' | 'tmpfs'> {
  const found: string[] = [];
  const memory = tmpfs === undefined ? [] : [...listOf(reader, [...place, 'tmpfs'], tmpfs)];
  if (volumes !== undefined && !Array.isArray(volumes)) {
    throw reader.refuse([...place, 'volumes'], `expected a list, received ${kindOf(volumes)}`);
  }
  for (const [index, volume] of ((volumes ?? []) as readonly unknown[]).entries()) {
    const where = [...place, 'volumes', index];
    const { kind, target } = isRecord(volume) ? longVolume(reader, where, volume) : shortVolume(reader, where, volume);
    (kind === 'tmpfs' ? memory : found).push(target);
  }
  return { volumes: found, tmpfs: memory };
}

interface Mount {
  readonly kind: 'volume' | 'tmpfs';
  readonly target: string;
}

function longVolume(reader: ComposeReader, place: Place, volume: Fields): Mount {
  requireKeys(reader, place, volume, ['type', 'source', 'target']);
  const { type, target } = volume;
  if (type !== 'volume' && type !== 'tmpfs') throw noBind(reader, place);
  return { kind: type, target: textOf(reader, [...place, 'target'], target) };
}

function shortVolume(reader: ComposeReader, place: Place, volume: unknown): Mount {
  const [source = '', target, ...options] = textOf(reader, place, volume).split(':');
  // An anonymous volume is only its path.
  if (target === undefined && source.startsWith('/')) return { kind: 'volume', target: source };
  if (!/^[A-Za-z0-9][\w.-]*$/.test(source) || target?.startsWith('/') !== true) throw noBind(reader, place);
  if (options.length > 0) throw reader.refuse(place, `options of a volume (${options.join(':')}) are not supported`);
  return { kind: 'volume', target };
}

function noBind(reader: ComposeReader, place: Place): ReturnType<ComposeReader['refuse']> {
  return reader.refuse(
    place,
    'only named volumes and tmpfs are supported; COPY files into the image instead of binding them',
  );
}

/** The ports in the container. They are not published: the host reaches every node at its own address. */
function portsOf(reader: ComposeReader, place: Place, ports: unknown): readonly number[] {
  if (ports === undefined) return [];
  if (!Array.isArray(ports)) throw reader.refuse(place, `expected a list, received ${kindOf(ports)}`);
  return (ports as readonly unknown[]).map((entry, index) => {
    const where = [...place, index];
    const text = isRecord(entry) ? textOf(reader, where, entry['target']) : textOf(reader, where, entry);
    const match = /^(?:.*:)?(\d+)(?:\/tcp)?$/.exec(text);
    const port = Number(match?.[1]);
    if (match !== null && port >= 1 && port <= 65_535) return port;
    throw reader.refuse(where, `expected a TCP port, received ${JSON.stringify(text)}`);
  });
}

function healthcheckOf(reader: ComposeReader, place: Place, value: unknown): ComposeHealthcheck | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isRecord(value)) throw reader.refuse(place, `expected a map, received ${kindOf(value)}`);
  requireKeys(reader, place, value, ['test', 'interval', 'timeout', 'start_period', 'retries', 'disable']);
  if (value['disable'] === true) return { test: ['NONE'] };
  const { test, retries } = value;
  if (test === undefined) throw reader.refuse(place, 'expected a test, which is what a healthcheck runs');
  const count = retries === undefined ? undefined : Number(retries);
  if (count !== undefined && !(Number.isInteger(count) && count > 0)) {
    throw reader.refuse([...place, 'retries'], `expected a whole number, received ${kindOf(retries)}`);
  }
  const intervalMs = durationMsOf(reader, [...place, 'interval'], value['interval']);
  const timeoutMs = durationMsOf(reader, [...place, 'timeout'], value['timeout']);
  const startPeriodMs = durationMsOf(reader, [...place, 'start_period'], value['start_period']);
  return {
    test: typeof test === 'string' ? ['CMD-SHELL', test] : listOf(reader, [...place, 'test'], test),
    ...(intervalMs === undefined ? {} : { intervalMs }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(startPeriodMs === undefined ? {} : { startPeriodMs }),
    ...(count === undefined ? {} : { retries: count }),
  };
}

function dependenciesOf(
  reader: ComposeReader,
  place: Place,
  value: unknown,
): ReadonlyMap<string, 'started' | 'healthy'> {
  if (value === undefined || value === null) return new Map();
  if (Array.isArray(value)) return new Map(listOf(reader, place, value).map((name) => [name, 'started']));
  if (!isRecord(value)) throw reader.refuse(place, `expected a list or a map, received ${kindOf(value)}`);
  return new Map(
    Object.entries(value).map(([name, options]) => {
      const where = [...place, name];
      if (!isRecord(options)) throw reader.refuse(where, `expected a map, received ${kindOf(options)}`);
      requireKeys(reader, where, options, ['condition']);
      const { condition = 'service_started' } = options;
      if (condition === 'service_started') return [name, 'started'];
      if (condition === 'service_healthy') return [name, 'healthy'];
      throw reader.refuse([...where, 'condition'], `condition ${String(condition)} is not supported`);
    }),
  );
}

function requireDefaultNetwork(reader: ComposeReader, place: Place, networks: unknown): void {
  if (networks === undefined || networks === null) return;
  const names = isRecord(networks) ? Object.keys(networks) : listOf(reader, place, networks);
  const hasOptions = isRecord(networks) && Object.values(networks).some((options) => options !== null);
  if (names.every((name) => name === 'default') && !hasOptions) return;
  throw reader.refuse(place, "only the default network is supported: all nodes are on one network of the run's");
}

function requireKeys(reader: ComposeReader, place: Place, fields: Fields, known: readonly string[]): void {
  const other = Object.keys(fields).find((key) => !known.includes(key));
  if (other === undefined) return;
  throw reader.refuse([...place, other], `${other} is not supported here; supported are ${known.join(', ')}`);
}
