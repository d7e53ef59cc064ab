import type { JsonValue } from '../../kernel/json.ts';
import type { Random } from '../../kernel/random.ts';
import { drawDelayNs, type DelayDistribution } from './latency.ts';
import type { VirtualScheduler } from './virtual-scheduler.ts';

type Write =
  | { readonly kind: 'append'; readonly record: JsonValue }
  | { readonly kind: 'rewrite'; readonly records: readonly JsonValue[] };

/**
 * One node's log on disk. What was written is in the operating system's hands until a sync completes; a crash keeps a
 * random prefix of it, as a kernel writes back what it likes in order. Records are never torn: the process host drops a
 * torn record by its checksum, which leaves a prefix as well.
 */
export class SimDisk {
  readonly #scheduler: VirtualScheduler;
  readonly #syncDelay: DelayDistribution;
  readonly #random: Random;
  #durable: JsonValue[] = [];
  #unsynced: Write[] = [];
  #nextToken = 1;
  #lastSyncAtNs = 0;
  /** Grows with every crash, so that syncs of a dead process complete nothing. */
  #epoch = 0;

  constructor(scheduler: VirtualScheduler, syncDelay: DelayDistribution, random: Random) {
    this.#scheduler = scheduler;
    this.#syncDelay = syncDelay;
    this.#random = random;
  }

  append(record: JsonValue): void {
    this.#unsynced.push({ kind: 'append', record });
  }

  rewrite(records: readonly JsonValue[]): void {
    this.#unsynced.push({ kind: 'rewrite', records: [...records] });
  }

  /** Makes all that was written so far durable after a while, then calls `synced` with the returned token. In order. */
  sync(synced: (token: number) => void): number {
    const token = this.#nextToken++;
    const epoch = this.#epoch;
    const last = this.#unsynced.at(-1);
    const atNs = this.#scheduler.nowNs() + drawDelayNs(this.#syncDelay, this.#random);
    this.#lastSyncAtNs = Math.max(this.#lastSyncAtNs, atNs);
    this.#scheduler.after(this.#lastSyncAtNs - this.#scheduler.nowNs(), () => {
      if (epoch !== this.#epoch) return;
      // An earlier sync may have made it durable already; then it is not found, and nothing is left to do.
      if (last !== undefined) this.#harden(this.#unsynced.indexOf(last) + 1);
      synced(token);
    });
    return token;
  }

  /** The process died: a random prefix of the unsynced writes reaches the platter, the rest is gone. */
  crash(): void {
    this.#epoch++;
    this.#harden(this.#random.int(0, this.#unsynced.length));
    this.#unsynced = [];
  }

  /** What a starting process reads. Only meaningful after {@link crash} or on a fresh disk. */
  read(): readonly JsonValue[] {
    return [...this.#durable];
  }

  #harden(count: number): void {
    for (const write of this.#unsynced.splice(0, count)) {
      if (write.kind === 'append') this.#durable.push(write.record);
      else this.#durable = [...write.records];
    }
  }
}
