import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GOSSIP_PROTOCOL } from '../../targets/gossip/protocol/gossip.ts';
import { RAFT_PROTOCOL } from '../../targets/raft/protocol/raft.ts';
import type { Protocol, ProtocolInstance } from '../kernel/host.ts';
import { ClientPort } from './client-port.ts';
import { parseConfiguration, type ProcessHostConfiguration } from './configuration.ts';
import { LogFile } from './log-file.ts';
import { PeerLinks } from './peer-links.ts';
import { RealHost } from './real-host.ts';

/**
 * Runs a reference protocol as a real process: the same code as in the simulation, over sockets, a log file and the
 * machine's clocks. Bundled to one file for Node 18 and later; its only argument is a {@link ProcessHostConfiguration}.
 */
const PROTOCOLS: readonly Protocol[] = [RAFT_PROTOCOL, GOSSIP_PROTOCOL];

process.on('uncaughtException', fatal);
process.on('unhandledRejection', fatal);
process.on('SIGTERM', () => process.exit(0));
try {
  await run(parseConfiguration(process.argv[2]));
} catch (error) {
  // A wrong configuration, a port in use, damaged data: the message says it all.
  process.stderr.write(`process host: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

async function run(configuration: ProcessHostConfiguration): Promise<void> {
  const { node, dataDirectory, mutant } = configuration;
  const protocol = requireProtocol(configuration);
  const peers = new Map(Object.entries(configuration.peers));
  await mkdir(dataDirectory, { recursive: true });
  const { log, records } = await LogFile.open(join(dataDirectory, 'log'));
  const links = new PeerLinks(node, peers, (from, message) => host.dispatch({ kind: 'message', from, message }));
  const clients = new ClientPort(
    (requestId, request) => host.dispatch({ kind: 'request', requestId, request }),
    () => ({
      node,
      protocol: protocol.name,
      ...(instance.isPrimary === undefined ? {} : { isPrimary: instance.isPrimary() }),
      isSettled: instance.isSettled?.() ?? true,
      runtime: `Node ${process.version}`,
      wallMs: Date.now(),
    }),
  );
  const host = new RealHost({
    node,
    peers: [...peers.keys()],
    log,
    send: (to, message) => links.send(to, message),
    reply: (requestId, response) => clients.reply(requestId, response),
    fatal,
  });
  host.trace('process started', { protocol: protocol.name, node, records: records.length });
  const instance: ProtocolInstance = host.start(protocol, mutant, records);
  await links.listen(configuration.peerPort);
  await clients.listen(configuration.clientPort);
}

function requireProtocol({ protocol: name, mutant }: ProcessHostConfiguration): Protocol {
  const protocol = PROTOCOLS.find((known) => known.name === name);
  const names = PROTOCOLS.map((known) => known.name).join(', ');
  if (protocol === undefined) throw new Error(`there is no protocol ${name}; there are ${names}`);
  if (mutant !== undefined && !Object.hasOwn(protocol.mutants, mutant)) {
    throw new Error(`${name} has no planted bug ${mutant}`);
  }
  return protocol;
}

/** Says what happened and ends: a node that cannot go on must not look as if it did. */
function fatal(error: unknown): never {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`process host failed: ${text}\n`);
  process.exit(1);
}
