import type { Leadership, RaftNode, WaitingRead } from './raft-node.ts';

/**
 * Linearizable reads without writing to the log (Ongaro's thesis, section 6.4): the leader notes what is committed, makes
 * sure by a round of heartbeats that it still leads, and then answers from its own state. Reads that come during a round
 * share the next one. `startRound` sends a heartbeat to every follower.
 */
export function addRead(node: RaftNode, leadership: Leadership, read: WaitingRead, startRound: () => void): void {
  if (node.mutant === 'deposed-leader-read') return read.answer(node.machine.read(read.request));
  leadership.waitingReads.push(read);
  advanceReads(node, leadership, startRound);
}

/** To be called whenever a follower answered or something was committed. */
export function advanceReads(node: RaftNode, leadership: Leadership, startRound: () => void): void {
  if (leadership.confirmingReads.length > 0 && isConfirmed(node, leadership)) {
    const confirmed = leadership.confirmingReads;
    leadership.confirmingReads = [];
    // Applying follows committing at once, so the state holds all that was committed when the round began.
    for (const read of confirmed) read.answer(node.machine.read(read.request));
  }
  if (leadership.confirmingReads.length > 0 || leadership.waitingReads.length === 0) return;
  // Before its first entry is committed a leader does not know what earlier leaders had committed.
  if (node.commitIndex < leadership.firstIndex) return;
  leadership.confirmingReads = leadership.waitingReads;
  leadership.waitingReads = [];
  leadership.round++;
  startRound();
  if (node.majority === 1) advanceReads(node, leadership, startRound);
}

function isConfirmed(node: RaftNode, leadership: Leadership): boolean {
  let count = 1;
  for (const { ackedRound } of leadership.followers.values()) if (ackedRound >= leadership.round) count++;
  return count >= node.majority;
}
