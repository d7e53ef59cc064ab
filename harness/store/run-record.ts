import type { CheckerUse } from '../kernel/checker.ts';
import type { EnvironmentKind } from '../kernel/environment.ts';
import type { FaultKind, FaultPhase, Tempo } from '../kernel/fault.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { NodeId } from '../kernel/node.ts';
import type { TargetPromise } from '../kernel/target.ts';
import type { CheckResult, Verdict } from '../kernel/verdict.ts';

/** Version of {@link RunRecord}'s shape. Readers refuse higher ones with a clear message. */
export const RUN_RECORD_VERSION = 1;

/** How many operations of one function ended how. An operation without completion counts as `info`. */
export interface OutcomeCounts {
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
}

/** One fault instance of a run, as observed. */
export interface FaultSummary {
  readonly id: string;
  /** The fault's kind: `partition`, `kill`, ... */
  readonly name: FaultKind;
  /** What was asked, in one line: `n1 | n2, n3 (both directions)`. */
  readonly what: string;
  /** Last phase that a probe decided while it was on. `requested` where no probe ever answered. */
  readonly effect: FaultPhase;
  readonly probe: string;
  /** Observed interval on the run's clock in milliseconds; `toMs` is absent where it never ended. */
  readonly fromMs: number;
  readonly toMs?: number;
  readonly healed: boolean;
  /** How its healing was seen to end; absent where it never began or nobody looked. */
  readonly heal?: 'healed' | 'heal-failed' | 'unverified';
  readonly detail: string;
}

/** One check of a run. */
export interface CheckSummary extends CheckResult {
  readonly name: string;
  readonly use: CheckerUse;
  readonly elapsedMs: number;
}

/** What a run was asked to be; enough to repeat it. */
export interface RunRequest {
  readonly target: string;
  readonly variant?: string;
  readonly mutant?: string;
  readonly image?: string;
  readonly environment: EnvironmentKind;
  readonly workload: string;
  readonly nodes: readonly NodeId[];
  readonly concurrency: number;
  readonly ratePerSecond: number;
  readonly timeLimitMs: number;
  readonly opTimeoutMs: number;
  readonly keys: number;
  readonly opsPerKey: number;
  readonly faults: readonly FaultKind[];
  /** Rhythm of the faults; `steady` where absent. */
  readonly tempo?: Tempo;
  readonly seed: string;
  readonly settings: Readonly<Record<string, JsonValue>>;
  /**
   * Modules of the user's that the target and the workload came from, relative to the folder in which the run was
   * started; absent where they are built in, or were handed over by a program.
   */
  readonly modules?: {
    readonly target?: string;
    readonly workload?: string;
    /** In place of a target's module: a compose file, and the module of its client. */
    readonly compose?: string;
    readonly client?: string;
  };
}

/** `results.json` of a run folder: everything a report needs besides the history. */
export interface RunRecord {
  readonly version: typeof RUN_RECORD_VERSION;
  readonly request: RunRequest;
  readonly verdict: Verdict;
  /** What made the run as a whole doubtful, apart from its checks: interrupted, not recovered, not seen to heal. */
  readonly doubts: readonly string[];
  /** Plain sentences why the verdict is `unknown`, the doubts first. */
  readonly reasons: readonly string[];
  /** By function name. */
  readonly counts: Readonly<Record<string, OutcomeCounts>>;
  readonly faults: readonly FaultSummary[];
  readonly checks: readonly CheckSummary[];
  /** SHA-256 of the history file, hex. */
  readonly historyHash: string;
  readonly entries: number;
  /** ISO time at which the run started, and how long on the wall clock it took: `up`, each phase, `down`, `check`. */
  readonly startedAt: string;
  readonly elapsedMs: Readonly<Record<string, number>>;
  /** Length of the history on the run's own clock. */
  readonly durationMs: number;
  /** Start and end of the phases on the run's own clock. */
  readonly phasesMs: Readonly<
    Record<'main' | 'heal' | 'recovery' | 'final', { readonly from: number; readonly to: number } | undefined>
  >;
  readonly promise?: TargetPromise;
  readonly interrupted: boolean;
  /** Versions (faultline, node, system under test) and drawn parameters. */
  readonly facts: Readonly<Record<string, JsonValue>>;
  /** Command lines that run it again. */
  readonly rerun: { readonly symbolic: string; readonly exact: string };
}
