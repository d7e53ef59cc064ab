import type { Budget } from '../judging/budget.ts';
import { CycleFinder, type Step } from './cycle-finder.ts';
import { huntCycles, pattern, type Caught } from './cycle-hunt.ts';
import { FORCED, RW, SEEN, WR, WW, type Graph } from './dependency-graph.ts';
import { productGraph, vertexBehind } from './product-graph.ts';
import { strongComponents } from './strong-components.ts';

const READS: number = WR | SEEN;
/** A forced edge leads from the reader of a value to who overwrote it; the order it tells of rests on more than a prefix. */
const OVERWRITES: number = RW | FORCED;
const MASK: number = WW | READS | OVERWRITES;

/**
 * Searches the circles that prefix consistency forbids: those in which every anti-dependency follows on a read
 * dependency, (WR ; RW? ∪ WW) (Cerone, Gotsman and Yang, CONCUR 2017). Whoever is read from was committed when the reader
 * began, and whoever overwrote what was read was not: the one came before the other.
 *
 * Existence is exact, O(vertices + edges); presumes that reads and writes alone go in no circle (G1c).
 */
export function searchPrefixCycles(graph: Graph, budget: Budget): Caught {
  const product = productGraph(graph, MASK, { anti: OVERWRITES, opening: READS }, budget);
  return huntCycles({
    parts: strongComponents(product, MASK, budget),
    finder: new CycleFinder(product, budget),
    coreVertex: (vertex) => vertexBehind(graph, vertex),
    plan: (members) => ({
      starts: members.filter((vertex) => vertex < graph.real),
      pattern: pattern(MASK, MASK, MASK),
      sure: true,
    }),
    isAllowed: followsReads,
  });
}

function followsReads(steps: readonly Step[]): boolean {
  return steps.every(({ kind }, index) => {
    const before = steps.at(index - 1)?.kind ?? 0;
    return (kind & OVERWRITES) === 0 || (before & READS) !== 0;
  });
}
