import { RW, type GraphBuilder } from './dependency-graph.ts';

/**
 * Adds an anti-dependency from every reader to every writer but itself. Few are added one by one; many go through two
 * chains of auxiliary vertices, one over the members after each and one over those before it, which leaves a
 * transaction that is reader and writer out of its own way. O(readers + writers) edges either way.
 */
export function addExclusiveEdges(readers: readonly number[], writers: readonly number[], builder: GraphBuilder): void {
  if (readers.length * writers.length <= 4 * (readers.length + writers.length)) {
    for (const reader of readers) {
      for (const writer of writers) if (reader !== writer) builder.addEdge(reader, writer, RW);
    }
    return;
  }
  const distinct = [...new Set(writers)];
  const rank = new Map(distinct.map((writer, index) => [writer, index]));
  const after = addChain(distinct, builder);
  const before = addChain(distinct.toReversed(), builder).toReversed();
  for (const reader of new Set(readers)) {
    const own = rank.get(reader);
    const later = after[own === undefined ? 0 : own + 1];
    const earlier = own === undefined ? undefined : before[own - 1];
    if (later !== undefined) builder.addEdge(reader, later, RW);
    if (earlier !== undefined) builder.addEdge(reader, earlier, RW);
  }
}

/** One auxiliary vertex per writer, leading to that writer and to the next vertex. */
function addChain(writers: readonly number[], builder: GraphBuilder): number[] {
  const chain = writers.map(() => builder.addVertex());
  writers.forEach((writer, index) => {
    const vertex = chain[index] as number;
    builder.addEdge(vertex, writer, RW);
    const next = chain[index + 1];
    if (next !== undefined) builder.addEdge(vertex, next, RW);
  });
  return chain;
}
