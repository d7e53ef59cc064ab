import { HistoryBuilder } from '../../history/index.ts';
import type { ClientSession } from '../../kernel/client.ts';
import type { Cluster, Environment, Recovery } from '../../kernel/environment.ts';
import type { FaultEvent, FaultKind, FaultSchedule } from '../../kernel/fault.ts';
import type { History } from '../../kernel/history.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { nodeNames, type NodeId } from '../../kernel/node.ts';
import type { Invocation, OpType } from '../../kernel/op.ts';
import type { OpError, Outcome } from '../../kernel/outcome.ts';
import { randomOf, type Random } from '../../kernel/random.ts';
import type { Target } from '../../kernel/target.ts';
import { Nemesis, planFaults } from '../../nemesis/index.ts';
import { ClusterDriver } from './cluster-driver.ts';

/** A short, dense run: clients without pause on few keys while faults come and go. */
export interface StormOptions {
  readonly environment: Environment;
  readonly target: Target;
  readonly workload: 'register' | 'set';
  readonly seed: number | string;
  readonly nodeCount: number;
  readonly workers: number;
  readonly durationMs: number;
  /** Pause of a worker between two operations: up to this. */
  readonly thinkMaxMs: number;
  /** Kinds of the ordinary fault plan, or a schedule drawn by hand. */
  readonly faults: readonly FaultKind[] | ((random: Random, durationMs: number) => FaultSchedule);
  readonly opsPerKey: number;
  readonly keysInUse: number;
  /** Of ten operations on a register, so many are reads. */
  readonly readsOfTen: number;
  readonly mutant?: string;
  readonly settings?: Readonly<Record<string, JsonValue>>;
}

export interface StormResult {
  readonly history: History;
  readonly faults: readonly FaultEvent[];
  readonly recovery: Recovery;
}

const OP_TIMEOUT_MS = 2_500;

/** Runs a storm in an environment of virtual time, heals, and lets every node be read in the end. */
export async function runStorm(options: StormOptions): Promise<StormResult> {
  const random = randomOf(options.seed);
  const { environment, target, workload, mutant } = options;
  const cluster = await environment.up(
    {
      runId: `storm-${options.seed}`,
      target,
      workload,
      nodes: nodeNames(options.nodeCount),
      random: random.fork('environment'),
      settings: options.settings ?? {},
      readyTimeoutMs: 60_000,
      progress: () => undefined,
      ...(mutant === undefined ? {} : { mutant }),
    },
    new AbortController().signal,
  );
  try {
    return await new Storm(options, cluster, random).run();
  } finally {
    await cluster.down();
  }
}

class Storm {
  readonly #options: StormOptions;
  readonly #cluster: Cluster;
  readonly #random: Random;
  readonly #driver: ClusterDriver;
  readonly #history = new HistoryBuilder();
  readonly #faults: FaultEvent[] = [];
  /** What was last read or written under a key, so that comparisons have a chance. */
  readonly #lastSeen = new Map<string, JsonValue>();
  #openCount = 0;
  #opCount = 0;
  #nextProcess: number;

  constructor(options: StormOptions, cluster: Cluster, random: Random) {
    this.#options = options;
    this.#cluster = cluster;
    this.#random = random;
    this.#driver = new ClusterDriver(cluster);
    this.#nextProcess = options.workers;
  }

