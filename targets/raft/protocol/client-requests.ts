import type { NodeId } from '../../../harness/kernel/node.ts';
import type { OperationRequest } from '../../hosted-operations.ts';
import type { Forward, ForwardReply } from './messages.ts';
import { send, type Answer, type Leadership, type RaftNode, type Waiting } from './raft-node.ts';
import { addRead } from './read-index.ts';
import { propose, sendRound } from './replication.ts';

/** After this a node answers that it does not know. */
const REQUEST_TIMEOUT_MS = 2_000;
const SWEEP_MS = 250;
/** Requests that may wait on one node. */
const WAITING_MAX = 10_000;

/**
 * Every node serves clients: the leader by itself, the others by handing the request to the leader they know.
 *
 * What an answer means must be certain. `fail` is said only where the request cannot take effect any more:
 * - no leader is known, or too many requests wait: nothing was sent or proposed;
 * - the leader of the term that the request was addressed to has not admitted it and does not lead any more. Requests
 *   are sent once, addressed to one term, and admitted at most once in it, so a copy that the network makes changes
 *   nothing, and a copy that comes later is not admitted;
 * - the log holds another committed entry where this one was proposed;
 * - it was a read whose leader was deposed before it was answered, or a compare-and-set whose comparison failed.
 *
 * Everything else, a leader that does not answer above all, is `info`.
 */
export function onRequest(node: RaftNode, request: OperationRequest, answer: Answer): void {
  if (waitingCount(node) >= WAITING_MAX) return answer({ fail: 'overloaded' });
  if (node.role.kind === 'leader') return execute(node, node.role, request, answer);
  if (node.leader === undefined) return answer({ fail: 'no-leader' });
  const sequence = node.nextSequence++;
  node.forwards.set(sequence, waiting(node, answer));
  send(node, node.leader, { k: 'forward', term: node.storage.term, sender: node.sender, sequence, request });
}

export function onForward(node: RaftNode, from: NodeId, forward: Forward): void {
  const { term, sender, sequence, request } = forward;
  const answer: Answer = (response) => send(node, from, { k: 'forward-reply', sender, sequence, response });
  if (node.role.kind === 'leader' && node.role.term === term) {
    if (waitingCount(node) >= WAITING_MAX) return;
    if (node.role.admitted.admit(sender, sequence)) execute(node, node.role, request, answer);
  } else if (node.ledBefore?.term === term && !node.ledBefore.admitted.mayHave(sender, sequence)) {
    answer({ fail: 'not-leader' });
  }
  // Otherwise this life of the process cannot know what became of it: silence, and the sender answers `info`.
}

export function onForwardReply(node: RaftNode, reply: ForwardReply): void {
  if (reply.sender !== node.sender) return;
  const forward = node.forwards.get(reply.sequence);
  if (forward === undefined) return;
  node.forwards.delete(reply.sequence);
  forward.answer(reply.response);
}

/** Gives up on what has waited for too long. */
export function onSweepTimer(node: RaftNode): void {
  const nowNs = node.host.monotonicNs();
  const isLate = ({ deadlineNs }: Waiting): boolean => deadlineNs <= nowNs;
  const late: Waiting[] = [];
  for (const [sequence, forward] of node.forwards) {
    if (!isLate(forward)) continue;
    node.forwards.delete(sequence);
    late.push(forward);
  }
  for (const [index, proposals] of node.proposals) {
    late.push(...proposals.filter(isLate));
    const rest = proposals.filter((proposal) => !isLate(proposal));
    if (rest.length > 0) node.proposals.set(index, rest);
    else node.proposals.delete(index);
  }
  const { role } = node;
  if (role.kind === 'leader') {
    late.push(...role.confirmingReads.filter(isLate), ...role.waitingReads.filter(isLate));
    role.confirmingReads = role.confirmingReads.filter((read) => !isLate(read));
    role.waitingReads = role.waitingReads.filter((read) => !isLate(read));
  }
  for (const { answer } of late) answer({ info: 'timeout' });
  if (waitingCount(node) > 0) node.host.setTimer('sweep', SWEEP_MS);
}

function execute(node: RaftNode, leadership: Leadership, request: OperationRequest, answer: Answer): void {
  const entry = waiting(node, answer);
  if (request.f === 'read') {
    addRead(node, leadership, { ...entry, request }, () => sendRound(node, leadership));
    return;
  }
  const { term } = leadership;
  const index = node.storage.lastIndex + 1;
  const others = node.proposals.get(index) ?? [];
  // Registered before it is proposed: a cluster of one may commit it at once.
  node.proposals.set(index, [...others, { ...entry, term }]);
  propose(node, leadership, request);
}

function waiting(node: RaftNode, answer: Answer): Waiting {
  if (waitingCount(node) === 0) node.host.setTimer('sweep', SWEEP_MS);
  return { answer, deadlineNs: node.host.monotonicNs() + REQUEST_TIMEOUT_MS * 1e6 };
}

function waitingCount(node: RaftNode): number {
  const { role } = node;
  const readCount = role.kind === 'leader' ? role.confirmingReads.length + role.waitingReads.length : 0;
  return node.forwards.size + node.proposals.size + readCount;
}
