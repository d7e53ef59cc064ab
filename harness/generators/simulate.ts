import { NEMESIS, type GenContext, type Generator } from '../kernel/generator.ts';
import type { FaultAction } from '../kernel/fault.ts';
import type { Op, OpType } from '../kernel/op.ts';
import { randomOf, type Random } from '../kernel/random.ts';

/** How a simulated world answers. */
export interface SimulatedWorld {
  readonly concurrency: number;
  readonly nodes?: readonly string[];
  readonly seed?: number;
  /** How long an operation takes, in milliseconds. */
  readonly latencyMs: (op: Op, random: Random) => number;
  /** How an operation ends. */
  readonly outcome: (op: Op, random: Random) => Exclude<OpType, 'invoke'>;
  /** Ends the simulation of generators that never end. */
  readonly timeLimitMs?: number;
  readonly operationsMax?: number;
}

/** Every operation takes 10 ms and is answered. */
export const PERFECT: Pick<SimulatedWorld, 'latencyMs' | 'outcome'> = { latencyMs: () => 10, outcome: () => 'ok' };
/** Every operation takes 10 ms and nobody ever learns how it went. */
export const SILENT: Pick<SimulatedWorld, 'latencyMs' | 'outcome'> = { latencyMs: () => 10, outcome: () => 'info' };
/** Operations take 1 to 50 ms and end in each way equally often. */
export const FLAKY: Pick<SimulatedWorld, 'latencyMs' | 'outcome'> = {
  latencyMs: (_, random) => random.int(1, 50),
  outcome: (_, random) => random.pick(['ok', 'fail', 'info'] as const),
};

/** What happened: every entry of the simulated history, and every fault action with its time. */
export interface Simulation {
  readonly entries: readonly Op[];
  readonly faults: readonly { readonly timeMs: number; readonly action: FaultAction }[];
}

interface Running {
  readonly op: Op;
  readonly worker: number;
  readonly endNs: number;
}

/**
 * Plays a generator against a made-up world in no time at all, to test schedules without clusters and without sleeping.
 * Fault actions take no time. Deterministic in the seed.
 */
export function simulate(generator: Generator, world: SimulatedWorld): Simulation {
  return new SimulatedPlay(generator, world).play();
}

class SimulatedPlay {
  readonly #world: SimulatedWorld;
  readonly #random: Random;
  readonly #processes: number[];
  readonly #sequences: number[];
  readonly #entries: Op[] = [];
  readonly #faults: Simulation['faults'][number][] = [];
  readonly #running: Running[] = [];
  #free: number[];
  #generator: Generator | undefined;
  #nowNs = 0;
  #nemesisSequence = 0;

  constructor(generator: Generator, world: SimulatedWorld) {
    this.#generator = generator;
    this.#world = world;
    this.#random = randomOf(world.seed ?? 0);
    this.#free = Array.from({ length: world.concurrency }, (_, worker) => worker);
    this.#processes = [...this.#free];
    this.#sequences = this.#free.map(() => 0);
  }

  play(): Simulation {
    const endNs = (this.#world.timeLimitMs ?? Infinity) * 1e6;
    const most = this.#world.operationsMax ?? 100_000;
    for (;;) {
      const untilNs = this.#dispatch(most);
      const next = this.#running.reduce((least, each) => Math.min(least, each.endNs), Infinity);
      const wakeNs = this.#generator === undefined ? next : Math.min(next, untilNs);
      if (wakeNs === Infinity || wakeNs > endNs) return { entries: this.#entries, faults: this.#faults };
      this.#nowNs = Math.max(this.#nowNs, wakeNs);
      this.#completeDue();
    }
  }

  /** Asks everyone free until nobody gets anything. Returns when to ask again. */
  #dispatch(most: number): number {
    let untilNs = this.#askNemesis();
    const refused: number[] = [];
    while (this.#generator !== undefined && this.#free.length > 0 && this.#entries.length < most) {
      const worker = this.#free.shift() ?? 0;
      const draw = this.#generator.draw(this.#context(worker));
      if (draw.kind === 'done') this.#generator = undefined;
      else this.#generator = draw.next;
      if (draw.kind === 'op') {
        this.#invoke(worker, draw.op);
        continue;
      }
      refused.push(worker);
      if (draw.kind === 'pending') {
        untilNs = Math.min(untilNs, draw.untilNs ?? Infinity);
        if (draw.scope === 'all') break;
      }
    }
    this.#free = [...refused, ...this.#free];
    return this.#entries.length < most ? untilNs : Infinity;
  }

  #askNemesis(): number {
    for (;;) {
      const draw = this.#generator?.draw(this.#context(NEMESIS));
      // Schedules without routing are for clients: nothing is drawn from them for the nemesis.
      if (draw === undefined || draw.kind === 'op') return Infinity;
      this.#generator = draw.kind === 'done' ? undefined : draw.next;
      if (draw.kind === 'pending') return draw.untilNs ?? Infinity;
      if (draw.kind === 'done') return Infinity;
      this.#nemesisSequence++;
      this.#faults.push({ timeMs: this.#nowNs / 1e6, action: draw.action });
    }
  }

  #invoke(worker: number, invocation: { readonly f: string; readonly value: Op['value'] }): void {
    this.#sequences[worker] = (this.#sequences[worker] ?? 0) + 1;
    const op = this.#record({ ...invocation, type: 'invoke', process: this.#processes[worker] ?? worker }, worker);
    const latencyNs = this.#world.latencyMs(op, this.#random.fork(`latency-${op.index}`)) * 1e6;
    this.#running.push({ op, worker, endNs: this.#nowNs + latencyNs });
  }

  #completeDue(): void {
    for (const done of this.#running.filter((each) => each.endNs <= this.#nowNs)) {
      this.#running.splice(this.#running.indexOf(done), 1);
      const type = this.#world.outcome(done.op, this.#random.fork(`outcome-${done.op.index}`));
      this.#record({ ...done.op, type }, done.worker);
      if (type === 'info') this.#processes[done.worker] = done.op.process + this.#world.concurrency;
      this.#free.push(done.worker);
    }
  }

  #record(entry: Omit<Op, 'index' | 'timeNs'>, worker: number): Op {
    const op: Op = { ...entry, index: this.#entries.length, timeNs: this.#nowNs };
    this.#entries.push(op);
    this.#generator = this.#generator?.observe?.(op, worker) ?? this.#generator;
    return op;
  }

  #context(worker: number): GenContext {
    const sequence = worker === NEMESIS ? this.#nemesisSequence : (this.#sequences[worker] ?? 0);
    const nodes = this.#world.nodes ?? ['n1'];
    return {
      nowNs: this.#nowNs,
      worker,
      process: this.#processes[worker] ?? NEMESIS,
      node: worker === NEMESIS ? undefined : nodes[worker % nodes.length],
      concurrency: this.#world.concurrency,
      inFlight: this.#running.length,
      sequence,
      random: this.#random.fork(`worker-${worker}`).fork(sequence),
    };
  }
}
