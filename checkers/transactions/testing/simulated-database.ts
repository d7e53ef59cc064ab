import { HistoryBuilder } from '../../../harness/history/index.ts';
import type { History } from '../../../harness/kernel/history.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
import { randomOf, type Random } from '../../../harness/kernel/random.ts';
import type { Dialect } from '../transactions.ts';

/**
 * What a simulated database promises and keeps:
 * - `strict-serializable`: a transaction happens in one instant between its invocation and its completion;
 * - `serializable`: so do transactions that write, but those that only read may see an older state;
 * - `snapshot-isolation`: reads see the state at the start, the first of two conflicting writers wins;
 * - `read-committed`: each read sees the latest committed state, writes appear at the end;
 * - `none`: each micro-operation takes effect at once, whatever becomes of its transaction.
 */
export const SIMULATED_ISOLATIONS = [
  'strict-serializable',
  'serializable',
  'snapshot-isolation',
  'read-committed',
  'none',
] as const;
export type SimulatedIsolation = (typeof SIMULATED_ISOLATIONS)[number];

export interface SimulationOptions {
  readonly isolation: SimulatedIsolation;
  readonly dialect: Dialect;
  readonly transactions: number;
  readonly clients: number;
  readonly seed: number;
  /** Keys in use at one time; default 10. */
  readonly keys?: number;
  /** A key is replaced by a fresh one after so many writes; default 32. */
  readonly writesPerKey?: number;
  /** Most micro-operations in a transaction; default 4. */
  readonly longest?: number;
  /** In how many of a thousand the client aborts, or never learns the outcome. Default 0. */
  readonly abortedPerMille?: number;
  readonly indeterminatePerMille?: number;
}

/** The history that clients of such a database would record. A pure function of the options. */
export function simulateDatabase(options: SimulationOptions): History {
  const simulation = new Simulation(options);
  while (simulation.step());
  return simulation.history();
}

interface Version {
  readonly value: number;
  readonly time: number;
}

interface MicroOp {
  readonly write: boolean;
  readonly key: number;
  /** What is written; of no meaning for reads. */
  readonly value: number;
}

interface Running {
  readonly microOps: readonly MicroOp[];
  readonly startTime: number;
  readonly buffered: MicroOp[];
  readonly results: JsonValue[];
  next: number;
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #random: Random;
  readonly #builder = new HistoryBuilder();
  readonly #state = new Map<number, Version[]>();
  readonly #running: (Running | undefined)[];
  readonly #process: number[];
  readonly #pool: { key: number; writes: number }[];
  #nextKey: number;
  #time = 0;
  #clockNs = 0;
  #invoked = 0;

  constructor(options: SimulationOptions) {
    const keys = options.keys ?? 10;
    this.#options = options;
    this.#random = randomOf(options.seed);
    this.#running = Array.from({ length: options.clients }, () => undefined);
    this.#process = Array.from({ length: options.clients }, (_, client) => client);
    this.#pool = Array.from({ length: keys }, (_, key) => ({ key, writes: 0 }));
    this.#nextKey = keys;
  }

  history(): History {
    return this.#builder.build();
  }

