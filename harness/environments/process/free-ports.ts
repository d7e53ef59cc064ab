import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/**
 * Below the ports that Linux hands out by itself (from 32,768), to programs that connect or that ask for any port: those
 * cannot take one between its choice and a node's start.
 */
const FIRST_PORT = 10_240;
const PORTS = 32_768 - FIRST_PORT;
const TRIES_PER_PORT = 50;

/**
 * Ports that nobody listens on, drawn at random so that runs beside each other draw different ones. They are free again
 * on return: another program could still take one before the node does, see {@link takenPorts}. Rejects with the error
 * of the operating system where none can be had.
 */
export async function freePorts(host: string, count: number): Promise<readonly number[]> {
  const held = new Map<number, Server>();
  try {
    for (let failures = 0; held.size < count;) {
      const port = FIRST_PORT + randomInt(PORTS);
      if (held.has(port)) continue;
      const server = await listening(host, port).catch((error: unknown) => {
        if (++failures > TRIES_PER_PORT * count) throw error;
        return undefined;
      });
      if (server !== undefined) held.set(port, server);
    }
    return [...held.keys()];
  } finally {
    await Promise.all([...held.values()].map(closed));
  }
}

/** Those of the ports on which nothing can listen now, as somebody has them. */
export async function takenPorts(host: string, ports: readonly number[]): Promise<readonly number[]> {
  const isTaken = await Promise.all(
    ports.map((port) =>
      listening(host, port).then(
        (server) => closed(server).then(() => false),
        () => true,
      ),
    ),
  );
  return ports.filter((_, index) => isTaken[index]);
}

function listening(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
