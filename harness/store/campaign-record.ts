import type { EnvironmentKind } from '../kernel/environment.ts';
import type { FaultKind } from '../kernel/fault.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { ObjectLevel } from '../kernel/target.ts';

/** Version of {@link CampaignRecord}'s shape. Readers refuse others with a clear message. */
export const CAMPAIGN_RECORD_VERSION = 1;

/** How one run of a campaign ended. `harness-error`: no history could be made, or a fault could not be healed. */
export const RUN_OUTCOMES = ['valid', 'invalid', 'unknown', 'harness-error'] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/** One cell of a campaign's matrix: everything that decides a run's plan. */
export interface CampaignRun {
  /** Hash of all other fields: the same in every shard, and over an interruption. */
  readonly id: string;
  /** A name, or the path of a module relative to the campaign file. */
  readonly target: string;
  readonly variant?: string;
  readonly mutant?: string;
  readonly image?: string;
  readonly workload: string;
  readonly environment: EnvironmentKind;
  /** Name of the fault package, for example `partition+kill`. */
  readonly faultPackage: string;
  readonly faults: readonly FaultKind[];
  readonly seed: string;
  /** Other options of the run by the command line's names, for example `{ "time-limit": 30, "nodes": 5 }`. */
  readonly parameters: Readonly<Record<string, JsonValue>>;
}

/** One kind of anomaly that a run showed, with its first example. */
export interface SeenAnomaly {
  readonly anomaly: string;
  /** Name of the check that found it. */
  readonly check: string;
  readonly count: number;
  /** One sentence, not to be trusted: it quotes values of the system under test. */
  readonly message: string;
}

/** What the checks of a run that came out valid speak for. */
export interface PassedChecks {
  /** The strongest level that one of them judged; absent where none judged a level. */
  readonly level?: ObjectLevel;
  /** Whether one of them would have seen the loss of an acknowledged write. */
  readonly acknowledged: boolean;
}

/** What a target promises of one workload, and so of every run of both. */
export interface OwnPromise {
  readonly where: RunSelector;
  readonly level: ObjectLevel;
  readonly keepsAcknowledged: boolean;
}

/** A finished run. A run that was interrupted has none and is run again when the campaign is resumed. */
export interface CampaignRunResult {
  readonly run: CampaignRun;
  readonly outcome: RunOutcome;
  /** Attempts that were made; more than one only after harness errors. */
  readonly attempts: number;
  /** The run's folder relative to the campaign's folder; absent where the run left none. */
  readonly folder?: string;
  readonly anomalies: readonly SeenAnomaly[];
  /** Kinds of fault that a probe saw in effect, sorted. */
  readonly effectiveFaults: readonly FaultKind[];
  /** What the target promises of this workload, and whether this run kept it. */
  readonly promise: {
    readonly level?: ObjectLevel;
    readonly keepsAcknowledged?: boolean;
    readonly outcome: 'kept' | 'broken' | 'unclear';
    readonly why: string;
  };
  readonly passed: PassedChecks;
  /** Strongest levels that the history satisfies, where a check says so. */
  readonly strongest: readonly string[];
  /** Why the outcome is `unknown` or `harness-error`, in one sentence each. */
  readonly reasons: readonly string[];
  /** Operations by how they ended, over all functions. */
  readonly operations: { readonly ok: number; readonly fail: number; readonly info: number };
  /** ISO time at which its first attempt began, and wall time from there to its result. */
  readonly startedAt: string;
  readonly elapsedMs: number;
  /** A command line that runs it again alone. */
  readonly rerun: string;
}

/** Runs that failed alike: same target, anomalies and faults. Valid runs are in no group. */
export interface FailureGroup {
  /** `redis set: lost under partition`. */
  readonly signature: string;
  readonly target: string;
  readonly workload: string;
  readonly outcome: Exclude<RunOutcome, 'valid'>;
  readonly anomalies: readonly string[];
  readonly faults: readonly FaultKind[];
  /** Ids of its runs in the campaign's order; the first is shown as the example. */
  readonly runs: readonly string[];
}

/** Which runs an expectation is about; an absent field means any. */
export interface RunSelector {
  readonly target?: string;
  readonly variant?: string;
  readonly mutant?: string;
  readonly workload?: string;
  readonly environment?: EnvironmentKind;
  readonly faultPackage?: string;
}

/** What a campaign file claims of a group of runs. */
export type Expectation =
  | {
      /** No run may show anything that this level excludes; with `keepsAcknowledged`, no acknowledged write may be lost. */
      readonly kind: 'promise';
      readonly where: RunSelector;
      readonly level: ObjectLevel;
      readonly keepsAcknowledged: boolean;
    }
  | {
      /** The group must show a known violation in at least so many runs: otherwise the campaign has lost its power. */
      readonly kind: 'violation';
      readonly where: RunSelector;
      readonly anomaly: string;
      readonly atLeast: number;
    };

/** How an expectation came out. `accepted`: broken only by findings that the baseline lists. */
export interface ExpectationResult {
  readonly expectation: Expectation;
  readonly outcome: 'met' | 'accepted' | 'broken' | 'lost-power' | 'unclear';
  /** One plain sentence with counts. */
  readonly why: string;
  /** Ids of the runs that decided it, for `broken` those that broke it. */
  readonly runs: readonly string[];
}

/** `campaign.json` of a campaign's folder: everything its page, its summaries and a merge need. */
export interface CampaignRecord {
  readonly version: typeof CAMPAIGN_RECORD_VERSION;
  readonly name: string;
  /** Hash of the campaign file's meaning; shards merge only when it is the same. */
  readonly planHash: string;
  /** Every run of the whole campaign, all shards together, in order. */
  readonly planned: readonly CampaignRun[];
  /** Present where this record holds a part only. Indices start at 1. */
  readonly shard?: { readonly index: number; readonly of: number };
  readonly results: readonly CampaignRunResult[];
  readonly groups: readonly FailureGroup[];
  readonly expectations: readonly ExpectationResult[];
  /** What the targets promise of themselves, known before any run is made. */
  readonly ownPromises?: readonly OwnPromise[];
  /** By what it was judged: what its file states, and whether the targets' own promises count where it states nothing. */
  readonly judged?: { readonly stated: readonly Expectation[]; readonly ownPromises: boolean };
  /** ISO time of the first start, wall time of all sittings together. */
  readonly startedAt: string;
  readonly elapsedMs: number;
  /** Why it ended before all runs were made; absent when it is complete. */
  readonly stopped?: 'interrupted' | 'budget-runs' | 'budget-minutes';
  /** Versions of the harness and the machine. */
  readonly facts: Readonly<Record<string, JsonValue>>;
}
