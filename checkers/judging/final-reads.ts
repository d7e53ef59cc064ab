import type { Operations } from './operations.ts';

/** Where and when the last look at the system was taken. */
export interface FinalReadOptions {
  /** Start of the final phase, nanoseconds on the run's clock; undefined: the last `ok` read of each place counts. */
  readonly finalFromNs: number | undefined;
  /** Nodes that must have answered; undefined: the nodes the history knows. */
  readonly nodes: readonly string[] | undefined;
}

/** The last look at one object. */
export interface FinalReads {
  /** Invocation of the last `ok` read by place: a node, or `process 7` where nodes are unknown. */
  readonly byPlace: ReadonlyMap<string, number>;
  /** Nodes that gave no final read. */
  readonly missingNodes: readonly string[];
}

/**
 * The final reads among `reads` (invocations of `ok` reads of one object, ascending): the last one of each node. Where
 * the history knows no nodes, the last one of each process in the final phase, and without a final phase the last one
 * of all, because the processes of the main phase stopped looking at different times.
 */
export function finalReadsOf(operations: Operations, reads: readonly number[], options: FinalReadOptions): FinalReads {
  const { finalFromNs } = options;
  const nodes = options.nodes ?? operations.history.nodes;
  const final = finalFromNs === undefined ? reads : reads.filter((read) => operations.startNs(read) >= finalFromNs);
  const byPlace = new Map<string, number>();
  if (nodes.length === 0 && finalFromNs === undefined) {
    const last = final.at(-1);
    if (last !== undefined) byPlace.set(`process ${operations.process(last)}`, last);
  } else {
    for (const read of final) byPlace.set(operations.node(read) ?? `process ${operations.process(read)}`, read);
  }
  return { byPlace, missingNodes: nodes.filter((node) => !byPlace.has(node)) };
}
