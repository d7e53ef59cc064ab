import path from 'node:path';
import type { ComposeFile, ComposeService } from './compose-file.ts';
import { ComposeReader, type Place } from './compose-reader.ts';
import type { Variables } from './interpolate.ts';
import { parseService } from './parse-service.ts';
import { isRecord, type Fields } from './service-fields.ts';

const TOP_LEVEL: readonly string[] = ['name', 'version', 'services', 'volumes', 'networks'];

/**
 * Reads a compose file: the part of the specification that says what runs. Everything else is refused with its line and
 * column, never ignored: what Faultline would leave out could be what makes the service work. Extensions (`x-...`) and
 * `version`, which the specification ignores as well, are the only exceptions.
 */
export function parseCompose(text: string, file: string, variables: Variables): ComposeFile {
  const reader = new ComposeReader(text, path.relative('', file) || file, variables);
  const { root } = reader;
  if (!isRecord(root)) throw reader.refuse([], 'expected a compose file, a map with services');
  for (const key of Object.keys(root)) {
    if (TOP_LEVEL.includes(key) || key.startsWith('x-')) continue;
    throw reader.refuse([key], `${key} is not supported; supported are ${TOP_LEVEL.join(', ')}`);
  }
  requirePlainVolumes(reader, root['volumes']);
  requireDefaultNetwork(reader, root['networks']);
  const { services } = root;
  if (!isRecord(services) || Object.keys(services).length === 0) {
    throw reader.refuse(['services'], 'expected services, at least one');
  }
  const directory = path.dirname(path.resolve(file));
  const parsed = Object.entries(services).map(([name, service]) =>
    parseService(reader, name, service, directory, variables),
  );
  requireOrder(reader, parsed);
  requireOwnVolumes(reader, services);
  return { name: nameOf(reader, root, directory), services: parsed };
}

function nameOf(reader: ComposeReader, root: Fields, directory: string): string {
  const { name } = root;
  if (name === undefined) {
    const fromFolder = path
      .basename(directory)
      .replaceAll(/[^A-Za-z0-9._-]/g, '-')
      .slice(0, 64);
    return /^[A-Za-z0-9]/.test(fromFolder) ? fromFolder : 'compose';
  }
  if (typeof name === 'string' && /^[a-z0-9][a-z0-9_-]{0,63}$/.test(name)) return name;
  throw reader.refuse(
    ['name'],
    `expected a name of small letters, digits and dashes, received ${JSON.stringify(name)}`,
  );
}

function requirePlainVolumes(reader: ComposeReader, volumes: unknown): void {
  if (volumes === undefined || volumes === null) return;
  if (!isRecord(volumes)) throw reader.refuse(['volumes'], 'expected a map of volumes');
  for (const [name, options] of Object.entries(volumes)) {
    if (options === null || (isRecord(options) && Object.keys(options).length === 0)) continue;
    throw reader.refuse(['volumes', name], `options of volume ${name} are not supported: every run gets fresh volumes`);
  }
}

function requireDefaultNetwork(reader: ComposeReader, networks: unknown): void {
  if (networks === undefined || networks === null) return;
  if (!isRecord(networks)) throw reader.refuse(['networks'], 'expected a map of networks');
  for (const [name, options] of Object.entries(networks)) {
    const isPlain = options === null || (isRecord(options) && Object.keys(options).length === 0);
    if (name === 'default' && isPlain) continue;
    throw reader.refuse(
      ['networks', name],
      `network ${name} is not supported: all nodes are on one network of the run's`,
    );
  }
}

/** Dependencies exist, are no circle, and whoever must be healthy can be asked. */
function requireOrder(reader: ComposeReader, services: readonly ComposeService[]): void {
  const byName = new Map(services.map((service) => [service.name, service]));
  for (const { name, dependsOn } of services) {
    for (const [other, condition] of dependsOn) {
      const place: Place = ['services', name, 'depends_on', other];
      const found = byName.get(other);
      if (found === undefined) throw reader.refuse(place, `${name} depends on ${other}, which is no service`);
      if (condition === 'healthy' && found.healthcheck === undefined) {
        throw reader.refuse(place, `${name} waits until ${other} is healthy, which has no healthcheck here`);
      }
    }
  }
  if (startOrder(services) !== undefined) return;
  throw reader.refuse(['services'], 'the dependencies of the services go in a circle');
}

/** Services in groups: each depends on earlier groups only. Undefined where they go in a circle. */
export function startOrder(services: readonly ComposeService[]): readonly (readonly ComposeService[])[] | undefined {
  const groups: (readonly ComposeService[])[] = [];
  const started = new Set<string>();
  while (started.size < services.length) {
    const group = services.filter(
      ({ name, dependsOn }) => !started.has(name) && [...dependsOn.keys()].every((other) => started.has(other)),
    );
    if (group.length === 0) return undefined;
    for (const { name } of group) started.add(name);
    groups.push(group);
  }
  return groups;
}

/** A volume of two services would be two volumes here. */
function requireOwnVolumes(reader: ComposeReader, services: Fields): void {
  const owners = new Map<string, string>();
  for (const [name, service] of Object.entries(services)) {
    const volumes = isRecord(service) && Array.isArray(service['volumes']) ? (service['volumes'] as unknown[]) : [];
    for (const [index, volume] of volumes.entries()) {
      const source = isRecord(volume)
        ? volume['source']
        : typeof volume === 'string'
          ? volume.split(':')[0]
          : undefined;
      if (typeof source !== 'string' || source.startsWith('/')) continue;
      const owner = owners.get(source);
      if (owner !== undefined && owner !== name) {
        throw reader.refuse(
          ['services', name, 'volumes', index],
          `volume ${source} is shared with ${owner}: not supported`,
        );
      }
      owners.set(source, name);
    }
  }
}
