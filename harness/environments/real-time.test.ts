import { describe, expect, test } from 'vitest';
import { RealTimeScheduler } from './real-time.ts';

const never = new AbortController().signal;
const MS = 1e6;

describe('real-time scheduler', () => {
  test('fires timers in order of time, then of creation, and never early', async () => {
    const time = new RealTimeScheduler();
    const fired: string[] = [];
    const early: number[] = [];
    const start = time.nowNs();
    for (const [name, afterMs] of [
      ['c', 12],
      ['a', 3],
      ['d', 12],
      ['b', 7],
    ] as const) {
      const atNs = start + afterMs * MS;
      time.at(atNs, () => {
        fired.push(name);
        if (time.nowNs() < atNs) early.push(atNs);
      });
    }
    await time.drive(() => fired.length === 4, never);
    expect(fired).toEqual(['a', 'b', 'c', 'd']);
    expect(early).toEqual([]);
  });

  test('an earlier timer that comes later cuts the sleep short', async () => {
    const time = new RealTimeScheduler();
    time.at(time.nowNs() + 60_000 * MS, () => undefined);
    let fired = false;
    time.at(time.nowNs() + 2 * MS, () => (fired = true));
    await time.drive(() => fired, AbortSignal.timeout(2_000));
    expect(fired).toBe(true);
    time.stop();
  });

  test('a cancelled timer does not fire, and timers may start timers', async () => {
    const time = new RealTimeScheduler();
    const fired: string[] = [];
    const cancelled = time.at(time.nowNs() + MS, () => fired.push('cancelled'));
    time.cancel(cancelled);
    time.at(0, () => {
      fired.push('past');
      time.at(time.nowNs(), () => fired.push('now'));
    });
    await time.drive(() => fired.includes('now'), never);
    expect(fired).toEqual(['past', 'now']);
  });

  test('drive asks again after wake', async () => {
    const time = new RealTimeScheduler();
    let done = false;
    const driving = time.drive(() => done, never);
    setImmediate(() => {
      done = true;
      time.wake();
    });
    await driving;
  });

  test('drive rejects with an AbortError as soon as its signal is aborted, or was', async () => {
    const time = new RealTimeScheduler();
    const abort = new AbortController();
    const driving = time.drive(() => false, abort.signal);
    abort.abort(new Error('enough'));
    await expect(driving).rejects.toMatchObject({ name: 'AbortError' });
    await expect(time.drive(() => true, abort.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('what a callback throws reaches whoever drives, or drives next', async () => {
    const time = new RealTimeScheduler();
    time.at(0, () => {
      throw new Error('boom');
    });
    await expect(time.drive(() => false, never)).rejects.toThrow('boom');
    time.at(0, () => {
      throw new Error('unseen');
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(time.drive(() => false, never)).rejects.toThrow('unseen');
  });

  test('stop forgets all timers and rejects who drives', async () => {
    const time = new RealTimeScheduler();
    let fired = false;
    time.at(time.nowNs() + MS, () => (fired = true));
    const driving = time.drive(() => fired, never);
    time.stop();
    await expect(driving).rejects.toMatchObject({ name: 'AbortError' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(fired).toBe(false);
  });
});
