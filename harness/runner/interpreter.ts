import type { ClientOpener, ClientSession } from '../kernel/client.ts';
import type { FaultAction } from '../kernel/fault.ts';
import { NEMESIS, type Draw, type GenContext, type Generator } from '../kernel/generator.ts';
import type { NodeId } from '../kernel/node.ts';
import type { Invocation, Op, OpDraft, OpType } from '../kernel/op.ts';
import { NOT_SENT, type OpError, type Outcome } from '../kernel/outcome.ts';
import type { Random } from '../kernel/random.ts';
import type { Scheduler, TimerId } from '../kernel/scheduler.ts';
import { ProcessTable, type Worker } from './process-table.ts';

/** Pause of a process whose operation never left it, so that a dead node is not hammered: 100 to 200 ms, seeded. */
const BACKOFF_MS = 100;
/** Operations dispatched in one go before others get a turn; keeps aborts and timers alive under clients that never wait. */
const BURST_MAX = 4096;

/** What an interpreter drives. */
export interface InterpreterOptions {
  readonly time: Scheduler;
  readonly nodes: readonly NodeId[];
  readonly concurrency: number;
  readonly openClient: ClientOpener;
  /** How long an operation may take before it is recorded as `info`. */
  readonly opTimeoutMs: number;
  /** Every worker draws from its own fork. */
  readonly random: Random;
  /** Appends an entry to the history; called before an operation is dispatched, and on receipt of its answer. */
  readonly record: (entry: OpDraft) => number;
  /** Carries out a fault action and calls back when it is done. */
  readonly nemesis: (action: FaultAction, done: () => void) => void;
}

/**
 * Runs a generator: one loop for virtual and for real time.
 *
 * Completions are taken before new invocations are made, as waiting with them would make operations look concurrent that
 * were not. An operation that is not answered in time, or whose client throws, is `info`; its process is dead and the
 * worker goes on under a new process id. Fault actions never wait for each other.
 */
export class Interpreter {
  readonly #options: InterpreterOptions;
  readonly #table: ProcessTable;
  readonly #randoms: readonly Random[];
  readonly #nemesisRandom: Random;
  /** Free workers, the longest free one first. */
  #free: Worker[];
  #generator: Generator | undefined;
  /** Operations and fault actions in flight. */
  #inFlight = 0;
  #nemesisSequence = 0;
  #nextOpId = 1;
  /** Something happened since the generator was last asked. */
  #dirty = true;
  #wakeTimer: TimerId | undefined;
  #turning = false;
  #failure: unknown;
  #closed = false;

  constructor(options: InterpreterOptions) {
    this.#options = options;
    this.#table = new ProcessTable(options.nodes, options.concurrency);
    this.#free = [...this.#table.workers];
    this.#randoms = this.#table.workers.map((worker) => options.random.fork(`worker-${worker.id}`));
    this.#nemesisRandom = options.random.fork('nemesis');
  }