  /** Lets one client go one step. False once all is done. */
  step(): boolean {
    const client = this.#random.int(0, this.#running.length - 1);
    const running = this.#running[client];
    if (running !== undefined) this.#advance(client, running);
    else if (this.#invoked < this.#options.transactions) this.#invoke(client);
    return this.#invoked < this.#options.transactions || this.#running.some((each) => each !== undefined);
  }

  #invoke(client: number): void {
    this.#invoked++;
    const length = this.#random.int(1, this.#options.longest ?? 4);
    const microOps = Array.from({ length }, () => this.#drawMicroOp());
    this.#running[client] = { microOps, startTime: this.#time, buffered: [], results: [], next: 0 };
    this.#record(
      client,
      'invoke',
      microOps.map((each) => this.#encode(each, null)),
    );
  }

  #drawMicroOp(): MicroOp {
    const slot = this.#random.pick(this.#pool);
    const { key } = slot;
    if (this.#random.chance(1, 2)) return { write: false, key, value: 0 };
    slot.writes++;
    if (slot.writes >= (this.#options.writesPerKey ?? 32)) {
      slot.key = this.#nextKey++;
      slot.writes = 0;
      return { write: true, key, value: this.#options.writesPerKey ?? 32 };
    }
    return { write: true, key, value: slot.writes };
  }

  #advance(client: number, running: Running): void {
    const { isolation } = this.#options;
    const instant = isolation === 'strict-serializable' || isolation === 'serializable';
    const microOp = running.microOps[running.next];
    if (microOp === undefined || instant) this.#finish(client, running);
    else {
      running.next++;
      this.#execute(running, microOp, isolation === 'snapshot-isolation' ? running.startTime : this.#time);
    }
  }

  #execute(running: Running, microOp: MicroOp, time: number): void {
    if (!microOp.write) {
      running.results.push(this.#read(running, microOp.key, time));
      return;
    }
    running.results.push(null);
    if (this.#options.isolation === 'none') this.#apply(microOp);
    else running.buffered.push(microOp);
  }

  #read(running: Running, key: number, time: number): JsonValue {
    const versions = this.#state.get(key) ?? [];
    const seen: number[] = [];
    for (const version of versions) if (version.time <= time) seen.push(version.value);
    for (const own of running.buffered) if (own.key === key) seen.push(own.value);
    return this.#options.dialect === 'append' ? seen : (seen.at(-1) ?? null);
  }

  #apply({ key, value }: MicroOp): void {
    this.#time++;
    const versions = this.#state.get(key);
    if (versions === undefined) this.#state.set(key, [{ value, time: this.#time }]);
    else versions.push({ value, time: this.#time });
  }

  #finish(client: number, running: Running): void {
    this.#running[client] = undefined;
    const { isolation, abortedPerMille = 0, indeterminatePerMille = 0 } = this.#options;
    const writes = running.microOps.some(({ write }) => write);
    const stale = isolation === 'serializable' && !writes ? this.#random.int(0, 20) : 0;
    for (; running.next < running.microOps.length; running.next++) {
      this.#execute(running, running.microOps[running.next] as MicroOp, this.#time - stale);
    }
    const aborts = this.#random.chance(abortedPerMille, 1000) || this.#conflicts(running);
    if (!aborts) this.#commit(running);
    const unknown = this.#random.chance(indeterminatePerMille, 1000);
    const type = unknown ? 'info' : aborts ? 'fail' : 'ok';
    const results = type === 'ok' ? running.results : [];
    this.#record(
      client,
      type,
      running.microOps.map((each, index) => this.#encode(each, results[index] ?? null)),
    );
    if (unknown) this.#process[client] = (this.#process[client] as number) + this.#running.length;
  }

  #conflicts(running: Running): boolean {
    if (this.#options.isolation !== 'snapshot-isolation') return false;
    return running.buffered.some(({ key }) => (this.#state.get(key)?.at(-1)?.time ?? 0) > running.startTime);
  }

  /** All buffered writes get one time, so that no snapshot falls between them. */
  #commit(running: Running): void {
    const time = this.#time;
    for (const microOp of running.buffered) {
      this.#time = time;
      this.#apply(microOp);
    }
  }

  #encode({ write, key, value }: MicroOp, result: JsonValue): JsonValue {
    return write ? [this.#options.dialect, key, value] : ['r', key, result];
  }

  #record(client: number, type: 'invoke' | 'ok' | 'fail' | 'info', value: JsonValue): void {
    this.#builder.append({
      process: this.#process[client] as number,
      type,
      f: 'txn',
      value,
      timeNs: (this.#clockNs += 1000),
    });
  }
}
