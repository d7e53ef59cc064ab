import type { History } from './history.ts';
import type { JsonValue } from './json.ts';
import type { Model } from './model.ts';
import type { CheckResult } from './verdict.ts';

/** What a check may use. Beyond it the verdict is `unknown`, with how far it came. */
export interface CheckLimits {
  readonly timeMs: number;
  /** Growth of memory over idle; checkers account for their own buffers. */
  readonly memoryBytes: number;
}

/**
 * The clock by which a checker watches its time budget. Injected, because checkers are otherwise pure; milliseconds,
 * monotonic, origin unspecified.
 */
export type BudgetClock = () => number;

/** Everything a checker gets besides the history. */
export interface CheckContext {
  readonly limits: CheckLimits;
  readonly nowMs: BudgetClock;
  /** Options of this use of the checker, for example `{ model: 'cas-register' }`. Must be JSON: it crosses threads. */
  readonly options: Readonly<Record<string, JsonValue>>;
  /** A sequential object of the user's own, in place of the one that `options.model` names. */
  readonly model?: Model<unknown>;
  /** Judge only this share of the independent objects; see {@link ShardedChecker}. */
  readonly shard?: Shard;
  /** Called now and then with how far the check is, in words; all that is left of it when it must be stopped by force. */
  readonly onProgress?: (progress: string) => void;
}

/** Share `index` of `of`. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/**
 * A judge: a pure function of the history, apart from its budget. It never throws for any history; it says `unknown`
 * when it cannot answer. It throws HarnessError `usage` for options that it cannot read.
 */
export interface Checker {
  readonly name: string;
  check(history: History, context: CheckContext): CheckResult;
}

/** A judge of independent objects, which several threads can share out among them. */
export interface ShardedChecker extends Checker {
  /** At most how many shares are worth while. */
  shardsOf(history: History, context: CheckContext): number;
  /** The answer for the whole, from the answers for each of its shares. */
  merge(results: readonly CheckResult[]): CheckResult;
}

/**
 * A use of a checker by name, as data, so that it can be run in a worker thread and repeated on a stored history.
 * Names are resolved by the registry in `checkers/`.
 */
export interface CheckerUse {
  readonly checker: string;
  readonly options?: Readonly<Record<string, JsonValue>>;
  /** A sequential object of the user's own, for checkers that judge by one. */
  readonly model?: ModelSource;
}

/** Where a sequential object of the user's own is found: as data, because it is loaded in the worker that checks. */
export interface ModelSource {
  /** Absolute path or file URL of a module, JavaScript or TypeScript; `import.meta.url` for the module that says it. */
  readonly module: string;
  readonly export: string;
}