  /**
   * Runs the generator to its end and waits for everything in flight. May be called again with another generator: processes
   * and their sessions go on. Rejects when `signal` is aborted (operations in flight stay open in the history) and when the
   * harness itself fails.
   */
  async run(generator: Generator, signal: AbortSignal): Promise<void> {
    this.#generator = generator;
    this.#dirty = true;
    await this.#options.time.drive(() => this.#turn(), signal);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Closes all sessions. Answers that come later are ignored. */
  close(): void {
    this.#closed = true;
    this.#generator = undefined;
    this.#cancelWake();
    this.#table.closeAll();
  }

  /** Asks the generator as long as it has something to do. True when the run is over. */
  #turn(): boolean {
    // Clients that answer at once wake the scheduler from inside a turn; the turn goes on by itself then.
    if (this.#turning) return false;
    this.#turning = true;
    try {
      while (this.#dirty && this.#failure === undefined) {
        this.#dirty = false;
        this.#dispatchAll();
      }
    } catch (error) {
      // A generator or the recorder failed: that is the harness's fault, never an outcome.
      this.#failure = error;
    } finally {
      this.#turning = false;
    }
    return this.#failure !== undefined || (this.#generator === undefined && this.#inFlight === 0);
  }

  #dispatchAll(): void {
    this.#cancelWake();
    let untilNs = this.#askNemesis();
    const refused: Worker[] = [];
    let burst = 0;
    // By index: shifting a long array once per operation is quadratic in effect.
    let next = 0;
    while (this.#generator !== undefined && next < this.#free.length) {
      if (++burst > BURST_MAX) {
        untilNs = 0;
        break;
      }
      const worker = this.#free[next++] as Worker;
      const draw = this.#draw(worker);
      if (draw.kind === 'done') {
        refused.push(worker);
        this.#generator = undefined;
      } else if (draw.kind === 'op') {
        this.#generator = draw.next;
        this.#dispatch(worker, draw.op);
      } else if (draw.kind === 'pending') {
        this.#generator = draw.next;
        refused.push(worker);
        untilNs = Math.min(untilNs, draw.untilNs ?? Infinity);
        if (draw.scope === 'all') break;
      } else {
        throw new Error('a generator gave a fault action to a client worker; route it with nemesis(...)');
      }
    }
    this.#free = refused.concat(this.#free.slice(next));
    if (untilNs < Infinity && this.#generator !== undefined) this.#wakeAt(untilNs);
  }

  /** Gives the nemesis all it may do now. Returns when to ask it again. */
  #askNemesis(): number {
    while (this.#generator !== undefined) {
      const draw = this.#generator.draw(
        this.#context(NEMESIS, -1, undefined, this.#nemesisSequence, this.#nemesisRandom),
      );
      if (draw.kind === 'done') {
        this.#generator = undefined;
        return Infinity;
      }
      this.#generator = draw.next;
      if (draw.kind === 'pending') return draw.untilNs ?? Infinity;
      if (draw.kind === 'op')
        throw new Error('a generator gave a client operation to the nemesis; route it with clients(...)');
      this.#nemesisSequence++;
      this.#inFlight++;
      this.#options.nemesis(draw.action, () => {
        this.#inFlight--;
        this.#markDirty();
      });
    }
    return Infinity;
  }

  #draw(worker: Worker): Draw {
    const random = this.#randoms[worker.id] as Random;
    const context = this.#context(worker.id, worker.process, worker.node, worker.sequence, random);
    return (this.#generator as Generator).draw(context);
  }

  #context(worker: number, process: number, node: NodeId | undefined, sequence: number, random: Random): GenContext {
    return new DrawContext(this.#options, this.#inFlight, { worker, process, node, sequence, random });
  }

  #dispatch(worker: Worker, invocation: Invocation): void {
    const opId = this.#nextOpId++;
    worker.sequence++;
    worker.inFlight = opId;
    this.#inFlight++;
    this.#record(worker, 'invoke', invocation, invocation.value, undefined);
    const deadlineMs = this.#options.opTimeoutMs;
    let timer: TimerId | undefined;
    let answered = false;
    const complete = (outcome: Outcome): void => {
      if (answered) return;
      answered = true;
      if (timer !== undefined) this.#options.time.cancel(timer);
      this.#complete(worker, opId, invocation, outcome);
    };
    const { session } = worker;
    if (session === undefined) this.#open(worker, invocation, deadlineMs, () => answered, complete);
    else this.#start(session, invocation, deadlineMs, complete);
    if (!answered) {
      timer = this.#options.time.at(this.#options.time.nowNs() + deadlineMs * 1e6, () => {
        complete({ type: 'info', error: { code: 'timeout', message: `no answer within ${deadlineMs} ms` } });
      });
    }
  }

  #open(
    worker: Worker,
    invocation: Invocation,
    deadlineMs: number,
    isAnswered: () => boolean,
    complete: (outcome: Outcome) => void,
  ): void {
    const { node, process } = worker;
    this.#options.openClient({ node, process }, deadlineMs, (result) => {
      if (result.session === undefined) {
        // Nothing was sent, so whatever the reason, the operation did not happen.
        const { code, message } = result.error;
        const detail = code === NOT_SENT ? message : `${code}${message === undefined ? '' : `: ${message}`}`;
        return complete({
          type: 'fail',
          error: detail === undefined ? { code: NOT_SENT } : { code: NOT_SENT, message: detail },
        });
      }
      // The process may have died of its deadline while the connection was still being made.
      if (isAnswered() || worker.process !== process) return result.session.close();
      worker.session = result.session;
      this.#start(result.session, invocation, deadlineMs, complete);
    });
  }

  #start(
    session: ClientSession,
    invocation: Invocation,
    deadlineMs: number,
    complete: (outcome: Outcome) => void,
  ): void {
    try {
      session.start(invocation, deadlineMs, complete);
    } catch (error) {
      complete({ type: 'info', error: { code: 'client-threw', message: String(error) } });
    }
  }

  #complete(worker: Worker, opId: number, invocation: Invocation, outcome: Outcome): void {
    if (this.#closed || worker.inFlight !== opId) return;
    worker.inFlight = 0;
    this.#inFlight--;
    try {
      if (outcome.type === 'ok') this.#record(worker, 'ok', invocation, outcome.value, undefined);
      else this.#record(worker, outcome.type, invocation, invocation.value, outcome.error);
    } catch (error) {
      this.#failure ??= error;
    }
    if (outcome.type === 'info') this.#table.retire(worker);
    if (outcome.type === 'fail' && outcome.error.code === NOT_SENT) this.#backOff(worker);
    else this.#free.push(worker);
    this.#markDirty();
  }

  #backOff(worker: Worker): void {
    this.#table.closeSession(worker);
    const stream = (this.#randoms[worker.id] as Random).fork(`backoff-${worker.sequence}`);
    const pauseNs = (BACKOFF_MS + stream.int(0, BACKOFF_MS)) * 1e6;
    this.#options.time.at(this.#options.time.nowNs() + pauseNs, () => {
      this.#free.push(worker);
      this.#markDirty();
    });
  }

  #record(
    worker: Worker,
    type: OpType,
    invocation: Invocation,
    value: Invocation['value'],
    error: OpError | undefined,
  ): void {
    const { f, key } = invocation;
    const timeNs = this.#options.time.nowNs();
    const entry: OpDraft = {
      timeNs,
      process: worker.process,
      type,
      f,
      value,
      node: worker.node,
      ...(key === undefined ? {} : { key }),
      ...(error === undefined ? {} : { error }),
    };
    const index = this.#options.record(entry);
    const generator = this.#generator;
    if (generator?.observe !== undefined)
      this.#generator = generator.observe({ ...entry, index } satisfies Op, worker.id);
  }

  #markDirty(): void {
    this.#dirty = true;
    this.#options.time.wake();
  }

  #wakeAt(atNs: number): void {
    this.#wakeTimer = this.#options.time.at(atNs, () => {
      this.#wakeTimer = undefined;
      this.#markDirty();
    });
  }

  #cancelWake(): void {
    if (this.#wakeTimer !== undefined) this.#options.time.cancel(this.#wakeTimer);
    this.#wakeTimer = undefined;
  }
}

/** A class, because one is made for every draw; its stream is forked only when something is drawn. */
class DrawContext implements GenContext {
  readonly nowNs: number;
  readonly concurrency: number;
  readonly inFlight: number;
  readonly worker: number;
  readonly process: number;
  readonly node: NodeId | undefined;
  readonly sequence: number;
  readonly #parent: Random;
  #random: Random | undefined;

  constructor(
    options: InterpreterOptions,
    inFlight: number,
    asker: Pick<GenContext, 'worker' | 'process' | 'node' | 'sequence' | 'random'>,
  ) {
    this.nowNs = options.time.nowNs();
    this.concurrency = options.concurrency;
    this.inFlight = inFlight;
    this.worker = asker.worker;
    this.process = asker.process;
    this.node = asker.node;
    this.sequence = asker.sequence;
    this.#parent = asker.random;
  }

  get random(): Random {
    return (this.#random ??= this.#parent.fork(this.sequence));
  }
}
