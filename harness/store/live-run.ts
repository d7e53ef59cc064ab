/** Where a run without a record stands. The history holds no phases: they follow from its times and from what files exist. */
export type LiveStage = 'starting' | 'running' | 'ending' | 'checking' | 'finished';

/** A run in progress as its page shows it. Texts come from the system under test. */
export interface LiveRun {
  readonly stage: LiveStage;
  /** Time on the run's clock of the last entry. */
  readonly timeMs: number;
  /** Length of the main phase, as planned. */
  readonly timeLimitMs: number;
  /** Wall time since any of its files changed. */
  readonly silentMs: number;
  readonly functions: readonly LiveFunction[];
  /** Operations that ended ok in each of the last seconds of the run's clock, oldest first. */
  readonly okPerSecond: readonly number[];
  readonly faults: readonly LiveFault[];
  /** Why the history cannot be shown, where it cannot. */
  readonly problem?: string;
}

/** Operations of one function; `open` ones have no completion yet. */
export interface LiveFunction {
  readonly f: string;
  readonly open: number;
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
}

/** The latest record of one fault. */
export interface LiveFault {
  readonly id: string;
  readonly kind: string;
  readonly phase: string;
  readonly atMs: number;
  readonly detail: string;
}
