import type { CheckerUse } from './checker.ts';
import type { Generator } from './generator.ts';
import type { NodeId } from './node.ts';
import type { Key } from './op.ts';
import type { ObjectLevel } from './target.ts';

/** What a workload may know when it makes its generators. */
export interface WorkloadContext {
  readonly nodes: readonly NodeId[];
  readonly concurrency: number;
  /** Operations the target offers for this workload; optional ones may be missing. */
  readonly offers: readonly string[];
  /** Operations per second over all workers; 0 for as fast as they are answered. */
  readonly ratePerSecond: number;
  /** Length of the main phase. */
  readonly timeLimitMs: number;
  /** How many operations each key gets before a fresh one takes its place, where the workload has keys. */
  readonly opsPerKey: number;
  /** How many keys are in use at a time. */
  readonly keys: number;
}

/** The operations of a workload: the main phase, and what is done after everything was healed. */
export interface WorkloadGenerators {
  readonly during: Generator;
  /**
   * After recovery, for example final reads on every node. Gets the keys that the main phase used, the most recently used
   * last.
   */
  readonly final?: (keys: readonly Key[]) => Generator;
}

/** A kind of use of a system, and who judges it. */
export interface Workload {
  readonly name: string;
  readonly description: string;
  readonly requiredOps: readonly string[];
  readonly optionalOps: readonly string[];
  generators(context: WorkloadContext): WorkloadGenerators;
  /** The strongest level that its own checkers can tell. */
  readonly level: ObjectLevel;
  /** Judges for the strongest level this workload can tell, first the one that decides. Run-quality checks come on top. */
  readonly checkers: readonly CheckerUse[];
}
