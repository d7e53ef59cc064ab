import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readProcessStat } from './process-identity.ts';
import { hostVdsoPatch, inspectVdso, moveClock, removeStub, restoreEntries } from './process-vdso.ts';
import type { VdsoPatch } from './vdso-patch.ts';

const host = hostVdsoPatch();
const reason = typeof host === 'string' ? host : process.getuid?.() === 0 ? undefined : 'writing memory needs root';
if (reason) console.log(`moving the clock of a process skipped: ${reason}`);

/** Answers each line of input with its wall clock and its monotonic clock, in milliseconds. */
const CLOCK = `process.stdin.on('data', () => console.log(Date.now() + ' ' + process.hrtime.bigint() / 1000000n))`;
const TAG = 42n;
const TOLERANCE_MS = 500;

describe.skipIf(reason)('a living process', () => {
  const patch = host as VdsoPatch;
  let child: ReturnType<typeof startClock>;

  beforeEach(() => {
    child = startClock();
  });
  afterEach(() => child.kill('SIGKILL'));

  const read = async (): Promise<{ readonly wall: number; readonly monotonic: number }> => {
    child.stdin.write('\n');
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    const [wall = 0, monotonic = 0] = chunk.toString('utf8').split(' ').map(Number);
    return { wall: wall - Date.now(), monotonic: monotonic - Number(process.hrtime.bigint() / 1_000_000n) };
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

  test('has its wall clock moved, its monotonic clock not, and gets every byte back', async () => {
    expect(Math.abs((await read()).wall)).toBeLessThan(TOLERANCE_MS);
    for (const offsetMs of [3_600_000, -90_061_001]) {
      expect(await whileStopped((pid) => moveClock(pid, patch, offsetMs * 1000, TAG))).toBe('done');
      const moved = await read();
      expect(Math.abs(moved.wall - offsetMs)).toBeLessThan(TOLERANCE_MS);
      expect(Math.abs(moved.monotonic)).toBeLessThan(TOLERANCE_MS);
    }
    expect(await whileStopped((pid) => restoreEntries(pid, patch, 7n))).toBe('gone');
    expect(await whileStopped((pid) => removeStub(pid, patch, TAG))).toBe('busy');
    expect(await whileStopped((pid) => restoreEntries(pid, patch, TAG))).toBe('done');
    expect(Math.abs((await read()).wall)).toBeLessThan(TOLERANCE_MS);
    expect(await whileStopped((pid) => removeStub(pid, patch, TAG))).toBe('done');
    expect(inspectVdso(child.pid ?? 0, patch)?.condition).toEqual({ kind: 'clean' });
    expect(Math.abs((await read()).wall)).toBeLessThan(TOLERANCE_MS);
  });

  test('is gone', async () => {
    const { pid = 0 } = child;
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(moveClock(pid, patch, 1, TAG)).toBe('gone');
    expect(inspectVdso(pid, patch)).toBeUndefined();
  });
});

function startClock(): ReturnType<typeof spawn> & {
  readonly stdin: NodeJS.WritableStream;
  readonly stdout: NodeJS.ReadableStream;
} {
  return spawn(process.execPath, ['-e', CLOCK], { stdio: ['pipe', 'pipe', 'inherit'] });
}
