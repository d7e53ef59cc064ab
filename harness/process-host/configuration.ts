import type { NodeId } from '../kernel/node.ts';
import type { PeerAddress } from './peer-links.ts';

/** What a process host is told on its command line, as one JSON object. */
export interface ProcessHostConfiguration {
  readonly protocol: string;
  readonly mutant?: string;
  readonly node: NodeId;
  readonly peers: Readonly<Record<NodeId, PeerAddress>>;
  readonly peerPort: number;
  readonly clientPort: number;
  readonly dataDirectory: string;
}

/** Reads and checks the configuration. Throws an Error whose message is one line. */
export function parseConfiguration(argument: string | undefined): ProcessHostConfiguration {
  const value = parsed(argument);
  const { protocol, mutant, node, peers, peerPort, clientPort, dataDirectory } = value;
  for (const [name, text] of Object.entries({ protocol, node, dataDirectory })) {
    if (typeof text !== 'string' || text === '')
      throw new Error(`expected ${name} as text, got ${JSON.stringify(text)}`);
  }
  for (const [name, port] of Object.entries({ peerPort, clientPort })) requirePort(name, port);
  if (mutant !== undefined && typeof mutant !== 'string') throw new Error('expected mutant as text');
  if (typeof peers !== 'object' || peers === null) throw new Error('expected peers as an object of addresses by node');
  for (const [peer, address] of Object.entries(peers as Record<string, Partial<PeerAddress> | null>)) {
    if (typeof address?.host !== 'string') throw new Error(`expected a host for peer ${peer}`);
    requirePort(`the port of peer ${peer}`, address.port);
  }
  // Every member has been checked above.
  return value as unknown as ProcessHostConfiguration;
}

function parsed(argument: string | undefined): Readonly<Record<string, unknown>> {
  if (argument === undefined) throw new Error('expected the configuration, one JSON object, as the only argument');
  const value: unknown = JSON.parse(argument);
  if (typeof value !== 'object' || value === null) throw new Error('expected the configuration as a JSON object');
  return { ...value };
}

function requirePort(name: string, value: unknown): void {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536) return;
  throw new Error(`expected ${name} as a number from 1 to 65535, got ${JSON.stringify(value)}`);
}
