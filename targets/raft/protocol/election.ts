import type { NodeId } from '../../../harness/kernel/node.ts';
import type { Vote, VoteRequest } from './messages.ts';
import {
  ELECTION_MIN_MS,
  becomeFollower,
  broadcast,
  noteContact,
  rearmElection,
  send,
  sinceContactMs,
  type RaftNode,
} from './raft-node.ts';

/**
 * Elections (Raft paper, section 5.2 and 5.4.1) with a pre-vote round (Ongaro's thesis, section 9.6): a node that cannot
 * win does not raise the term, so one that was cut off does not depose a healthy leader when it comes back.
 *
 * `won` is called when this node has a majority of votes for the current term.
 */
export function onElectionTimer(node: RaftNode, won: () => void): void {
  if (node.role.kind === 'leader') return;
  const restMs = node.electionTimeoutMs - sinceContactMs(node);
  // Contact only notes the time; the timer is moved when it fires, not with every heartbeat.
  if (restMs > 0) return node.host.setTimer('election', restMs);
  rearmElection(node);
  node.leader = undefined;
  node.role = { kind: 'candidate', pre: true, votes: new Set([node.host.self]) };
  node.host.trace('asks for pre-votes', { term: node.storage.term });
  broadcast(node, voteRequest(node, true));
  countVotes(node, won);
}

export function onVoteRequest(node: RaftNode, from: NodeId, request: VoteRequest): void {
  const { storage } = node;
  const { electionTerm, pre } = request;
  if (pre) {
    const granted = electionTerm > storage.term && isUpToDate(node, request) && !hearsLeader(node);
    return send(node, from, { k: 'vote', pre, electionTerm, term: storage.term, granted });
  }
  if (electionTerm > storage.term) becomeFollower(node, electionTerm, undefined);
  const isFree = storage.votedFor === null || storage.votedFor === from;
  const granted = electionTerm === storage.term && isFree && isUpToDate(node, request);
  if (!granted) return send(node, from, { k: 'vote', pre, electionTerm, term: storage.term, granted });
  if (storage.votedFor === null) storage.setTerm(storage.term, from);
  noteContact(node);
  storage.afterSync(() => {
    // Once this node has moved on, a vote of the older term must not count any more.
    if (storage.term === electionTerm) send(node, from, { k: 'vote', pre, electionTerm, term: electionTerm, granted });
  });
}

export function onVote(node: RaftNode, from: NodeId, vote: Vote, won: () => void): void {
  const { role, storage } = node;
  if (vote.term > storage.term) return becomeFollower(node, vote.term, undefined);
  if (role.kind !== 'candidate' || role.pre !== vote.pre || !vote.granted) return;
  if (vote.electionTerm !== storage.term + (vote.pre ? 1 : 0)) return;
  role.votes.add(from);
  countVotes(node, won);
}

function countVotes(node: RaftNode, won: () => void): void {
  if (node.role.kind !== 'candidate' || node.role.votes.size < node.majority) return;
  if (node.role.pre) startElection(node, won);
  else won();
}

function startElection(node: RaftNode, won: () => void): void {
  const { host, storage } = node;
  const term = storage.term + 1;
  const votes = new Set<NodeId>();
  storage.setTerm(term, host.self);
  node.role = { kind: 'candidate', pre: false, votes };
  rearmElection(node);
  host.trace('asks for votes', { term });
  storage.afterSync(() => {
    // Its own vote, like any other, counts once it would survive a crash.
    if (node.role.kind !== 'candidate' || node.role.votes !== votes) return;
    votes.add(host.self);
    broadcast(node, voteRequest(node, false));
    countVotes(node, won);
  });
}

function voteRequest(node: RaftNode, pre: boolean): VoteRequest {
  const { term, lastIndex, lastTerm } = node.storage;
  return { k: 'vote-request', pre, electionTerm: pre ? term + 1 : term, lastIndex, lastTerm };
}

/** Whether the candidate's log is at least as complete as this node's (Raft paper, section 5.4.1). */
function isUpToDate(node: RaftNode, request: VoteRequest): boolean {
  const { lastIndex, lastTerm } = node.storage;
  return request.lastTerm > lastTerm || (request.lastTerm === lastTerm && request.lastIndex >= lastIndex);
}

function hearsLeader(node: RaftNode): boolean {
  return node.role.kind === 'leader' || (node.leader !== undefined && sinceContactMs(node) < ELECTION_MIN_MS);
}
