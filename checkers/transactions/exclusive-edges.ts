import type { GraphBuilder } from './dependency-graph.ts';

/** Kinds of edges to add for readers of a state that others overwrote. */
export interface OverwriteKinds {
  /** From those who only read it. */
  readonly anti: number;
  /**
   * From those who also wrote the key: had the other write come between their read and their write, it would be an update
   * lost, a cycle with one anti-dependency. So it came after theirs.
   */
  readonly forced: number;
}

/** Adds edges from every reader of a state to every transaction that overwrote it, but itself. */
export function addOverwriteEdges(
  readers: Iterable<number>,
  writers: readonly number[],
  writesKey: (reader: number) => boolean,
  kinds: OverwriteKinds,
  builder: GraphBuilder,
): void {
  const distinct = [...new Set(readers)];
  const updaters = distinct.filter(writesKey);
  addExclusiveEdges(updaters, writers, builder, kinds.forced);
  const onlyReaders = updaters.length === 0 ? distinct : distinct.filter((reader) => !writesKey(reader));
  addExclusiveEdges(onlyReaders, writers, builder, kinds.anti);
}

/**
 * Adds an edge of this kind from every reader to every writer but itself. Few are added one by one; many go through two
 * chains of auxiliary vertices, one over the members after each and one over those before it, which leaves a
 * transaction that is reader and writer out of its own way. O(readers + writers) edges either way.
 */
function addExclusiveEdges(
  readers: readonly number[],
  writers: readonly number[],
  builder: GraphBuilder,
  kind: number,
): void {
  if (readers.length === 0) return;
  if (readers.length * writers.length <= 4 * (readers.length + writers.length)) {
    for (const reader of readers) {
      for (const writer of writers) if (reader !== writer) builder.addEdge(reader, writer, kind);
    }
    return;
  }
  const distinct = [...new Set(writers)];
  const rank = new Map(distinct.map((writer, index) => [writer, index]));
  const after = addChain(distinct, builder, kind);
  const before = addChain(distinct.toReversed(), builder, kind).toReversed();
  for (const reader of readers) {
    const own = rank.get(reader);
    const later = after[own === undefined ? 0 : own + 1];
    const earlier = own === undefined ? undefined : before[own - 1];
    if (later !== undefined) builder.addEdge(reader, later, kind);
    if (earlier !== undefined) builder.addEdge(reader, earlier, kind);
  }
}

/** One auxiliary vertex per writer, leading to that writer and to the next vertex. */
function addChain(writers: readonly number[], builder: GraphBuilder, kind: number): number[] {
  const chain = writers.map(() => builder.addVertex());
  writers.forEach((writer, index) => {
    const vertex = chain[index] as number;
    builder.addEdge(vertex, writer, kind);
    const next = chain[index + 1];
    if (next !== undefined) builder.addEdge(vertex, next, kind);
  });
  return chain;
}
