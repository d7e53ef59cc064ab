import type { EnvironmentKind } from '../kernel/environment.ts';
import type { CampaignRecord, CampaignRun, CampaignRunResult } from '../store/campaign-record.ts';
import type { CampaignPlan } from './plan-campaign.ts';

/** How one attempt at a run ended. */
export type RunAttempt =
  | {
      readonly kind: 'finished';
      readonly result: Omit<CampaignRunResult, 'run' | 'attempts' | 'startedAt' | 'elapsedMs' | 'rerun'>;
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly worthRetrying: boolean }
  | { readonly kind: 'cancelled' };

/** Makes one attempt at a run. An abort heals and ends it; never rejects. */
export type RunStarter = (run: CampaignRun, signal: AbortSignal) => Promise<RunAttempt>;

export interface ConductOptions {
  /** Runs still to be made, in order. */
  readonly todo: readonly CampaignRun[];
  readonly budget: CampaignPlan['budget'];
  readonly parallel: CampaignPlan['parallel'];
  readonly retries: number;
  readonly start: RunStarter;
  /** A command line that runs it again alone. */
  readonly rerun: (run: CampaignRun) => string;
  readonly signal: AbortSignal;
  /** Wall time in milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly onStart: (run: CampaignRun) => void;
  /** Called once per finished run, as they finish. What it throws ends the campaign. */
  readonly onResult: (result: CampaignRunResult) => void;
}

/**
 * Makes runs, as many at a time as allowed, until all are made, the budget is spent or the signal aborts. Resolves with why
 * it stopped early; by then no run is going on any more. Rejects with what `onResult` threw.
 */
export async function conductRuns(options: ConductOptions): Promise<CampaignRecord['stopped']> {
  return await new Conductor(options).conduct();
}

class Conductor {
  readonly #options: ConductOptions;
  readonly #waiting: CampaignRun[];
  readonly #running = new Map<CampaignRun, Promise<void>>();
  readonly #halt = new AbortController();
  readonly #deadlineMs: number;
  #startedRuns = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: ConductOptions) {
    this.#options = options;
    this.#waiting = [...options.todo];
    this.#deadlineMs = options.nowMs() + (options.budget.minutes ?? Infinity) * 60_000;
  }

  async conduct(): Promise<CampaignRecord['stopped']> {
    const { signal } = this.#options;
    const halt = (): void => this.#halt.abort();
    signal.addEventListener('abort', halt, { once: true });
    if (signal.aborted) halt();
    let stopped: CampaignRecord['stopped'];
    try {
      while (this.#waiting.length > 0 || this.#running.size > 0) {
        stopped = this.#stopReason();
        if (stopped === undefined) this.#startWhatFits();
        if (this.#running.size === 0) break;
        await Promise.race(this.#running.values());
      }
    } finally {
      signal.removeEventListener('abort', halt);
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    return signal.aborted ? 'interrupted' : this.#waiting.length > 0 ? stopped : undefined;
  }

  #stopReason(): CampaignRecord['stopped'] {
    const { budget, nowMs } = this.#options;
    if (this.#halt.signal.aborted) return 'interrupted';
    if (this.#startedRuns >= (budget.runs ?? Infinity)) return 'budget-runs';
    return nowMs() >= this.#deadlineMs ? 'budget-minutes' : undefined;
  }

  /** The first waiting runs for which there is room, each environment counted by itself. */
  #startWhatFits(): void {
    const { parallel } = this.#options;
    for (let index = 0; index < this.#waiting.length && this.#running.size < parallel.total;) {
      const run = this.#waiting[index];
      if (run === undefined || this.#stopReason() !== undefined) return;
      if (this.#count(run.environment) >= parallel[run.environment]) {
        index = this.#nextOther(index);
        continue;
      }
      this.#waiting.splice(index, 1);
      this.#startedRuns++;
      this.#running.set(run, this.#attend(run));
    }
  }

  #nextOther(index: number): number {
    const full = new Set<EnvironmentKind>();
    const { parallel } = this.#options;
    for (const kind of ['sim', 'docker', 'process'] as const) if (this.#count(kind) >= parallel[kind]) full.add(kind);
    const next = this.#waiting.findIndex((run, at) => at > index && !full.has(run.environment));
    return next === -1 ? this.#waiting.length : next;
  }

  #count(environment: EnvironmentKind): number {
    let count = 0;
    for (const run of this.#running.keys()) if (run.environment === environment) count++;
    return count;
  }

  async #attend(run: CampaignRun): Promise<void> {
    this.#options.onStart(run);
    try {
      const result = await this.#attempts(run);
      if (result !== undefined) this.#options.onResult(result);
    } catch (error) {
      // The first failure ends the campaign; the others follow from it.
      this.#failure ??= { error };
      this.#halt.abort();
    } finally {
      this.#running.delete(run);
    }
  }

  /** Tries again after failures of the harness only. Undefined where the run was cancelled. */
  async #attempts(run: CampaignRun): Promise<CampaignRunResult | undefined> {
    const { start, retries, nowMs } = this.#options;
    const startMs = nowMs();
    for (let attempts = 1; ; attempts++) {
      const attempt = await start(run, this.#halt.signal);
      const common = {
        attempts,
        startedAt: new Date(startMs).toISOString(),
        elapsedMs: Math.round(nowMs() - startMs),
        rerun: this.#options.rerun(run),
      };
      const more = attempts <= retries && !this.#halt.signal.aborted;
      switch (attempt.kind) {
        case 'cancelled':
          return undefined;
        case 'finished':
          if (attempt.result.outcome === 'harness-error' && more) continue;
          return { run, ...attempt.result, ...common };
        case 'failed':
          if (attempt.worthRetrying && more) continue;
          return { run, ...failed(attempt.reason), ...common };
      }
    }
  }
}

function failed(reason: string): Omit<CampaignRunResult, 'run' | 'attempts' | 'startedAt' | 'elapsedMs' | 'rerun'> {
  return {
    outcome: 'harness-error',
    anomalies: [],
    effectiveFaults: [],
    promise: { outcome: 'unclear', why: reason },
    passed: { acknowledged: false },
    strongest: [],
    reasons: [reason],
    operations: { ok: 0, fail: 0, info: 0 },
  };
}
