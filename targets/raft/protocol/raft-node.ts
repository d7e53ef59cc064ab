import type { Host } from '../../../harness/kernel/host.ts';
import type { NodeId } from '../../../harness/kernel/node.ts';
import type { OperationRequest, OperationResponse } from '../../hosted-operations.ts';
import type { AdmittedRequests } from './admitted-requests.ts';
import type { RaftMessage } from './messages.ts';
import type { RaftMutant } from './mutants.ts';
import { RaftStorage } from './raft-storage.ts';
import { StateMachine } from './state-machine.ts';

/** A follower that hears nothing for a random time between these asks for votes. */
export const ELECTION_MIN_MS = 400;
export const ELECTION_MAX_MS = 800;
export const HEARTBEAT_MS = 100;

export type Answer = (response: OperationResponse) => void;

/** Something a client waits for, and until when. */
export interface Waiting {
  readonly answer: Answer;
  readonly deadlineNs: number;
}

export interface WaitingRead extends Waiting {
  readonly request: Extract<OperationRequest, { readonly f: 'read' }>;
}

/** A proposed entry: it happened if the entry of this term is the one that is committed at its index. */
export interface WaitingProposal extends Waiting {
  readonly term: number;
}

/** What a leader knows of one follower. */
export interface Progress {
  nextIndex: number;
  /** Known to be durable there and equal to the leader's log. */
  matchIndex: number;
  /** Entries are under way; more are sent when they are answered or at the next heartbeat. */
  isAwaiting: boolean;
  /** The newest round of leadership confirmation that it answered. */
  ackedRound: number;
  heardAtNs: number;
}

export interface Leadership {
  readonly kind: 'leader';
  readonly term: number;
  /** Index of the no-op that opens the term. Until it is committed, what is committed is not known for sure. */
  readonly firstIndex: number;
  readonly followers: ReadonlyMap<NodeId, Progress>;
  readonly admitted: AdmittedRequests;
  /** Up to where the leader's own log is durable. */
  durableIndex: number;
  round: number;
  /** Reads whose round is under way, and reads that wait for the next one. */
  confirmingReads: WaitingRead[];
  waitingReads: WaitingRead[];
}

export type Role =
  | { readonly kind: 'follower' }
  | { readonly kind: 'candidate'; readonly pre: boolean; readonly votes: Set<NodeId> }
  | Leadership;

/** All state of one node. The modules beside this one are functions over it. */
export interface RaftNode {
  readonly host: Host;
  readonly mutant: RaftMutant | undefined;
  readonly storage: RaftStorage;
  readonly machine: StateMachine;
  /** Nodes that make a majority, this one included. */
  readonly majority: number;
  /** Names this life of the process among all processes that forward requests. */
  readonly sender: string;
  role: Role;
  leader: NodeId | undefined;
  heardFromLeaderAtNs: number;
  electionTimeoutMs: number;
  commitIndex: number;
  appliedIndex: number;
  /** What the leader last said that it had committed. */
  leaderCommitIndex: number;
  /** The last term that this life of the process led and leads no more. */
  ledBefore: { readonly term: number; readonly admitted: AdmittedRequests } | undefined;
  readonly proposals: Map<number, WaitingProposal[]>;
  readonly forwards: Map<number, Waiting>;
  nextSequence: number;
}

export function createRaftNode(host: Host, mutant: RaftMutant | undefined): RaftNode {
  const clusterSize = host.peers.length + 1;
  const random = host.random.fork('sender');
  return {
    host,
    mutant,
    storage: new RaftStorage(host, mutant),
    machine: new StateMachine(),
    majority: Math.floor(clusterSize / 2) + 1,
    sender: `${host.self}-${random.int(0, 0x7fffffff)}-${random.int(0, 0x7fffffff)}`,
    role: { kind: 'follower' },
    leader: undefined,
    heardFromLeaderAtNs: host.monotonicNs(),
    electionTimeoutMs: drawElectionTimeoutMs(host),
    commitIndex: 0,
    appliedIndex: 0,
    leaderCommitIndex: 0,
    ledBefore: undefined,
    proposals: new Map(),
    forwards: new Map(),
    nextSequence: 1,
  };
}

export function send(node: RaftNode, to: NodeId, message: RaftMessage): void {
  node.host.send(to, message);
}

export function broadcast(node: RaftNode, message: RaftMessage): void {
  for (const peer of node.host.peers) node.host.send(peer, message);
}

/**
 * Follows in `term`, which is not older than the current one. Whatever this node led is over: its unconfirmed reads have
 * definitely not been answered, while its proposals may still be committed by others and go on waiting.
 */
export function becomeFollower(node: RaftNode, term: number, leader: NodeId | undefined): void {
  const { host, role, storage } = node;
  if (term > storage.term) storage.setTerm(term, null);
  if (role.kind !== 'follower') host.trace('follows', { term, leader: leader ?? null });
  node.role = { kind: 'follower' };
  node.leader = leader;
  if (role.kind !== 'leader') return;
  node.ledBefore = { term: role.term, admitted: role.admitted };
  host.cancelTimer('heartbeat');
  rearmElection(node);
  for (const read of [...role.confirmingReads, ...role.waitingReads]) read.answer({ fail: 'not-leader' });
}

/** A sign of life of a leader or candidate that this node supports: no election for another timeout. */
export function noteContact(node: RaftNode): void {
  node.heardFromLeaderAtNs = node.host.monotonicNs();
}

/** Draws a new timeout and waits it out from now on. */
export function rearmElection(node: RaftNode): void {
  noteContact(node);
  node.electionTimeoutMs = drawElectionTimeoutMs(node.host);
  node.host.setTimer('election', node.electionTimeoutMs);
}

export function sinceContactMs(node: RaftNode): number {
  return (node.host.monotonicNs() - node.heardFromLeaderAtNs) / 1e6;
}

function drawElectionTimeoutMs(host: Host): number {
  return host.random.int(ELECTION_MIN_MS, ELECTION_MAX_MS);
}
