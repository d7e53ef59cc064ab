import type { JsonValue } from '../../kernel/json.ts';
import type { NodeId } from '../../kernel/node.ts';
import type { Random } from '../../kernel/random.ts';
import { SimDisk } from './disk.ts';
import { NodeLog } from './node-log.ts';
import type { SimSettings } from './settings.ts';
import { SimProcess, type ProcessSurroundings } from './sim-process.ts';
import { WallClock } from './wall-clock.ts';

/** What all machines of a cluster share. */
export type MachineSurroundings = Pick<
  ProcessSurroundings,
  'protocol' | 'mutant' | 'scheduler' | 'network' | 'observer' | 'messageObserver' | 'deliver'
> & { readonly settings: SimSettings };

/** How an attempt to reach a node's process ended. */
export type Reach = 'refused' | 'answered';

/**
 * One node: disk, wall clock and log, which outlive its processes, and at most one process. Faults hold it: while any
 * fault holds it down it stays down, while any fault that paused the running process lasts it stays paused.
 */
export class SimMachine {
  readonly node: NodeId;
  readonly clock: WallClock;
  readonly log: NodeLog;
  readonly #peers: readonly NodeId[];
  readonly #around: MachineSurroundings;
  readonly #random: Random;
  readonly #disk: SimDisk;
  readonly #downBy = new Set<string>();
  readonly #pausedBy = new Set<string>();
  readonly #deathWatchers = new Set<() => void>();
  #process: SimProcess | undefined;
  #incarnation = 0;
  #crashReason: string | undefined;

  constructor(node: NodeId, peers: readonly NodeId[], around: MachineSurroundings, random: Random) {
    const { settings, scheduler } = around;
    this.node = node;
    this.#peers = peers;
    this.#around = around;
    this.#random = random;
    const syncDelay = {
      minNs: Math.round(settings.syncMinMs * 1e6),
      meanNs: Math.round(settings.syncMeanMs * 1e6),
    };
    this.#disk = new SimDisk(scheduler, syncDelay, random.fork('disk'));
    this.clock = new WallClock(
      scheduler,
      drawEitherWay(settings.clockOffsetMaxMs, random.fork('clock-offset')),
      drawEitherWay(settings.clockDriftMaxPpm, random.fork('clock-drift')),
    );
    this.log = new NodeLog(settings.logLinesMax);
  }

  /** The running process, paused or not. */
  get process(): SimProcess | undefined {
    return this.#process;
  }

  /** Why the protocol brought its own process down, if it did. */
  get crashReason(): string | undefined {
    return this.#crashReason;
  }

  /** Faults that keep it down or paused now. */
  get heldBy(): readonly string[] {
    return [...this.#downBy, ...this.#pausedBy];
  }

  /** Starts a process, which takes connections and messages once it has booted. */
  boot(): void {
    const incarnation = ++this.#incarnation;
    this.#around.scheduler.after(Math.round(this.#around.settings.bootMs * 1e6), () => {
      if (incarnation !== this.#incarnation) return;
      this.log.add(this.#around.scheduler.nowNs(), 'process started', { incarnation });
      this.#process = new SimProcess({
        ...this.#around,
        node: this.node,
        peers: this.#peers,
        random: this.#random.fork(`process ${incarnation}`),
        disk: this.#disk,
        clock: this.clock,
        log: this.log,
        pausedInboxMax: this.#around.settings.pausedInboxMax,
        crashed: (error) => this.#crash(error),
      });
      this.#process.start();
    });
  }

  kill(faultId: string): void {
    this.#downBy.add(faultId);
    this.#die('process killed');
  }

  /** Ends a kill; the node restarts once no other fault keeps it down. */
  restart(faultId: string): void {
    if (this.#downBy.delete(faultId) && this.#downBy.size === 0) this.boot();
  }

  /** Stops the running process where there is one; a process that starts later is not stopped. */
  pause(faultId: string): void {
    if (this.#process === undefined) return;
    this.#pausedBy.add(faultId);
    this.#process.pause();
    this.log.add(this.#around.scheduler.nowNs(), 'process paused');
  }

  resume(faultId: string): void {
    if (!this.#pausedBy.delete(faultId) || this.#pausedBy.size > 0) return;
    this.log.add(this.#around.scheduler.nowNs(), 'process resumed');
    this.#process?.resume();
  }

  /** The machine is switched off for good, with all that was going to happen on it. */
  shutDown(): void {
    this.#incarnation++;
    this.#process?.kill();
    this.#process = undefined;
    this.#deathWatchers.clear();
  }

  /** False where no process runs that could take it. */
  receive(from: NodeId, message: JsonValue): boolean {
    const process = this.#process;
    if (process === undefined) return false;
    process.receive(from, message);
    return true;
  }

  /**
   * Knocks at the process as a probe does: `refused` where no process takes connections, `answered` as soon as the
   * process takes up the knock. A paused process keeps it waiting.
   */
  knock(answer: (reach: Reach) => void): void {
    if (this.#process === undefined) answer('refused');
    else this.#process.ping(() => answer('answered'));
  }

  /** Calls `died` when the running process dies. Returns a function that stops watching. */
  watchDeath(died: () => void): () => void {
    this.#deathWatchers.add(died);
    return () => this.#deathWatchers.delete(died);
  }

  #crash(error: unknown): void {
    this.#crashReason = error instanceof Error ? error.message : String(error);
    this.#die(`process crashed: ${this.#crashReason}`);
  }

  #die(why: string): void {
    this.#incarnation++;
    if (this.#process === undefined) return;
    this.log.add(this.#around.scheduler.nowNs(), why);
    this.#process.kill();
    this.#process = undefined;
    this.#pausedBy.clear();
    this.#disk.crash();
    const watchers = [...this.#deathWatchers];
    this.#deathWatchers.clear();
    for (const died of watchers) died();
  }
}

/** From -max to max, in thousandths. */
function drawEitherWay(max: number, random: Random): number {
  const thousandths = Math.round(max * 1000);
  return thousandths === 0 ? 0 : random.int(-thousandths, thousandths) / 1000;
}
