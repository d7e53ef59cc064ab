import { fork, type ChildProcess } from 'node:child_process';
import type { CampaignRun } from '../store/campaign-record.ts';
import type { RunAttempt } from './conduct-runs.ts';

/** What a run process is told. */
export type RunOrder =
  | { readonly kind: 'run'; readonly spec: RunSpec }
  /** Heal, end, and answer `cancelled`. */
  | { readonly kind: 'cancel' };

/** One run and where its folder goes. */
export interface RunSpec {
  readonly run: CampaignRun;
  /** The campaign's folder; the run's own is made in its `runs`. */
  readonly campaignDirectory: string;
  /** Paths of modules are relative to this folder. */
  readonly baseDirectory: string;
}

/** How a run process answers, once. */
export interface RunAnswer {
  readonly kind: 'answer';
  readonly attempt: RunAttempt;
}

/** A program for run processes. */
export interface RunProgram {
  readonly file: string;
  readonly execArgv: readonly string[];
}

/** How long a cancelled run may take to heal and to take its cluster down before its process is killed. */
const CANCEL_TIMEOUT_MS = 150_000;
/** How much of what a process says on stderr is kept to explain a crash. */
const KEPT_STDERR = 2000;

/**
 * Processes that make one run each. One is kept waiting with its modules loaded, so that a run does not wait for a process
 * to start. A process ends by itself when its parent is gone.
 */
export class RunProcesses {
  readonly #program: RunProgram;
  readonly #alive = new Set<ChildProcess>();
  #spare: ChildProcess | undefined;
  /** Runs that are still to be expected; retries come on top and wait for their process. */
  #expected: number;
  #closed = false;

  constructor(program: RunProgram, expected: number) {
    this.#program = program;
    this.#expected = expected;
    if (expected > 0) this.#spare = this.#fork();
  }

  /** Makes a run in a process of its own, which is gone when the promise resolves. Never rejects. */
  async run(spec: RunSpec, limitMs: number, signal: AbortSignal): Promise<RunAttempt> {
    if (signal.aborted || this.#closed) return { kind: 'cancelled' };
    const child = this.#spare ?? this.#fork();
    this.#spare = --this.#expected > 0 ? this.#fork() : undefined;
    const attempt = await supervise(child, spec, limitMs, signal);
    return signal.aborted && attempt.kind === 'failed' ? { kind: 'cancelled' } : attempt;
  }

  /** Ends every process that is left. */
  close(): void {
    this.#closed = true;
    for (const child of this.#alive) child.kill('SIGKILL');
    this.#spare = undefined;
  }

  #fork(): ChildProcess {
    const child = fork(this.#program.file, [], {
      execArgv: [...this.#program.execArgv],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#alive.add(child);
    child.once('exit', () => this.#alive.delete(child));
    // Without a listener an error of a process that could not be started would end the campaign.
    child.on('error', () => this.#alive.delete(child));
    return child;
  }
}

async function supervise(
  child: ChildProcess,
  spec: RunSpec,
  limitMs: number,
  signal: AbortSignal,
): Promise<RunAttempt> {
  let said = '';
  let answer: RunAttempt | undefined;
  let expired = false;
  let limit: NodeJS.Timeout | undefined;
  const expire = (): void => {
    expired = true;
    child.kill('SIGKILL');
  };
  const cancel = (): void => {
    send(child, { kind: 'cancel' });
    clearTimeout(limit);
    limit = setTimeout(expire, CANCEL_TIMEOUT_MS);
  };
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-KEPT_STDERR);
  });
  try {
    return await new Promise<RunAttempt>((resolve) => {
      limit = setTimeout(expire, limitMs);
      child.on('message', (message) => {
        answer = (message as RunAnswer).attempt;
        // It has nothing left to do; waiting for its own end would only cost time.
        child.kill('SIGKILL');
      });
      child.once('error', (error) => resolve(failure(`the run process did not start: ${error.message}`)));
      child.once('exit', (code, killedBy) => {
        if (answer !== undefined) resolve(answer);
        else if (expired) resolve(failure(`the run did not end within ${Math.round(limitMs / 1000)} s`));
        else resolve(failure(`the run process ended with ${killedBy ?? `code ${code}`}${lastLine(said)}`));
      });
      signal.addEventListener('abort', cancel, { once: true });
      send(child, { kind: 'run', spec });
      if (child.exitCode !== null || child.signalCode !== null) resolve(failure('the run process ended at once'));
    });
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', cancel);
    child.kill('SIGKILL');
  }
}

function send(child: ChildProcess, order: RunOrder): void {
  // A process that is gone is told by its exit.
  if (child.connected) child.send(order, () => undefined);
}

function failure(reason: string): RunAttempt {
  return { kind: 'failed', reason, worthRetrying: true };
}

function lastLine(said: string): string {
  const line = said
    .trim()
    .split('\n')
    .findLast((each) => each.trim() !== '');
  return line === undefined ? '' : `: ${line.trim()}`;
}
