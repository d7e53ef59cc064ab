import { describe, expect, it } from 'vitest';
import { randomOf } from '../../kernel/random.ts';
import { SimDisk } from './disk.ts';
import { EventQueue } from './event-queue.ts';
import { VirtualScheduler } from './virtual-scheduler.ts';

const DELAY = { minNs: 10, meanNs: 100 };

function disk(seed: number): { readonly time: VirtualScheduler; readonly disk: SimDisk } {
  const time = new VirtualScheduler(new EventQueue(), async () => undefined);
  return { time, disk: new SimDisk(time, DELAY, randomOf(seed)) };
}

async function settle(time: VirtualScheduler): Promise<void> {
  let isOver = false;
  time.at(time.nowNs() + 1e6, () => (isOver = true));
  await time.drive(() => isOver, new AbortController().signal);
}

describe('SimDisk', () => {
  it('keeps what was synced over a crash', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { time, disk: subject } = disk(seed);
      subject.append('a');
      subject.append('b');
      const tokens: number[] = [];
      const token = subject.sync((synced) => tokens.push(synced));
      await settle(time);
      expect(tokens).toEqual([token]);
      subject.crash();
      expect(subject.read()).toEqual(['a', 'b']);
    }
  });

  it('keeps a random prefix of what was not synced, of every length', () => {
    const lengths = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const { disk: subject } = disk(seed);
      for (const record of ['a', 'b', 'c']) subject.append(record);
      subject.crash();
      const kept = subject.read();
      expect(kept).toEqual(['a', 'b', 'c'].slice(0, kept.length));
      lengths.add(kept.length);
    }
    expect(lengths).toEqual(new Set([0, 1, 2, 3]));
  });

  it('makes durable only what was written before the sync was asked for', async () => {
    const contents = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const { time, disk: subject } = disk(seed);
      subject.append('before');
      subject.sync(() => undefined);
      subject.append('after');
      await settle(time);
      subject.crash();
      contents.add(subject.read().map(String).join());
    }
    expect([...contents].toSorted()).toEqual(['before', 'before,after']);
  });

  it('completes syncs in order', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { time, disk: subject } = disk(seed);
      const order: number[] = [];
      for (let count = 0; count < 5; count++) {
        subject.append(count);
        subject.sync((token) => order.push(token));
      }
      await settle(time);
      expect(order).toEqual([1, 2, 3, 4, 5]);
    }
  });

  it('rewrites all or nothing', async () => {
    const contents = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const { time, disk: subject } = disk(seed);
      subject.append('old');
      subject.sync(() => undefined);
      await settle(time);
      const records = ['x', 'y'];
      subject.rewrite(records);
      subject.append('z');
      subject.crash();
      contents.add(subject.read().map(String).join());
    }
    expect([...contents].toSorted()).toEqual(['old', 'x,y', 'x,y,z']);
  });

  it('completes no sync of a process that died', async () => {
    const { time, disk: subject } = disk(1);
    subject.append('a');
    subject.sync(() => expect.unreachable());
    subject.crash();
    await settle(time);
  });
});
