import type { CampaignRun, CampaignRunResult, RunOutcome } from '../store/campaign-record.ts';
import { RUN_OUTCOMES } from '../store/campaign-record.ts';

/** Counts a sitting's runs and says in one line how far it is and how long it will take. */
export class CampaignProgress {
  readonly #name: string;
  readonly #total: number;
  readonly #nowMs: () => number;
  readonly #startMs: number;
  readonly #outcomes = new Map<RunOutcome, number>();
  #running = 0;
  #done: number;
  #doneHere = 0;

  constructor(options: {
    readonly name: string;
    readonly total: number;
    readonly before: readonly CampaignRunResult[];
    readonly nowMs: () => number;
  }) {
    this.#name = options.name;
    this.#total = options.total;
    this.#nowMs = options.nowMs;
    this.#startMs = options.nowMs();
    this.#done = options.before.length;
    for (const { outcome } of options.before) this.#count(outcome);
  }

  started(run: CampaignRun): string {
    this.#running++;
    return this.#line(`${run.target} ${run.workload} ${run.faultPackage}, seed ${run.seed}`);
  }

  finished(result: CampaignRunResult): string {
    this.#running--;
    this.#done++;
    this.#doneHere++;
    this.#count(result.outcome);
    const { run } = result;
    return this.#line(`${run.target} ${run.workload} ${run.faultPackage}, seed ${run.seed}: ${result.outcome}`);
  }

  #line(last: string): string {
    const outcomes = RUN_OUTCOMES.flatMap((outcome) => {
      const count = this.#outcomes.get(outcome) ?? 0;
      return count === 0 ? [] : [`${count} ${outcome}`];
    });
    const parts = [`${this.#done} of ${this.#total} runs`, ...outcomes, `${this.#running} running`, ...this.#left()];
    return `${this.#name}: ${parts.join(', ')} | ${last}`;
  }

  /** At the pace of this sitting so far; nothing before the first run has ended. */
  #left(): readonly string[] {
    if (this.#doneHere === 0) return [];
    const leftMs = ((this.#nowMs() - this.#startMs) / this.#doneHere) * (this.#total - this.#done);
    return [`${durationWords(leftMs)} left`];
  }

  #count(outcome: RunOutcome): void {
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
  }
}

/** `40 s`, `12 min`, `3 h 5 min`. */
export function durationWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
