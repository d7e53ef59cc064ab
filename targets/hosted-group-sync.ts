import type { Host } from '../harness/kernel/host.ts';
import type { JsonValue } from '../harness/kernel/json.ts';

/**
 * Group commit: everything that becomes due while the disk is busy shares the next sync. An action runs once all that
 * was written before it is durable, in order.
 */
export class GroupSync {
  readonly #host: Host;
  /** True where something was written that no sync covers yet. */
  #dirty = false;
  #waiting: (() => void)[] = [];
  #syncing: (() => void)[] = [];
  #token: number | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  append(record: JsonValue): void {
    this.#dirty = true;
    this.#host.append(record);
  }

  rewrite(records: readonly JsonValue[]): void {
    this.#dirty = true;
    this.#host.rewrite(records);
  }

  /** Runs `action` once all that was written so far is durable: at once where it is already. */
  afterSync(action: () => void): void {
    if (this.#dirty) {
      this.#waiting.push(action);
      if (this.#token === undefined) this.#begin();
    } else if (this.#token !== undefined) this.#syncing.push(action);
    else action();
  }

  /** To be called with the token of every `synced` event. */
  onSynced(token: number): void {
    if (token !== this.#token) return;
    const due = this.#syncing;
    this.#syncing = [];
    this.#token = undefined;
    // The next sync starts first: an action that finds nothing unsynced must not overtake those that still wait.
    if (this.#waiting.length > 0) this.#begin();
    for (const action of due) action();
  }

  #begin(): void {
    this.#dirty = false;
    this.#syncing = this.#waiting;
    this.#waiting = [];
    this.#token = this.#host.sync();
  }
}
