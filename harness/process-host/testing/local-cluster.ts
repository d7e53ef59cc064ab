import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { nodeNames, type NodeId } from '../../kernel/node.ts';
import { processHostBundle } from '../../../targets/hosted-bundle.ts';
import { HostedConnection } from '../../../targets/hosted-connection.ts';

interface LocalNode {
  readonly clientPort: number;
  readonly peerPort: number;
  /** Ends its process, where it has one. */
  kill: () => Promise<void>;
}

/** Process hosts on the loopback interface, for tests. Removes its processes and files when disposed of. */
export class LocalCluster implements AsyncDisposable {
  readonly #protocol: string;
  readonly #directory: string;
  readonly #nodes: ReadonlyMap<NodeId, LocalNode>;

  private constructor(protocol: string, directory: string, nodes: ReadonlyMap<NodeId, LocalNode>) {
    this.#protocol = protocol;
    this.#directory = directory;
    this.#nodes = nodes;
  }

  static async start(protocol: string, count: number): Promise<LocalCluster> {
    const directory = await mkdtemp(join(tmpdir(), 'faultline-host-'));
    const ports = await freePorts(2 * count);
    const nodes = nodeNames(count).map((name, index): [NodeId, LocalNode] => [
      name,
      { clientPort: ports[2 * index] ?? 0, peerPort: ports[2 * index + 1] ?? 0, kill: async () => undefined },
    ]);
    const cluster = new LocalCluster(protocol, directory, new Map(nodes));
    for (const [name] of nodes) cluster.spawn(name);
    return cluster;
  }

  get names(): readonly NodeId[] {
    return [...this.#nodes.keys()];
  }

  spawn(name: NodeId): void {
    const node = this.#node(name);
    const others = [...this.#nodes].filter(([other]) => other !== name);
    const configuration = {
      protocol: this.#protocol,
      node: name,
      peers: Object.fromEntries(others.map(([other, { peerPort }]) => [other, { host: '127.0.0.1', port: peerPort }])),
      peerPort: node.peerPort,
      clientPort: node.clientPort,
      dataDirectory: join(this.#directory, name),
    };
    const child = execa(process.execPath, [processHostBundle().path, JSON.stringify(configuration)], {
      reject: false,
      stdout: 'ignore',
      stderr: 'ignore',
    });
    node.kill = async () => {
      child.kill('SIGKILL');
      await child;
    };
  }

  async kill(name: NodeId): Promise<void> {
    await this.#node(name).kill();
  }

  async ask(name: NodeId, question: JsonObject, timeoutMs = 2_000): Promise<JsonObject> {
    const signal = AbortSignal.timeout(timeoutMs);
    const connection = await HostedConnection.open('127.0.0.1', this.#node(name).clientPort, signal);
    try {
      return await connection.ask(question, signal);
    } finally {
      await connection.close();
    }
  }

  /** Asks until the answer's response is an `ok`, which is returned. */
  async askUntilOk(name: NodeId, request: JsonValue): Promise<JsonValue> {
    const deadlineMs = performance.now() + 15_000;
    for (;;) {
      const answer = await this.ask(name, { request }).catch((error: unknown): JsonObject => ({
        error: String(error),
      }));
      const response = answer['response'] as JsonObject | undefined;
      if (response?.['ok'] !== undefined) return response['ok'];
      if (performance.now() > deadlineMs) throw new Error(`${name} answered ${JSON.stringify(answer)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.names.map((name) => this.kill(name)));
    await rm(this.#directory, { recursive: true, force: true });
  }

  #node(name: NodeId): LocalNode {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`there is no node ${name}`);
    return node;
  }
}

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
