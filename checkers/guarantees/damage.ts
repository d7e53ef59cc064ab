import type { JsonObject } from '../../harness/kernel/json.ts';
import type { Budget } from '../judging/budget.ts';
import { finalReadsOf, type FinalReadOptions } from '../judging/final-reads.ts';
import type { Operations } from '../judging/operations.ts';
import type { RegisterProblem } from '../sessions/register-problem.ts';
import { measureStaleness, stalenessFacts, type Staleness } from '../sessions/staleness.ts';
import type { StaleRead } from '../sessions/version-timeline.ts';

/** What a user of registers would have noticed. */
export interface RegisterDamage {
  /**
   * Acknowledged writes that were certainly newer than what the final reads of every place found: at least so many are
   * gone. Summed over keys.
   */
  readonly lostAcknowledged: number;
  readonly staleness: Staleness;
  /** Reads that contradict real time by themselves or returned what nobody wrote. */
  readonly contradictedReads: number;
}

/** Sums up the damage. Problems of one key each. O(n log n log Δ). */
export function registerDamage(
  operations: Operations,
  problems: readonly RegisterProblem[],
  finals: FinalReadOptions,
  budget: Budget,
): RegisterDamage {
  const { staleness, timelines } = measureStaleness(problems, budget);
  let [lostAcknowledged, contradictedReads] = [0, 0];
  for (const [position, problem] of problems.entries()) {
    const { stale = [], future = [] } = timelines[position] ?? {};
    contradictedReads += stale.length + future.length + problem.strays.length;
    lostAcknowledged += lostOn(operations, problem, stale, finals);
  }
  return { lostAcknowledged, staleness, contradictedReads };
}

/** As JSON, for facts. */
export function damageFacts(operations: Operations, damage: RegisterDamage): JsonObject {
  const { lostAcknowledged, staleness, contradictedReads } = damage;
  return { lostAcknowledged, contradictedReads, staleness: stalenessFacts(staleness, operations.hasTimes) };
}

function lostOn(
  operations: Operations,
  problem: RegisterProblem,
  stale: readonly StaleRead[],
  options: FinalReadOptions,
): number {
  const reads = [...problem.invocation].filter((invocation) => operations.f(invocation) === 'read');
  const finals = [...finalReadsOf(operations, reads, options).byPlace.values()];
  const behind = new Map(stale.map(({ read, versionsBehind }) => [problem.invocation[read] ?? 0, versionsBehind]));
  return finals.length === 0 ? 0 : Math.min(...finals.map((read) => behind.get(read) ?? 0));
}
