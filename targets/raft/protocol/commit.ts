import type { RaftNode } from './raft-node.ts';

/**
 * Commits and applies up to `index`, and answers the proposals that are decided by it: the one whose entry was committed
 * happened, any other at the same index can never happen any more (Raft's log matching property).
 */
export function commitUpTo(node: RaftNode, index: number): void {
  node.commitIndex = Math.max(node.commitIndex, index);
  while (node.appliedIndex < node.commitIndex) {
    const entry = node.storage.entryAt(node.appliedIndex + 1);
    if (entry === undefined) return;
    node.appliedIndex++;
    const result = node.machine.apply(entry.command);
    const proposals = node.proposals.get(node.appliedIndex);
    if (proposals === undefined) continue;
    node.proposals.delete(node.appliedIndex);
    for (const { term, answer } of proposals) answer(term === entry.term ? result : { fail: 'superseded' });
  }
}
