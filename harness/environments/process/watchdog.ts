import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { HarnessError } from '../../kernel/harness-error.ts';

const START_TIMEOUT_MS = 30_000;
const END_TIMEOUT_MS = 10_000;

/**
 * A small process that outlives the controller by a moment: when its input ends, because the controller closed it or was
 * killed, it kills all processes of the run and removes the run's folder.
 */
export interface Watchdog {
  /** Tells it of a process group that belongs to the run. */
  add(group: number): void;
  /** Tells it that a group is gone: its number may be given to processes of others. */
  forget(group: number): void;
  /** Has it clean up and end. Rejects when it does not within 10 s. */
  release(): Promise<void>;
}

/** Starts a watchdog and waits until it watches. */
export async function startWatchdog(mark: string, directory: string): Promise<Watchdog> {
  const fromSource = import.meta.url.endsWith('.ts');
  const program = fileURLToPath(new URL(fromSource ? './watchdog-main.ts' : './watchdog-main.js', import.meta.url));
  const loader = fromSource ? ['--import', import.meta.resolve('tsx')] : [];
  // In a group of its own, so that Ctrl-C in a terminal does not reach it.
  const child = spawn(process.execPath, [...loader, program, mark, directory], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const ended = once(child, 'exit');
  // A write to a watchdog that died must not bring the controller down.
  child.stdin.on('error', () => undefined);
  const started = await Promise.race([
    once(child.stdout, 'data').then(() => true),
    once(child, 'error').then(() => false),
    ended.then(() => false),
    timeout(START_TIMEOUT_MS),
  ]);
  if (!started) {
    child.kill('SIGKILL');
    throw new HarnessError('environment', 'the watchdog of the local processes did not start');
  }
  return {
    add: (group) => void child.stdin.write(`${group}\n`),
    forget: (group) => void child.stdin.write(`-${group}\n`),
    async release() {
      child.stdin.end();
      const isOver = await Promise.race([ended.then(() => true), timeout(END_TIMEOUT_MS)]);
      if (isOver) return;
      child.kill('SIGKILL');
      throw new HarnessError('environment', `the watchdog of ${mark} did not end; look for its processes`);
    },
  };
}

function timeout(durationMs: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), durationMs).unref();
  });
}
