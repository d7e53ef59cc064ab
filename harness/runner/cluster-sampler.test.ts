import { describe, expect, it } from 'vitest';
import type { Cluster } from '../kernel/environment.ts';
import { ClusterSampler } from './cluster-sampler.ts';

/** A cluster that is nothing but a clock and answers that may be held back. */
function fakeCluster(): {
  readonly cluster: Pick<Cluster, 'time' | 'faults'>;
  advance(seconds: number): void;
  hold: boolean;
  readonly held: (() => void)[];
} {
  let nowNs = 0;
  let timers: { atNs: number; callback: () => void }[] = [];
  const held: (() => void)[] = [];
  const world = {
    hold: false,
    held,
    advance(seconds: number): void {
      const endNs = nowNs + seconds * 1e9;
      for (;;) {
        timers.sort((left, right) => left.atNs - right.atNs);
        const [next] = timers;
        if (next === undefined || next.atNs > endNs) break;
        timers = timers.slice(1);
        nowNs = next.atNs;
        next.callback();
      }
      nowNs = endNs;
    },
    cluster: {
      time: {
        nowNs: () => nowNs,
        at: (atNs: number, callback: () => void) => timers.push({ atNs, callback }),
        cancel: () => undefined,
        drive: async () => undefined,
        wake: () => undefined,
      },
      faults: {
        inject: () => undefined,
        heal: () => undefined,
        primaries: (done: (nodes: readonly string[]) => void) => {
          if (world.hold) held.push(() => done(['n2']));
          else done(['n1']);
        },
        clockOffsetsMs: (done: (offsets: Readonly<Record<string, number>>) => void) => done({ n1: nowNs / 1e9 }),
      },
    },
  };
  return world;
}

describe('ClusterSampler', () => {
  it('asks once a second, waits for a slow answer, and takes none after the end', () => {
    const world = fakeCluster();
    const sampler = new ClusterSampler(world.cluster);
    sampler.start();
    world.advance(2.5);
    expect(sampler.samples).toEqual(
      [0, 1, 2].map((s) => ({ atMs: s * 1000, primaries: ['n1'], clockOffsetsMs: { n1: s } })),
    );
    world.hold = true;
    world.advance(3);
    expect(world.held).toHaveLength(1);
    world.held.pop()?.();
    expect(sampler.samples.at(-1)).toMatchObject({ atMs: 3000, primaries: ['n2'] });
    world.advance(1);
    sampler.stop();
    world.held.pop()?.();
    world.advance(5);
    expect(sampler.samples).toHaveLength(4);
    expect(world.held).toHaveLength(0);
  });

  it('keeps a bounded number of samples over any time', () => {
    const world = fakeCluster();
    const sampler = new ClusterSampler(world.cluster);
    sampler.start();
    world.advance(10_000);
    expect(sampler.samples.length).toBeLessThan(2_048);
    const times = sampler.samples.map(({ atMs }) => atMs);
    expect(times[0]).toBe(0);
    expect(times.at(-1)).toBeGreaterThan(9_990_000);
    expect(Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0)))).toBeLessThanOrEqual(12_000);
  });
});
