import type { EnvironmentKind } from '../kernel/environment.ts';
import type { ClockMechanism, FaultKind, Tempo } from '../kernel/fault.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { ObjectLevel } from '../kernel/target.ts';

/** A campaign as its author writes it, in YAML or as the argument of {@link defineCampaign}. */
export interface CampaignDefinition {
  /** Address of the JSON schema, for editors. */
  readonly $schema?: string | undefined;
  /** Names the folder of the campaign. */
  readonly name: string;
  /** Names of targets, paths of their modules relative to the file, or entries with choices of their own. */
  readonly targets: readonly (string | TargetEntry)[];
  /** Default: register. */
  readonly workloads?: readonly string[] | undefined;
  /** Fault packages, one per run. Default: all. */
  readonly faults?: readonly FaultPackage[] | undefined;
  /** How many (from 1), a range like `1..20`, or the seeds themselves. Default: 1. */
  readonly seeds?: number | string | readonly (number | string)[] | undefined;
  readonly parameters?: CampaignParameters | undefined;
  readonly exclude?: readonly Exclusion[] | undefined;
  /** What one sitting may spend; a campaign that was stopped by it can be resumed. */
  readonly budget?: { readonly runs?: number | undefined; readonly minutes?: number | undefined } | undefined;
  /** Runs at the same time. Default: one per core in sim, one in docker. */
  readonly parallel?:
    | number
    | { readonly sim?: number | undefined; readonly process?: number | undefined; readonly docker?: number | undefined }
    | undefined;
  /** Further attempts after a failure of the harness. Default: 1. */
  readonly retries?: number | undefined;
  readonly expectations?: readonly (PromiseEntry | ViolationEntry)[] | undefined;
}

export interface TargetEntry {
  readonly name: string;
  readonly variant?: string | undefined;
  readonly mutant?: string | undefined;
  readonly image?: string | undefined;
  readonly environment?: EnvironmentKind | undefined;
  /** Wins over the parameter of the same name. */
  readonly nodes?: number | undefined;
}

/** `none`, `all`, a kind, kinds joined by `+`, a list of kinds, or kinds under a name. */
export type FaultPackage =
  string | readonly FaultKind[] | { readonly name: string; readonly kinds: 'all' | 'none' | readonly FaultKind[] };

type Axis<T> = T | readonly T[];

/** Options of the runs by the run command's names. A list makes an axis of the matrix. */
export interface CampaignParameters {
  readonly nodes?: Axis<number> | undefined;
  /** Rhythm of the faults; `swarm` draws it, and in the simulation the network, from the seed. */
  readonly tempo?: Axis<Tempo> | undefined;
  readonly 'time-limit'?: Axis<number> | undefined;
  readonly concurrency?: Axis<number> | undefined;
  readonly rate?: Axis<number> | undefined;
  readonly 'op-timeout'?: Axis<number> | undefined;
  readonly keys?: Axis<number> | undefined;
  readonly 'ops-per-key'?: Axis<number> | undefined;
  readonly level?: Axis<ObjectLevel> | undefined;
  readonly 'clock-mechanism'?: Axis<ClockMechanism> | undefined;
  readonly 'ready-timeout'?: Axis<number> | undefined;
  readonly 'check-time-limit'?: Axis<number> | undefined;
  readonly 'check-memory-limit'?: Axis<number> | undefined;
  /** Settings of the environment. */
  readonly set?: Readonly<Record<string, Axis<string | number>>> | undefined;
}

/** Which runs are meant; an absent field means any. */
export interface SelectorFields {
  readonly target?: string | undefined;
  /** `default` is the target without a variant. */
  readonly variant?: string | undefined;
  /** `none` is the target without a planted bug. */
  readonly mutant?: string | undefined;
  readonly workload?: string | undefined;
  readonly environment?: EnvironmentKind | undefined;
  /** Name of the fault package. */
  readonly faults?: string | undefined;
}

export interface Exclusion extends SelectorFields {
  /** A seed, or a range like `2..10`. */
  readonly seed?: string | number | undefined;
  readonly parameters?: Readonly<Record<string, JsonValue>> | undefined;
}

/** No run of the group may show anything that the level excludes. */
export interface PromiseEntry extends SelectorFields {
  readonly promises: ObjectLevel;
  readonly keepsAcknowledged?: boolean | undefined;
}

/** At least so many runs of the group must show a known violation. */
export interface ViolationEntry extends SelectorFields {
  readonly shows: string;
  readonly atLeast?: number | undefined;
}

/** Types a campaign that is written as a module: `export const campaign = defineCampaign({ ... })`. */
export function defineCampaign(definition: CampaignDefinition): CampaignDefinition {
  return definition;
}
