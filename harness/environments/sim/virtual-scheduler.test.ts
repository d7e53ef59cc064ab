import { describe, expect, it } from 'vitest';
import { EventQueue } from './event-queue.ts';
import { VirtualScheduler } from './virtual-scheduler.ts';

const never = new AbortController().signal;

function scheduler(yieldToHost = async (): Promise<void> => undefined): VirtualScheduler {
  return new VirtualScheduler(new EventQueue(), yieldToHost);
}

describe('VirtualScheduler', () => {
  it('fires timers in order of time, then of creation, at their time', async () => {
    const time = scheduler();
    const fired: string[] = [];
    for (const [name, atNs] of [
      ['late', 20],
      ['first', 10],
      ['second', 10],
      ['past', -5],
    ] as const) {
      time.at(atNs, () => fired.push(`${name} ${time.nowNs()}`));
    }
    await time.drive(() => fired.length === 4, never);
    expect(fired).toEqual(['past 0', 'first 10', 'second 10', 'late 20']);
  });

  it('asks its condition before the first and after every event', async () => {
    const time = scheduler();
    let count = 0;
    const tick = (): void => {
      count++;
      time.at(time.nowNs() + 1, tick);
    };
    time.at(1, tick);
    await time.drive(() => true, never);
    expect(count).toBe(0);
    await time.drive(() => count === 3, never);
    expect(time.nowNs()).toBe(3);
  });

  it('does not fire what was cancelled', async () => {
    const time = scheduler();
    let isDone = false;
    const cancelled = time.at(1, () => expect.unreachable());
    time.at(2, () => (isDone = true));
    time.cancel(cancelled);
    time.cancel(cancelled);
    await time.drive(() => isDone, never);
  });

  it('yields to the host by count of events, not by time', async () => {
    const turns: number[] = [];
    let count = 0;
    const time = scheduler(async () => {
      turns.push(count);
    });
    const tick = (): void => {
      count++;
      time.at(time.nowNs() + 1, tick);
    };
    time.at(0, tick);
    await time.drive(() => count === 20_000, never);
    expect(turns).toEqual([8192, 16_384]);
  });

  it('rejects when nothing is left to happen, when it is aborted, and when it is driven twice', async () => {
    await expect(scheduler().drive(() => false, never)).rejects.toThrow(/no event left/);
    await expect(scheduler().drive(() => false, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    const time = scheduler(() => new Promise((resolve) => setImmediate(resolve)));
    const tick = (): void => void time.at(time.nowNs() + 1, tick);
    tick();
    const controller = new AbortController();
    const first = time.drive(() => false, controller.signal);
    await expect(time.drive(() => true, never)).rejects.toThrow(/already being driven/);
    controller.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
  });
});
