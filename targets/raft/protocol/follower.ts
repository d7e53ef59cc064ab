import type { NodeId } from '../../../harness/kernel/node.ts';
import { commitUpTo } from './commit.ts';
import type { Append, LogEntry } from './messages.ts';
import { becomeFollower, noteContact, send, type RaftNode } from './raft-node.ts';

/** Takes entries from the leader (Raft paper, section 5.3) and answers once they are durable. */
export function onAppend(node: RaftNode, from: NodeId, message: Append): void {
  const { storage } = node;
  const { round } = message;
  if (message.term < storage.term) {
    return send(node, from, { k: 'append-reply', term: storage.term, round, accepted: false, index: 0 });
  }
  // Cannot be another leader of the same term unless votes were forgotten; then each goes on believing in itself.
  if (node.role.kind === 'leader' && message.term === storage.term) return;
  if (message.term > storage.term || node.role.kind !== 'follower' || node.leader !== from) {
    becomeFollower(node, message.term, from);
  }
  noteContact(node);
  node.leaderCommitIndex = message.commitIndex;
  const { prevIndex } = message;
  const agrees = storage.termAt(prevIndex) === message.prevTerm;
  if (agrees) {
    takeEntries(node, prevIndex, message.entries);
    commitUpTo(node, Math.min(message.commitIndex, prevIndex + message.entries.length));
  }
  const index = agrees ? prevIndex + message.entries.length : retryIndex(node, prevIndex);
  storage.afterSync(() => {
    // In a later term these entries may be gone again: an answer then would vouch for what is not there.
    if (storage.term !== message.term) return;
    send(node, from, { k: 'append-reply', term: message.term, round, accepted: agrees, index });
  });
}

/** Appends what is new; from the first entry that contradicts the leader's on, this node's own log is dropped. */
function takeEntries(node: RaftNode, prevIndex: number, entries: readonly LogEntry[]): void {
  const { storage } = node;
  const known = entries.findIndex((entry, at) => storage.termAt(prevIndex + 1 + at) !== entry.term);
  if (known === -1) return;
  const firstNewIndex = prevIndex + 1 + known;
  if (firstNewIndex <= storage.lastIndex) storage.truncateFrom(firstNewIndex);
  storage.append(entries.slice(known));
}

/** Where the leader should try next: behind this log's end, or where the contradicting term began. */
function retryIndex(node: RaftNode, prevIndex: number): number {
  const { storage } = node;
  if (prevIndex > storage.lastIndex) return storage.lastIndex + 1;
  const term = storage.termAt(prevIndex);
  let index = prevIndex;
  while (index > 1 && storage.termAt(index - 1) === term) index--;
  return index;
}
