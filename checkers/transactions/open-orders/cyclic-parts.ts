import type { Budget } from '../../judging/budget.ts';
import { cyclicCore, type CyclicCore } from '../cyclic-core.ts';
import { ALL_KINDS } from '../dependency-graph.ts';
import { strongComponents, type Components } from '../strong-components.ts';
import { unreadWrites, type OpenWrites } from './open-writes.ts';

/** A part of the dependency graph, and the writes in it whose order is open, over its own vertices. */
export interface OpenParts extends CyclicCore {
  readonly writes: OpenWrites;
}

/**
 * The strongly connected parts of the graph that hold two writers of one key, for writes that nobody read. Their order adds
 * nothing but edges between the writers: those between different parts can all lead the way in which the parts lie, so
 * that no circle runs through them. Undefined where there is no such part. O(vertices + edges of the core).
 */
export function partsWithOpenWrites(core: CyclicCore, writes: OpenWrites, budget: Budget): OpenParts | undefined {
  if (core.original.length === 0) return undefined;
  const inCore = groupsIn(core.original, writes, budget);
  if (inCore.length === 0) return undefined;
  const components = strongComponents(core.graph, ALL_KINDS, budget);
  const groups = inCore.flatMap(([key, writers]) => together(key, writers, components));
  if (groups.length === 0) return undefined;
  const parts = new Set(groups.flatMap(([, writers]) => writers.map((writer) => components.of[writer] as number)));
  const members = components.members.filter((vertex) => parts.has(components.of[vertex] as number));
  const alone = cyclicCore(core.graph, { ...components, members, starts: [0, members.length] }, budget);
  return {
    graph: alone.graph,
    original: alone.original.map((vertex) => core.original[vertex] as number),
    writes: unreadWrites(
      groups.map(([key, writers]) => [key, writers.map((writer) => placeIn(alone.original, writer))]),
    ),
  };
}

type Group = readonly [key: number, writers: readonly number[]];

/** The groups with at least two writers among these vertices, numbered by their places there. */
function groupsIn(vertices: Int32Array, { keys, start, writer }: OpenWrites, budget: Budget): Group[] {
  const groups: Group[] = [];
  for (const [group, key] of keys.entries()) {
    const all = writer.subarray(start[group], start[group + 1]);
    budget.step(1 + all.length * 5);
    const places = [...all].map((each) => placeIn(vertices, each)).filter((place) => place >= 0);
    if (places.length > 1) groups.push([key, places]);
  }
  return groups;
}

/** The writers of a key by the part that they lie in, where at least two lie in the same. */
function together(key: number, writers: readonly number[], { of }: Components): Group[] {
  const byPart = new Map<number, number[]>();
  for (const writer of writers) {
    const part = of[writer] as number;
    const known = byPart.get(part);
    if (known === undefined) byPart.set(part, [writer]);
    else known.push(writer);
  }
  return [...byPart.values()].filter(({ length }) => length > 1).map((same) => [key, same]);
}

/** Where a number stands in an ascending list, or -1. */
function placeIn(ascending: Int32Array, wanted: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === wanted ? low : -1;
}
