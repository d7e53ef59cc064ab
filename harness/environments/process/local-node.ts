import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { NodeId } from '../../kernel/node.ts';
import type { ProcessSpec } from '../../kernel/target.ts';
import { pause } from '../poll-cluster.ts';
import { boundLog } from './bound-log.ts';
import { groupStates, MARK_VARIABLE, signalGroup } from './process-group.ts';
import { readLogTail } from './read-log-tail.ts';
import type { Watchdog } from './watchdog.ts';

/** How long a signal may take until it shows. A process in an uninterruptible wait takes none. */
const SETTLE_TIMEOUT_MS = 5_000;
const LOOK_INTERVAL_MS = 5;
const LOG_INTERVAL_MS = 1_000;

/** What a look at a node's processes shows. */
export type NodeState = 'running' | 'paused' | 'dead';

export interface LocalNodeParts {
  readonly node: NodeId;
  readonly spec: ProcessSpec;
  readonly logFile: string;
  /** What its processes carry in their environment, see {@link MARK_VARIABLE}. */
  readonly mark: string;
  readonly watchdog: Watchdog;
}

/** One node: a process and whatever it starts, in a process group of its own. */
export class LocalNode {
  readonly name: NodeId;
  /** How it ended last, for people: `ended with exit code 1`. */
  ending: string | undefined;
  readonly #parts: LocalNodeParts;
  #child: ChildProcess | undefined;
  /** Nothing of its group is left: the group's number may be given to processes of others. */
  #isGone = true;

  constructor(parts: LocalNodeParts) {
    this.name = parts.node;
    this.#parts = parts;
  }

  /** Whether its first process has not ended, as far as was heard. */
  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts it, unless it runs. Rejects where the program cannot be started at all. */
  async start(): Promise<void> {
    if (this.isRunning) return;
    const { spec, logFile, mark, watchdog } = this.#parts;
    const [program, ...args] = spec.command;
    if (program === undefined) throw new HarnessError('usage', `the command of node ${this.name} is empty`);
    const log = openSync(logFile, 'a');
    try {
      const child = spawn(program, args, {
        cwd: spec.directory,
        env: { ...process.env, ...spec.environment, [MARK_VARIABLE]: mark },
        stdio: ['ignore', log, log],
        detached: true,
      });
      // A child without a process id is none: the error follows.
      if (child.pid !== undefined) {
        this.#child = child;
        this.#isGone = false;
        watchdog.add(child.pid);
        this.#watch(child);
      }
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', reject);
      });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new HarnessError('usage', `node ${this.name} cannot be started: ${why}`, { cause: error });
    } finally {
      closeSync(log);
    }
  }

  #watch(child: ChildProcess): void {
    const bounding = setInterval(() => boundLog(this.#parts.logFile), LOG_INTERVAL_MS).unref();
    child.once('exit', (code, signal) => {
      clearInterval(bounding);
      this.ending = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
      // Sees whether anything of its group is left; where that fails, the next look sees it.
      this.state().catch(() => undefined);
    });
  }

  /** Kills its whole group and waits until that is gone. */
  async kill(): Promise<NodeState> {
    return this.#signalUntil('SIGKILL', (state) => state === 'dead');
  }

  async freeze(): Promise<NodeState> {
    return this.#signalUntil('SIGSTOP', (state) => state !== 'running');
  }

  async thaw(): Promise<NodeState> {
    return this.#signalUntil('SIGCONT', (state) => state !== 'paused');
  }

  /** What the operating system says of the group now. */
  async state(): Promise<NodeState> {
    const child = this.#child;
    if (child?.pid === undefined || this.#isGone) return 'dead';
    const states = await groupStates(child.pid);
    if (states.length === 0) {
      // Until its exit was heard the number is its own.
      if (child === this.#child && !this.isRunning && !this.#isGone) {
        this.#isGone = true;
        this.#parts.watchdog.forget(child.pid);
      }
      return 'dead';
    }
    return states.every((state) => state === 'stopped') ? 'paused' : 'running';
  }

  /** The last lines that it wrote, each behind its name. */
  logTail(lines: number): string {
    const text = readLogTail(this.#parts.logFile, lines);
    const shown = text === '' ? ['(nothing logged)'] : text.split('\n');
    return shown.map((line) => `${this.name}: ${line}`).join('\n');
  }

  /** What it wrote, the newest `lines` of it. */
  log(lines: number): string {
    return readLogTail(this.#parts.logFile, lines);
  }

  async #signalUntil(signal: NodeJS.Signals, isDone: (state: NodeState) => boolean): Promise<NodeState> {
    const pid = this.#child?.pid;
    if (pid === undefined || this.#isGone) return 'dead';
    const deadlineMs = performance.now() + SETTLE_TIMEOUT_MS;
    signalGroup(pid, signal);
    for (;;) {
      const state = await this.state();
      // The child's own exit is heard of later than the group is gone, and must be, before it is started again.
      if (isDone(state) && !(state === 'dead' && this.isRunning)) return state;
      if (performance.now() > deadlineMs) return state;
      await pause(LOOK_INTERVAL_MS, new AbortController().signal);
    }
  }
}
