import type { NodeId } from '../../../harness/kernel/node.ts';
import { AdmittedRequests } from './admitted-requests.ts';
import { commitUpTo } from './commit.ts';
import type { AppendReply, Command } from './messages.ts';
import {
  ELECTION_MAX_MS,
  HEARTBEAT_MS,
  becomeFollower,
  send,
  type Leadership,
  type Progress,
  type RaftNode,
} from './raft-node.ts';
import { advanceReads } from './read-index.ts';

/** Entries per message. */
const BATCH_MAX = 256;

/** Takes office: opens the term with a no-op, which commits everything before it (Raft paper, section 5.4.2 and 8). */
export function becomeLeader(node: RaftNode): void {
  const { host, storage } = node;
  // Whoever believes that old entries can be committed by counting has no need of an entry of its own term.
  const opensTerm = node.mutant !== 'old-term-commit';
  const nextIndex = storage.lastIndex + 1;
  const firstIndex = opensTerm ? nextIndex : storage.lastIndex;
  const nowNs = host.monotonicNs();
  const follower = (peer: NodeId): [NodeId, Progress] => [
    peer,
    { nextIndex, matchIndex: 0, isAwaiting: false, ackedRound: 0, heardAtNs: nowNs },
  ];
  node.role = {
    kind: 'leader',
    term: storage.term,
    firstIndex,
    followers: new Map(host.peers.map(follower)),
    admitted: new AdmittedRequests(),
    durableIndex: opensTerm ? 0 : firstIndex,
    round: 0,
    confirmingReads: [],
    waitingReads: [],
  };
  node.leader = host.self;
  host.cancelTimer('election');
  host.setTimer('heartbeat', HEARTBEAT_MS);
  host.trace('leads', { term: storage.term, firstIndex });
  if (opensTerm) propose(node, node.role, { f: 'no-op' });
  else sendRound(node, node.role);
}

/** Appends to the leader's log and starts replicating. Returns the entry's index. */
export function propose(node: RaftNode, leadership: Leadership, command: Command): number {
  const { storage } = node;
  storage.append([{ term: leadership.term, command }]);
  const index = storage.lastIndex;
  for (const [peer, progress] of leadership.followers) {
    if (!progress.isAwaiting) sendAppend(node, leadership, peer, progress);
  }
  storage.afterSync(() => {
    if (node.role !== leadership) return;
    leadership.durableIndex = Math.max(leadership.durableIndex, index);
    advanceCommit(node, leadership);
  });
  return index;
}

export function onHeartbeatTimer(node: RaftNode): void {
  const leadership = node.role;
  if (leadership.kind !== 'leader') return;
  if (!hearsMajority(node, leadership)) {
    node.host.trace('lost its majority', { term: leadership.term });
    return becomeFollower(node, node.storage.term, undefined);
  }
  for (const [peer, progress] of leadership.followers) {
    // What has not been answered by now counts as lost.
    progress.isAwaiting = false;
    sendAppend(node, leadership, peer, progress);
  }
  node.host.setTimer('heartbeat', HEARTBEAT_MS);
}

export function onAppendReply(node: RaftNode, from: NodeId, reply: AppendReply): void {
  const leadership = node.role;
  if (reply.term > node.storage.term) return becomeFollower(node, reply.term, undefined);
  if (leadership.kind !== 'leader' || reply.term !== leadership.term) return;
  const progress = leadership.followers.get(from);
  if (progress === undefined) return;
  progress.heardAtNs = node.host.monotonicNs();
  progress.ackedRound = Math.max(progress.ackedRound, reply.round);
  if (reply.accepted) onAccepted(node, leadership, from, progress, reply.index);
  else onRejected(node, leadership, from, progress, reply.index);
  if (node.role === leadership) advanceReads(node, leadership, () => sendRound(node, leadership));
}

/** A heartbeat to every follower, to confirm the leadership. */
export function sendRound(node: RaftNode, leadership: Leadership): void {
  for (const [peer, progress] of leadership.followers) sendAppend(node, leadership, peer, progress);
}

function onAccepted(node: RaftNode, leadership: Leadership, peer: NodeId, progress: Progress, index: number): void {
  if (index >= progress.nextIndex) progress.isAwaiting = false;
  progress.matchIndex = Math.max(progress.matchIndex, index);
  progress.nextIndex = Math.max(progress.nextIndex, index + 1);
  advanceCommit(node, leadership);
  if (!progress.isAwaiting && progress.nextIndex <= node.storage.lastIndex) {
    sendAppend(node, leadership, peer, progress);
  }
}

function onRejected(node: RaftNode, leadership: Leadership, peer: NodeId, progress: Progress, hint: number): void {
  const nextIndex = Math.max(progress.matchIndex + 1, Math.min(hint, progress.nextIndex - 1));
  // A late answer to something older; the next heartbeat tries again.
  if (nextIndex >= progress.nextIndex) return;
  progress.nextIndex = nextIndex;
  progress.isAwaiting = false;
  sendAppend(node, leadership, peer, progress);
}

function sendAppend(node: RaftNode, leadership: Leadership, peer: NodeId, progress: Progress): void {
  const { storage } = node;
  const prevIndex = progress.nextIndex - 1;
  const entries = progress.isAwaiting ? [] : storage.entriesFrom(progress.nextIndex, BATCH_MAX);
  if (entries.length > 0) progress.isAwaiting = true;
  send(node, peer, {
    k: 'append',
    term: leadership.term,
    prevIndex,
    prevTerm: storage.termAt(prevIndex),
    entries,
    commitIndex: node.commitIndex,
    round: leadership.round,
  });
}

/** Commits what a majority holds durably, if it is of this term; older entries are committed with it, never alone. */
function advanceCommit(node: RaftNode, leadership: Leadership): void {
  const indexes = [leadership.durableIndex];
  for (const { matchIndex } of leadership.followers.values()) indexes.push(matchIndex);
  indexes.sort((left, right) => right - left);
  const index = indexes[node.majority - 1] ?? 0;
  if (index <= node.commitIndex) return;
  if (node.storage.termAt(index) !== leadership.term && node.mutant !== 'old-term-commit') return;
  commitUpTo(node, index);
  advanceReads(node, leadership, () => sendRound(node, leadership));
}

/** A leader that no majority answers may have been replaced; it stops holding up those who ask it. */
function hearsMajority(node: RaftNode, leadership: Leadership): boolean {
  const sinceNs = node.host.monotonicNs() - ELECTION_MAX_MS * 1e6;
  let count = 1;
  for (const { heardAtNs } of leadership.followers.values()) if (heardAtNs >= sinceNs) count++;
  return count >= node.majority;
}
