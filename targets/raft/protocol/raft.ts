import type { Host, HostEvent, Protocol, ProtocolInstance } from '../../../harness/kernel/host.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { NodeId } from '../../../harness/kernel/node.ts';
import type { OperationRequest } from '../../hosted-operations.ts';
import { onForward, onForwardReply, onRequest, onSweepTimer } from './client-requests.ts';
import { onElectionTimer, onVote, onVoteRequest } from './election.ts';
import { onAppend } from './follower.ts';
import { asMessage } from './messages.ts';
import { RAFT_MUTANTS, type RaftMutant } from './mutants.ts';
import { ELECTION_MAX_MS, createRaftNode, rearmElection, sinceContactMs, type RaftNode } from './raft-node.ts';
import { becomeLeader, onAppendReply, onHeartbeatTimer } from './replication.ts';

/**
 * Raft (Ongaro and Ousterhout, USENIX ATC 2014; Ongaro's thesis for reads, pre-votes and leaders that step down): the
 * core without membership changes and without snapshots, so the log grows for as long as a cluster lives.
 */
export const RAFT_PROTOCOL: Protocol = {
  name: 'raft',
  mutants: RAFT_MUTANTS,
  create(host: Host, mutant: string | undefined): ProtocolInstance {
    const node = createRaftNode(host, requireMutant(mutant));
    return {
      on: (event) => onEvent(node, event),
      isPrimary: () => node.role.kind === 'leader',
      isSettled: () => isSettled(node),
    };
  },
};

function onEvent(node: RaftNode, event: HostEvent): void {
  switch (event.kind) {
    case 'start':
      node.storage.recover(event.records);
      return rearmElection(node);
    case 'message':
      return onMessage(node, event.from, event.message);
    case 'timer':
      return onTimer(node, event.name);
    case 'synced':
      return node.storage.onSynced(event.token);
    case 'request':
      // Clients speak through this target's codecs, which make nothing else.
      return onRequest(node, event.request as OperationRequest, (response) =>
        node.host.reply(event.requestId, response),
      );
  }
}

function onMessage(node: RaftNode, from: NodeId, value: JsonValue): void {
  const message = asMessage(value);
  switch (message.k) {
    case 'append':
      return onAppend(node, from, message);
    case 'append-reply':
      return onAppendReply(node, from, message);
    case 'vote-request':
      return onVoteRequest(node, from, message);
    case 'vote':
      return onVote(node, from, message, () => becomeLeader(node));
    case 'forward':
      return onForward(node, from, message);
    case 'forward-reply':
      return onForwardReply(node, message);
  }
}

function onTimer(node: RaftNode, name: string): void {
  if (name === 'election') onElectionTimer(node, () => becomeLeader(node));
  else if (name === 'heartbeat') onHeartbeatTimer(node);
  else if (name === 'sweep') onSweepTimer(node);
}

function isSettled(node: RaftNode): boolean {
  if (node.role.kind === 'leader') {
    return node.commitIndex >= node.role.firstIndex && node.commitIndex === node.storage.lastIndex;
  }
  const hearsLeader = node.leader !== undefined && sinceContactMs(node) < ELECTION_MAX_MS;
  return hearsLeader && node.appliedIndex >= node.leaderCommitIndex;
}

function requireMutant(name: string | undefined): RaftMutant | undefined {
  if (name === undefined || Object.hasOwn(RAFT_MUTANTS, name)) return name as RaftMutant | undefined;
  throw new Error(`raft has no planted bug ${name}`);
}
