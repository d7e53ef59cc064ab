import type { Host, HostEvent, Protocol, ProtocolInstance } from '../../../harness/kernel/host.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { NodeId } from '../../../harness/kernel/node.ts';
import { GroupSync } from '../../hosted-group-sync.ts';
import type { OperationRequest, OperationResponse } from '../../hosted-operations.ts';
import { ChangeLog } from './change-log.ts';
import { LastWriterWinsStore } from './last-writer-wins.ts';
import { asChange, asMessage, type Change, type Delta, type GossipMessage } from './messages.ts';

/** A node opens an exchange with a random peer after a random time between these. */
const EXCHANGE_MIN_MS = 50;
const EXCHANGE_MAX_MS = 150;
/** Changes per message; the rest follows in the next exchanges. */
const BATCH_MAX = 500;

/**
 * An eventually consistent store: every node answers from its own state, and nodes compare version vectors in pairs and
 * hand over what the other lacks (anti-entropy after Demers et al., PODC 1987, with the vectors of Petersen et al.,
 * SOSP 1997). A write is acknowledged once its node has it on disk, so reads elsewhere are stale for a while, and of two
 * writes the one with the later wall clock wins, whatever order the clients saw.
 */
export const GOSSIP_PROTOCOL: Protocol = {
  name: 'gossip',
  mutants: {},
  create(host: Host, mutant: string | undefined): ProtocolInstance {
    if (mutant !== undefined) throw new Error(`gossip has no planted bug ${mutant}`);
    const node: GossipNode = {
      host,
      sync: new GroupSync(host),
      log: new ChangeLog(),
      store: new LastWriterWinsStore(),
      equalPeers: new Set(),
    };
    return { on: (event) => onEvent(node, event), isSettled: () => node.equalPeers.size === host.peers.length };
  },
};

interface GossipNode {
  readonly host: Host;
  readonly sync: GroupSync;
  readonly log: ChangeLog;
  readonly store: LastWriterWinsStore;
  /** Peers that had the same changes when they were last heard of, since this node last changed. */
  readonly equalPeers: Set<NodeId>;
}

function onEvent(node: GossipNode, event: HostEvent): void {
  switch (event.kind) {
    case 'start':
      for (const change of event.records.map(asChange)) {
        node.log.accept(change);
        show(node, change);
      }
      return rearm(node);
    case 'message':
      return onMessage(node, event.from, event.message);
    case 'timer':
      return openExchange(node);
    case 'synced':
      return node.sync.onSynced(event.token);
    case 'request':
      // Clients speak through this target's codecs, which make nothing else.
      return onRequest(node, event.request as OperationRequest, (response) =>
        node.host.reply(event.requestId, response),
      );
  }
}

function onRequest(node: GossipNode, request: OperationRequest, answer: (response: OperationResponse) => void): void {
  switch (request.f) {
    case 'read': {
      const { key, kind } = request;
      return answer({ ok: kind === 'register' ? node.store.readRegister(key) : node.store.readSet(key) });
    }
    case 'cas':
      return answer({ fail: 'unsupported' });
    case 'write':
    case 'add': {
      const { self } = node.host;
      const change: Change = {
        origin: self,
        sequence: node.log.nextSequence(self),
        wallMs: node.host.wallMs(),
        operation: request,
      };
      return takeIn(node, [change], () => answer({ ok: null }));
    }
  }
}

function openExchange(node: GossipNode): void {
  rearm(node);
  if (node.host.peers.length === 0) return;
  send(node, node.host.random.pick(node.host.peers), { k: 'digest', vector: node.log.vector });
}

function onMessage(node: GossipNode, from: NodeId, value: JsonValue): void {
  const message = asMessage(value);
  if (node.log.isEqual(message.vector)) node.equalPeers.add(from);
  if (message.k === 'digest') send(node, from, deltaFor(node, message.vector, true));
  else onDelta(node, from, message);
}

function onDelta(node: GossipNode, from: NodeId, delta: Delta): void {
  if (delta.changes.length > 0) takeIn(node, delta.changes, () => undefined);
  if (!delta.isReply) return;
  const answer = deltaFor(node, delta.vector, false);
  if (answer.changes.length > 0) send(node, from, answer);
}

function deltaFor(node: GossipNode, vector: Delta['vector'], isReply: boolean): Delta {
  return { k: 'delta', isReply, vector: node.log.vector, changes: node.log.missingFrom(vector, BATCH_MAX) };
}

/** Writes what is new, and shows it once it would survive a crash. */
function takeIn(node: GossipNode, changes: readonly Change[], shown: () => void): void {
  const accepted = changes.filter((change) => node.log.accept(change));
  if (accepted.length > 0) node.equalPeers.clear();
  for (const change of accepted) node.sync.append(change);
  node.sync.afterSync(() => {
    for (const change of accepted) show(node, change);
    shown();
  });
}

function show(node: GossipNode, change: Change): void {
  node.log.show(change);
  node.store.apply(change);
}

function rearm(node: GossipNode): void {
  node.host.setTimer('exchange', node.host.random.int(EXCHANGE_MIN_MS, EXCHANGE_MAX_MS));
}

function send(node: GossipNode, to: NodeId, message: GossipMessage): void {
  node.host.send(to, message);
}
