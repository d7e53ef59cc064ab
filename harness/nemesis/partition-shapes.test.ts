import { describe, expect, it } from 'vitest';
import { PARTITION_SHAPES } from '../kernel/fault.ts';
import { nodeNames, type DirectedLink, type NodeId } from '../kernel/node.ts';
import { randomOf } from '../kernel/random.ts';
import { between, cutLinks } from './partition-shapes.ts';

const SEEDS = Array.from({ length: 50 }, (_, seed) => seed);

/** Who each node still hears, itself included. */
function hearing(nodes: readonly NodeId[], cut: readonly DirectedLink[]): ReadonlyMap<NodeId, ReadonlySet<NodeId>> {
  return new Map(
    nodes.map((to) => [to, new Set(nodes.filter((from) => !cut.some((link) => link.from === from && link.to === to)))]),
  );
}

describe.each(PARTITION_SHAPES)('partition %s', (shape) => {
  it.each([2, 3, 4, 5, 7])('cuts something, and only links between different nodes, on %i nodes', (count) => {
    const nodes = nodeNames(count);
    for (const seed of SEEDS) {
      const cut = cutLinks(shape, { nodes, primaries: [], random: randomOf(seed) });
      const strange = cut.filter(({ from, to }) => from === to || !nodes.includes(from) || !nodes.includes(to));
      const distinct = new Set(cut.map(({ from, to }) => `${from}>${to}`)).size;
      expect({ some: cut.length > 0, strange, distinct }).toEqual({ some: true, strange: [], distinct: cut.length });
    }
  });

  it('is a pure function of its stream', () => {
    const draw = (): readonly DirectedLink[] =>
      cutLinks(shape, { nodes: nodeNames(5), primaries: ['n2'], random: randomOf(7) });
    expect(draw()).toEqual(draw());
  });
});

describe('shapes', () => {
  const nodes = nodeNames(5);

  it('majorities-ring leaves every node a majority, no two the same', () => {
    for (const count of [4, 5, 6, 7]) {
      const ring = nodeNames(count);
      for (const seed of SEEDS) {
        const heard = hearing(
          ring,
          cutLinks('majorities-ring', { nodes: ring, primaries: [], random: randomOf(seed) }),
        );
        const majorities = [...heard.values()].map((set) => [...set].sort().join());
        for (const set of heard.values()) expect(set.size).toBeGreaterThan(count / 2);
        expect(new Set(majorities).size).toBe(count);
      }
    }
  });

  it('bridge leaves exactly one node that hears everybody', () => {
    for (const seed of SEEDS) {
      const heard = hearing(nodes, cutLinks('bridge', { nodes, primaries: [], random: randomOf(seed) }));
      expect([...heard.values()].filter((set) => set.size === 5)).toHaveLength(1);
    }
  });

  it('one-way silences a node without deafening it', () => {
    const cut = cutLinks('one-way', { nodes, primaries: [], random: randomOf(1) });
    expect(new Set(cut.map((link) => link.from)).size).toBe(1);
    expect(cut).toHaveLength(4);
  });

  it('majority-minority keeps a majority whole', () => {
    for (const seed of SEEDS) {
      const heard = hearing(nodes, cutLinks('majority-minority', { nodes, primaries: [], random: randomOf(seed) }));
      expect([...heard.values()].filter((set) => set.size === 3)).toHaveLength(3);
    }
  });

  it('primaries puts each primary alone, and somebody where none is known', () => {
    const cut = cutLinks('primaries', { nodes, primaries: ['n1', 'n4'], random: randomOf(1) });
    const heard = hearing(nodes, cut);
    expect([...(heard.get('n1') ?? [])]).toEqual(['n1']);
    expect([...(heard.get('n4') ?? [])]).toEqual(['n4']);
    expect(heard.get('n2')?.size).toBe(3);
  });

  it('between cuts both directions of every link across groups', () => {
    expect(between([['a'], ['b', 'c']])).toEqual([
      { from: 'a', to: 'b' },
      { from: 'a', to: 'c' },
      { from: 'b', to: 'a' },
      { from: 'c', to: 'a' },
    ]);
  });
});
