import type { PartitionShape } from '../kernel/fault.ts';
import type { DirectedLink, NodeId } from '../kernel/node.ts';
import type { Random } from '../kernel/random.ts';

/** What a shape may use to decide who stands where. */
export interface ShapeContext {
  readonly nodes: readonly NodeId[];
  /** Nodes that believe to be primary. May be empty. */
  readonly primaries: readonly NodeId[];
  readonly random: Random;
}

/**
 * The directed links a partition cuts. Never empty for two nodes or more.
 *
 * - `halves`: two groups as equal as possible, drawn at random.
 * - `one`: a random node alone.
 * - `majority-minority`: a random majority against the rest.
 * - `majorities-ring`: every node still sees a majority, and no two nodes see the same one. Needs at least four nodes;
 *   with fewer, where it cannot exist, it is `one`.
 * - `bridge`: two halves that only one node in the middle sees. Needs at least three nodes; with two it is `one`.
 * - `one-way`: a random node still hears the others and is not heard.
 * - `primaries`: each primary alone. Without any known primary it is `one`.
 */
export function cutLinks(shape: PartitionShape, context: ShapeContext): readonly DirectedLink[] {
  const { nodes, random } = context;
  const shuffled = random.shuffle(nodes);
  switch (shape) {
    case 'halves':
      return between(split(shuffled, Math.floor(shuffled.length / 2)));
    case 'one':
      return between(split(shuffled, 1));
    case 'majority-minority':
      return between(split(shuffled, Math.max(1, shuffled.length - (Math.floor(shuffled.length / 2) + 1))));
    case 'majorities-ring':
      return shuffled.length < 4 ? between(split(shuffled, 1)) : majoritiesRing(shuffled);
    case 'bridge':
      return shuffled.length < 3 ? between(split(shuffled, 1)) : bridge(shuffled);
    case 'one-way':
      return shuffled.slice(1).flatMap((to) => shuffled.slice(0, 1).map((from) => ({ from, to })));
    case 'primaries': {
      const known = nodes.filter((node) => context.primaries.includes(node));
      if (known.length === 0) return between(split(shuffled, 1));
      return between([...known.map((node) => [node]), nodes.filter((node) => !known.includes(node))]);
    }
  }
}

/** The links a partition into the given groups cuts: all between different groups, in both directions. */
export function between(groups: readonly (readonly NodeId[])[]): readonly DirectedLink[] {
  return groups.flatMap((group, index) =>
    group.flatMap((from) => groups.flatMap((other, at) => (at === index ? [] : other.map((to) => ({ from, to }))))),
  );
}

function split(nodes: readonly NodeId[], first: number): readonly (readonly NodeId[])[] {
  return [nodes.slice(0, first), nodes.slice(first)];
}

function bridge(nodes: readonly NodeId[]): readonly DirectedLink[] {
  const half = Math.floor((nodes.length - 1) / 2);
  return between([nodes.slice(1, 1 + half), nodes.slice(1 + half)]);
}

/**
 * On a ring of n nodes each keeps its links to the nearest (majority - 1) others: as many ahead as behind where that is
 * even, one more ahead otherwise, in which case the missing directions are cut one-way. Neighbourhoods of different ring
 * positions differ, so no two nodes see the same majority.
 */
function majoritiesRing(ring: readonly NodeId[]): readonly DirectedLink[] {
  const count = ring.length;
  const others = Math.floor(count / 2);
  const ahead = Math.ceil(others / 2);
  const behind = others - ahead;
  const cut: DirectedLink[] = [];
  ring.forEach((to, at) => {
    ring.forEach((from, position) => {
      const distance = (position - at + count) % count;
      const hears = distance <= ahead || distance >= count - behind;
      if (!hears) cut.push({ from, to });
    });
  });
  return cut;
}
