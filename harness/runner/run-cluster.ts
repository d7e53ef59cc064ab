import { clients, nemesis as onNemesis, scripted, sleep, timeLimit, together } from '../generators/index.ts';
import type { Cluster, ClusterRequest, Environment, Recovery } from '../kernel/environment.ts';
import type { Generator } from '../kernel/generator.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import type { History } from '../kernel/history.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { NodeId } from '../kernel/node.ts';
import { randomOf } from '../kernel/random.ts';
import type { Target } from '../kernel/target.ts';
import type { Workload } from '../kernel/workload.ts';
import { Nemesis, scheduleGenerator } from '../nemesis/index.ts';
import type { ClusterSample } from '../store/run-observations.ts';
import { ClusterSampler } from './cluster-sampler.ts';
import { Interpreter } from './interpreter.ts';
import type { RunPlan } from './plan.ts';
import { Recorder, type RecordSink } from './recorder.ts';

/** How long healing everything may take before the run counts as not healed. */
const HEAL_TIMEOUT_MS = 60_000;
/** How long the cluster may take after healing until final reads mean something. */
const RECOVERY_TIMEOUT_MS = 60_000;
/** Longest time a record stays in memory only. */
const FLUSH_INTERVAL_MS = 100;

export const RUN_PHASES = ['main', 'heal', 'recovery', 'final'] as const;
export type RunPhase = (typeof RUN_PHASES)[number];

/** Start and end of a phase on the run's clock. */
export interface PhaseSpan {
  readonly fromNs: number;
  readonly toNs: number;
}

/** A sink that can be told to hand its records to the operating system. */
export interface FlushableSink extends RecordSink {
  flush(): void;
}

/** Everything that is needed to run a plan. */
export interface ClusterRunOptions {
  readonly plan: RunPlan;
  readonly environment: Environment;
  readonly target: Target;
  readonly workload: Workload;
  readonly runId: string;
  /** Records go here as they come, besides into memory. */
  readonly sink?: FlushableSink;
  readonly directory?: string;
  readonly readyTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
  /** Called when a phase begins, with the run's clock. */
  readonly onPhase?: (phase: RunPhase, cluster: Cluster) => void;
  /** Called once when the last phase has ended, however it did, before logs are fetched and the cluster is taken down. */
  readonly onPhasesOver?: () => void;
}

/** What a run on a cluster leaves. */
export interface ClusterRun {
  readonly history: History;
  readonly phases: Readonly<Partial<Record<RunPhase, PhaseSpan>>>;
  /** Undefined when recovery was never awaited because the run was interrupted. */
  readonly recovery: Recovery | undefined;
  readonly logs: ReadonlyMap<NodeId, string>;
  readonly facts: Readonly<Record<string, JsonValue>>;
  readonly samples: readonly ClusterSample[];
  readonly interrupted: boolean;
}

/**
 * Brings a cluster up, runs the plan on it, heals, reads back, and takes it down again, whatever happens in between. An
 * abort skips what is left of the operations but never the healing. Rejects with a HarnessError when the cluster does not
 * come up or something is left behind.
 */
