import { describe, expect, it } from 'vitest';
import { randomOf } from '../../kernel/random.ts';
import { EventQueue } from './event-queue.ts';
import { SimNetwork } from './network.ts';
import { DEFAULT_SETTINGS, type SimSettings } from './settings.ts';
import { VirtualScheduler } from './virtual-scheduler.ts';

interface Sent {
  readonly index: number;
  readonly delayNs: number;
}

class Wire {
  readonly time = new VirtualScheduler(new EventQueue(), async () => undefined);
  readonly network: SimNetwork;

  constructor(settings: Partial<SimSettings> = {}, seed = 1) {
    this.network = new SimNetwork(['a', 'b', 'c'], { ...DEFAULT_SETTINGS, ...settings }, this.time, randomOf(seed));
  }

  link(from: string, to: string): NonNullable<ReturnType<SimNetwork['link']>> {
    const link = this.network.link(from, to);
    if (link === undefined) throw new Error('no such link');
    return link;
  }

  async pass(ns = 1e9): Promise<void> {
    let isOver = false;
    this.time.at(this.time.nowNs() + ns, () => (isOver = true));
    await this.time.drive(() => isOver, new AbortController().signal);
  }

  /** Sends `count` messages at once; what arrives, in order of arrival. */
  async burst(count: number): Promise<readonly Sent[]> {
    const startNs = this.time.nowNs();
    const arrived: Sent[] = [];
    for (let index = 0; index < count; index++) {
      this.link('a', 'b').carry(() => arrived.push({ index, delayNs: this.time.nowNs() - startNs }));
    }
    await this.pass();
    return arrived;
  }
}

describe('SimNetwork', () => {
  it('delivers everything once by default, at latencies as set', async () => {
    const wire = new Wire();
    const arrived = await wire.burst(5_000);
    expect(new Set(arrived.map(({ index }) => index)).size).toBe(5_000);
    expect(arrived).toHaveLength(5_000);
    const { minNs, meanNs } = wire.link('a', 'b').delay;
    expect(minNs).toBe(200_000);
    expect(Math.min(...arrived.map(({ delayNs }) => delayNs))).toBeGreaterThanOrEqual(minNs);
    const measuredNs = arrived.reduce((sum, { delayNs }) => sum + delayNs, 0) / arrived.length;
    expect(Math.abs(measuredNs / meanNs - 1)).toBeLessThan(0.05);
    expect(Math.max(...arrived.map(({ delayNs }) => delayNs))).toBeLessThanOrEqual(wire.link('a', 'b').longestNs);
  });

  it('gives every directed link a mean of its own, from half to one and a half of the set one', () => {
    const means = new Wire().network.links().map(({ delay }) => (delay.meanNs - delay.minNs) / 800_000);
    expect(new Set(means).size).toBeGreaterThan(3);
    for (const mean of means) expect(mean).toBeGreaterThanOrEqual(0.5);
    for (const mean of means) expect(mean).toBeLessThanOrEqual(1.5);
  });

  it('loses, duplicates and holds back the set shares', async () => {
    const lost = await new Wire({ loss: [1, 4] }).burst(4_000);
    expect(lost.length).toBeGreaterThan(2_800);
    expect(lost.length).toBeLessThan(3_200);
    const doubled = await new Wire({ duplicate: [1, 4] }).burst(4_000);
    expect(doubled.length).toBeGreaterThan(4_800);
    expect(doubled.length).toBeLessThan(5_200);
    const isLate = ({ delayNs }: Sent): boolean => delayNs > 20e6;
    const held = await new Wire({ reorder: [1, 4], reorderDelayMaxMs: 200 }).burst(4_000);
    expect(held).toHaveLength(4_000);
    expect(held.filter(isLate).length).toBeGreaterThan(700);
    expect(held.filter(isLate).length).toBeLessThan(1_100);
  });

  it('draws every disturbance from a stream of its own', async () => {
    const delays = async (settings: Partial<SimSettings>): Promise<Map<number, number>> => {
      const arrived = await new Wire(settings).burst(300);
      return new Map(arrived.map(({ index, delayNs }) => [index, delayNs]));
    };
    const plain = await delays({});
    // Messages that are neither lost nor held back keep exactly the latency they had without the disturbance.
    const held = await delays({ reorder: [1, 10] });
    const same = [...plain].filter(([index, delayNs]) => held.get(index) === delayNs).length;
    expect(same).toBeGreaterThan(250);
    expect(same).toBeLessThan(300);
  });

  it('drops on a cut link what arrives while it is cut, in that direction only', async () => {
    const wire = new Wire({ latencyMinMs: 10, latencyMeanMs: 10 });
    const arrived: string[] = [];
    const send = (from: string, to: string, name: string): void => wire.link(from, to).carry(() => arrived.push(name));
    send('a', 'b', 'under way when the cut came');
    await wire.pass(5e6);
    wire.link('a', 'b').cut('f');
    send('b', 'a', 'other direction');
    send('a', 'c', 'other link');
    await wire.pass(6e6);
    send('a', 'b', 'arrives after the cut');
    wire.link('a', 'b').uncut('f');
    await wire.pass(50e6);
    expect(arrived).toEqual(['other direction', 'other link', 'arrives after the cut']);
  });

  it('stays cut until the last fault lets go', async () => {
    const wire = new Wire();
    const link = wire.link('a', 'b');
    link.cut('one');
    link.cut('two');
    link.uncut('one');
    expect(link.cutBy).toEqual(['two']);
    expect(await wire.burst(10)).toEqual([]);
    link.uncut('two');
    expect(await wire.burst(10)).toHaveLength(10);
  });
});
