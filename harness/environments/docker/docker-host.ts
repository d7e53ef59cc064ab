import { HarnessError } from '../../kernel/harness-error.ts';

const DEFAULT_SOCKET = '/var/run/docker.sock';
/** A socket's path, an address with a scheme, or a host with its port. */
const DOCKER_HOST =
  /^(unix:\/\/|npipe:\/\/)?\/.+$|^((tcp|https?|ssh):\/\/)([^\s/:]+|\[[\da-f:]+\])(:\d+)?\/?$|^[^\s/:]+:\d+$/i;

/** Where the Docker engine is, by DOCKER_HOST. Throws an environment error for what cannot be an address. */
export function dockerHost(environment: NodeJS.ProcessEnv): string {
  const host = environment['DOCKER_HOST'];
  if (host === undefined || host === '') return DEFAULT_SOCKET;
  if (DOCKER_HOST.test(host)) return host;
  throw new HarnessError(
    'environment',
    `DOCKER_HOST is ${JSON.stringify(host)}, expected an address like unix://${DEFAULT_SOCKET} or tcp://host:2375`,
  );
}