export async function runCluster(options: ClusterRunOptions): Promise<ClusterRun> {
  const { plan, environment, target, signal, progress } = options;
  const { request } = plan;
  const random = randomOf(request.seed);
  const clusterRequest: ClusterRequest = {
    runId: options.runId,
    target,
    workload: request.workload,
    nodes: request.nodes,
    random: random.fork('environment'),
    ...(request.variant === undefined ? {} : { variant: request.variant }),
    ...(request.mutant === undefined ? {} : { mutant: request.mutant }),
    ...(request.image === undefined ? {} : { image: request.image }),
    settings: request.settings,
    readyTimeoutMs: options.readyTimeoutMs,
    ...(options.directory === undefined ? {} : { directory: options.directory }),
    progress,
  };
  const cluster = await environment.up(clusterRequest, signal);
  let failed = true;
  try {
    const run = await new PhasedRun(options, cluster).run();
    failed = false;
    return run;
  } finally {
    // A failed removal must not hide why the run itself failed.
    await cluster.down().catch((error: unknown) => {
      if (!failed) throw error;
      progress(`also failed to remove the cluster: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}

/** The phases of one run on one cluster. */
class PhasedRun {
  readonly #options: ClusterRunOptions;
  readonly #cluster: Cluster;
  readonly #recorder: Recorder;
  readonly #nemesis: Nemesis;
  readonly #interpreter: Interpreter;
  readonly #phases: Partial<Record<RunPhase, PhaseSpan>> = {};
  readonly #sampler: ClusterSampler;
  #flushing = true;

  constructor(options: ClusterRunOptions, cluster: Cluster) {
    const { request } = options.plan;
    const random = randomOf(request.seed);
    this.#options = options;
    this.#cluster = cluster;
    this.#sampler = new ClusterSampler(cluster);
    this.#recorder = new Recorder(options.sink);
    this.#nemesis = new Nemesis({
      faults: cluster.faults,
      time: cluster.time,
      nodes: cluster.nodes,
      random: random.fork('nemesis'),
      record: (event) => this.#recorder.appendFault(event),
    });
    this.#interpreter = new Interpreter({
      time: cluster.time,
      nodes: cluster.nodes,
      concurrency: request.concurrency,
      openClient: cluster.openClient,
      opTimeoutMs: request.opTimeoutMs,
      random: random.fork('processes'),
      record: (entry) => this.#recorder.append(entry),
      nemesis: (action, done) => this.#nemesis.start(action, done),
    });
  }

  async run(): Promise<ClusterRun> {
    const { signal } = this.#options;
    let recovery: Recovery | undefined;
    this.#scheduleFlush();
    this.#sampler.start();
    try {
      await this.#unlessAborted('main', () => this.#interpreter.run(this.#mainGenerator(), signal));
      await this.#phase('heal', () => this.#heal());
      if (!signal.aborted) {
        await this.#unlessAborted('recovery', async () => {
          recovery = await this.#recover();
        });
        if (recovery?.recovered === true) {
          await this.#unlessAborted('final', () => this.#interpreter.run(this.#finalGenerator(), signal));
        }
      }
    } finally {
      this.#flushing = false;
      this.#sampler.stop();
      this.#interpreter.close();
      this.#options.onPhasesOver?.();
    }
    this.#options.sink?.flush();
    return {
      history: this.#recorder.history(),
      phases: this.#phases,
      recovery,
      logs: await this.#cluster.logs(),
      facts: { ...this.#cluster.facts, ...this.#origin() },
      samples: this.#sampler.samples,
      interrupted: signal.aborted,
    };
  }

  /** Where the run's clock began on the wall, so that node logs can be set beside the history. Virtual time has no such place. */
  #origin(): Readonly<Record<string, JsonValue>> {
    if (this.#options.environment.kind === 'sim') return {};
    return { originWallMs: Date.now() - this.#cluster.time.nowNs() / 1e6 };
  }

  #mainGenerator(): Generator {
    const { plan, workload, target } = this.#options;
    const { request, script, schedule } = plan;
    const faults = onNemesis(scheduleGenerator(schedule));
    const operations =
      script === undefined
        ? clients(workload.generators(this.#context(target)).during)
        : together(clients(scripted(script.main)), sleep(script.mainNs / 1e6));
    return timeLimit(request.timeLimitMs, together(operations, faults));
  }

  #finalGenerator(): Generator {
    const { plan, workload, target } = this.#options;
    if (plan.script !== undefined) return clients(scripted(plan.script.final));
    const { final } = workload.generators(this.#context(target));
    return final === undefined ? clients(scripted([])) : clients(final(this.#recorder.keys()));
  }

  #context(target: Target): Parameters<Workload['generators']>[0] {
    const { request } = this.#options.plan;
    return {
      nodes: request.nodes,
      concurrency: request.concurrency,
      offers: target.offers[request.workload] ?? [],
      ratePerSecond: request.ratePerSecond,
      timeLimitMs: request.timeLimitMs,
      opsPerKey: request.opsPerKey,
      keys: request.keys,
    };
  }

  async #heal(): Promise<void> {
    const { time } = this.#cluster;
    let healed = false;
    let expired = false;
    this.#nemesis.healAll(() => {
      healed = true;
      time.wake();
    });
    const timer = time.at(time.nowNs() + HEAL_TIMEOUT_MS * 1e6, () => (expired = true));
    await time.drive(() => healed || expired, new AbortController().signal);
    time.cancel(timer);
    if (!healed) throw new HarnessError('heal-failed', `faults were not healed within ${HEAL_TIMEOUT_MS / 1000} s`);
  }

  async #recover(): Promise<Recovery> {
    const { time } = this.#cluster;
    let result: Recovery | undefined;
    this.#cluster.awaitRecovery(RECOVERY_TIMEOUT_MS, (recovery) => {
      result = recovery;
      time.wake();
    });
    await time.drive(() => result !== undefined, this.#options.signal);
    return result ?? { recovered: false, reason: 'recovery was not awaited to its end' };
  }

  /** Runs a phase; an abort ends it without an error. */
  async #unlessAborted(phase: RunPhase, work: () => Promise<void>): Promise<void> {
    try {
      await this.#phase(phase, work);
    } catch (error) {
      if (!this.#options.signal.aborted) throw error;
    }
  }

  async #phase(phase: RunPhase, work: () => Promise<void>): Promise<void> {
    const fromNs = this.#cluster.time.nowNs();
    this.#options.onPhase?.(phase, this.#cluster);
    try {
      await work();
    } finally {
      this.#phases[phase] = { fromNs, toNs: this.#cluster.time.nowNs() };
    }
  }

  #scheduleFlush(): void {
    const { sink } = this.#options;
    if (sink === undefined) return;
    const { time } = this.#cluster;
    const flush = (): void => {
      if (!this.#flushing) return;
      sink.flush();
      time.at(time.nowNs() + FLUSH_INTERVAL_MS * 1e6, flush);
    };
    time.at(time.nowNs() + FLUSH_INTERVAL_MS * 1e6, flush);
  }
}
