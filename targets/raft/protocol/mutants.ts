/** Bugs that can be planted, each a mistake that real implementations have made. */
export const RAFT_MUTANTS = {
  'vote-not-persisted': 'a vote is forgotten in a crash, so a node can vote twice in one term',
  'deposed-leader-read': 'a leader answers reads without making sure that it still leads',
  'ack-before-sync': 'votes and entries are acknowledged before they are durable',
  'old-term-commit': 'an entry of an older term is committed by counting replicas (Raft paper, figure 8)',
} as const;

export type RaftMutant = keyof typeof RAFT_MUTANTS;