  async run(): Promise<StormResult> {
    const { time } = this.#cluster;
    const endNs = time.nowNs() + this.#options.durationMs * 1e6;
    const nemesis = this.#startNemesis();
    for (let worker = 0; worker < this.#options.workers; worker++) this.#work(worker, endNs);
    const isOver = (): boolean => time.nowNs() >= endNs && this.#openCount === 0;
    await time.drive(isOver, new AbortController().signal);
    await this.#driver.until<true>(30_000, (done) => nemesis.healAll(() => done(true)));
    const recovery = await this.#driver.recover(20_000);
    for (const node of this.#cluster.nodes) await this.#finalRead(node);
    return { history: this.#history.build(), faults: this.#faults, recovery };
  }

  #startNemesis(): Nemesis {
    const { time, nodes, faults } = this.#cluster;
    const { target, durationMs } = this.#options;
    const kinds = this.#options.faults;
    const record = (event: FaultEvent): void => {
      this.#faults.push(event);
      this.#history.appendFault(event);
    };
    const nemesis = new Nemesis({ faults, time, nodes, random: this.#random.fork('nemesis'), record });
    const random = this.#random.fork('faults');
    const schedule =
      typeof kinds === 'function'
        ? kinds(random, durationMs)
        : planFaults({
            kinds,
            nodes,
            timeLimitMs: durationMs,
            faultModel: target.faultModel,
            hasPrimaries: target.name === 'raft',
            clockResolutionMs: 1,
            tempo: 'steady',
            random,
          });
    const startNs = time.nowNs();
    for (const fault of schedule) {
      time.at(startNs + fault.startNs, () => nemesis.start({ action: 'start', fault }, () => undefined));
      time.at(startNs + fault.startNs + fault.durationNs, () =>
        nemesis.start({ action: 'stop', faultId: fault.id }, () => undefined),
      );
    }
    return nemesis;
  }

  /** One worker: an operation after the other on one node, under a new process number after every doubt. */
  #work(worker: number, endNs: number): void {
    const { time, nodes, openClient } = this.#cluster;
    const random = this.#random.fork(`worker ${worker}`);
    const node = nodes[worker % nodes.length] ?? '';
    let process = worker;
    let session: ClientSession | undefined;
    const again = (delayMs: number): void => {
      time.at(time.nowNs() + delayMs * 1e6, next);
    };
    const next = (): void => {
      if (time.nowNs() >= endNs) return session?.close();
      const invocation = this.#draw(random);
      this.#openCount++;
      this.#record(process, 'invoke', invocation, node);
      const end = (outcome: Outcome): void => {
        this.#openCount--;
        this.#complete(process, invocation, outcome, node);
        if (outcome.type === 'ok') this.#see(invocation, outcome.value);
        if (outcome.type === 'info') process = this.#nextProcess++;
        if (outcome.type !== 'ok') {
          session?.close();
          session = undefined;
        }
        again(outcome.type === 'fail' ? 100 : random.int(0, this.#options.thinkMaxMs));
      };
      if (session !== undefined) return this.#start(session, invocation, end);
      openClient({ node, process }, OP_TIMEOUT_MS, (opened) => {
        if (opened.session === undefined) return end({ type: 'fail', error: opened.error });
        session = opened.session;
        this.#start(session, invocation, end);
      });
    };
    again(random.int(0, 20));
  }

  #start(session: ClientSession, invocation: Invocation, end: (outcome: Outcome) => void): void {
    const { time } = this.#cluster;
    let isOver = false;
    const finish = (outcome: Outcome): void => {
      if (isOver) return;
      isOver = true;
      time.cancel(timer);
      end(outcome);
    };
    const timer = time.at(time.nowNs() + OP_TIMEOUT_MS * 1e6, () =>
      finish({ type: 'info', error: { code: 'timeout' } }),
    );
    session.start(invocation, OP_TIMEOUT_MS, finish);
  }

  #draw(random: Random): Invocation {
    const value = ++this.#opCount;
    if (this.#options.workload === 'set') {
      return random.chance(1, 4) ? { f: 'read', value: null } : { f: 'add', value };
    }
    const { keysInUse, opsPerKey, readsOfTen } = this.#options;
    const key = `k${Math.floor(value / (opsPerKey * keysInUse))}-${random.int(1, keysInUse)}`;
    const die = random.int(0, 9);
    if (die < readsOfTen) return { f: 'read', key, value: null };
    const withCas = this.#options.target.offers['register']?.includes('cas') === true;
    if (!withCas || random.chance(1, 2)) return { f: 'write', key, value };
    return { f: 'cas', key, value: [this.#lastSeen.get(key) ?? 0, value] };
  }

  #see(invocation: Invocation, answer: JsonValue): void {
    const { f, key, value } = invocation;
    if (typeof key !== 'string') return;
    if (f === 'read') this.#lastSeen.set(key, answer);
    else if (f === 'write') this.#lastSeen.set(key, value);
  }

  async #finalRead(node: NodeId): Promise<void> {
    const read: Invocation = { f: 'read', value: null };
    if (this.#options.workload !== 'set') return;
    const process = this.#nextProcess++;
    this.#record(process, 'invoke', read, node);
    this.#complete(process, read, await this.#driver.call(node, read), node);
  }

  #complete(process: number, invocation: Invocation, outcome: Outcome, node: NodeId): void {
    if (outcome.type === 'ok') this.#record(process, 'ok', { ...invocation, value: outcome.value }, node);
    else this.#record(process, outcome.type, invocation, node, outcome.error);
  }

  #record(process: number, type: OpType, invocation: Invocation, node: NodeId, error?: OpError): void {
    const timeNs = this.#cluster.time.nowNs();
    this.#history.append({ timeNs, process, type, ...invocation, node, ...(error === undefined ? {} : { error }) });
  }
}
