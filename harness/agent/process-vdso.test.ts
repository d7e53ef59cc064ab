import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readProcessStat } from './process-identity.ts';
import { hostVdsoPatch, inspectVdso, moveClock, removeStub, restoreEntries, type VdsoWrite } from './process-vdso.ts';
import type { VdsoPatch } from './vdso-patch.ts';

const host = hostVdsoPatch();
const reason = typeof host === 'string' ? host : process.getuid?.() === 0 ? undefined : 'writing memory needs root';
if (reason) console.log(`moving the clock of a process skipped: ${reason}`);

/** Answers each line of input with its wall clock and its monotonic clock, in milliseconds. */
const CLOCK = `process.stdin.on('data', () => console.log(Date.now() + ' ' + process.hrtime.bigint() / 1000000n))`;
const TAG = 42n;
/** Between what two processes take for the same moment. */
const TOLERANCE_MS = 20;
const BUSY_PAUSE_MS = 5;

describe.skipIf(reason)('a living process', () => {
  const patch = host as VdsoPatch;
  let child: ReturnType<typeof startClock>;

  beforeEach(() => {
    child = startClock();
  });
  afterEach(() => child.kill('SIGKILL'));

  /** How far its clocks are off from ours, each as a range: it read them between our question and its answer's arrival. */
  const read = async (): Promise<{ readonly wall: Range; readonly monotonic: Range }> => {
    const asked = nowMs();
    child.stdin.write('\n');
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    const heard = nowMs();
    const [wall = 0, monotonic = 0] = chunk.toString('utf8').split(' ').map(Number);
    return {
      wall: [wall - heard.wall, wall - asked.wall],
      monotonic: [monotonic - heard.monotonic, monotonic - asked.monotonic],
    };
  };
  const whileStopped = async <T>(act: (pid: number) => T): Promise<T> => {
    const pid = child.pid ?? 0;
    child.kill('SIGSTOP');
    while (readProcessStat(pid)?.state !== 'T') await new Promise((resolve) => setTimeout(resolve, 1));
    try {
      return act(pid);
    } finally {
      child.kill('SIGCONT');
    }
  };

  /** As the product does: a thread that stands in the way gets time to leave, and another attempt is made. */
  const untilDone = async (write: (pid: number) => VdsoWrite): Promise<VdsoWrite> => {
    for (;;) {
      const result = await whileStopped(write);
      if (result !== 'busy') return result;
      await new Promise((resolve) => setTimeout(resolve, BUSY_PAUSE_MS));
    }
  };

  test('has its wall clock moved, its monotonic clock not, and gets every byte back', async () => {
    expectAround((await read()).wall, 0);
    for (const offsetMs of [3_600_000, -90_061_001]) {
      expect(await untilDone((pid) => moveClock(pid, patch, offsetMs * 1000, TAG))).toBe('done');
      const moved = await read();
      expectAround(moved.wall, offsetMs);
      expectAround(moved.monotonic, 0);
    }
    expect(await whileStopped((pid) => restoreEntries(pid, patch, 7n))).toBe('gone');
    expect(await whileStopped((pid) => removeStub(pid, patch, TAG))).toBe('busy');
    expect(await untilDone((pid) => restoreEntries(pid, patch, TAG))).toBe('done');
    expectAround((await read()).wall, 0);
    expect(await untilDone((pid) => removeStub(pid, patch, TAG))).toBe('done');
    expect(inspectVdso(child.pid ?? 0, patch)?.condition).toEqual({ kind: 'clean' });
    expectAround((await read()).wall, 0);
  });

  test('is gone', async () => {
    const { pid = 0 } = child;
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(moveClock(pid, patch, 1, TAG)).toBe('gone');
    expect(inspectVdso(pid, patch)).toBeUndefined();
  });
});

type Range = readonly [from: number, to: number];

function nowMs(): { readonly wall: number; readonly monotonic: number } {
  return { wall: Date.now(), monotonic: Number(process.hrtime.bigint() / 1_000_000n) };
}

function expectAround([from, to]: Range, offsetMs: number): void {
  expect(from).toBeLessThanOrEqual(offsetMs + TOLERANCE_MS);
  expect(to).toBeGreaterThanOrEqual(offsetMs - TOLERANCE_MS);
}

function startClock(): ReturnType<typeof spawn> & {
  readonly stdin: NodeJS.WritableStream;
  readonly stdout: NodeJS.ReadableStream;
} {
  return spawn(process.execPath, ['-e', CLOCK], { stdio: ['pipe', 'pipe', 'inherit'] });
}
