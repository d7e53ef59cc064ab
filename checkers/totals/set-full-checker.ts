import type { Checker } from '../../harness/kernel/checker.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { groupByKey } from '../judging/group-by-key.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { quantilesOf } from '../judging/quantiles.ts';
import { judged } from '../judging/results.ts';
import { listed, plural } from '../judging/wording.ts';
import { tellSet } from './set-findings.ts';
import { NEVER, observeSet, type SetObservations } from './set-observations.ts';

/**
 * Judges sets that are read while they are added to: follows each element from read to read. Operations as for `set`.
 *
 * An element is known from its acknowledgement on, or from the first read that had it. It is lost when a read that began
 * after it was known, and after every read that had it had ended, misses it; stable when somebody read it and it is not
 * lost; never read otherwise. Anomalies: `lost`, `unexpected`, `duplicated`, and with option `level: 'linearizable'` also
 * `stale` (a stable element that a read missed after it was known). Facts: the counts, and how long elements took to
 * become stable and to be seen lost (`stableLatencyMs`, `lostLatencyMs`: from known to the begin of the last read that
 * missed it; not of histories without times).
 *
 * O(adds + total size of the reads).
 */
export const setFullChecker: Checker = operationsChecker('set-full', (operations, { options, budget }) => {
  const isLinearizable = options.text('level') === 'linearizable';
  const findings: Finding[] = [];
  const latencies = { stable: [] as number[], lost: [] as number[] };
  const counts: Record<string, number> = {};
  let unreadable = 0;
  for (const [key, invocations] of groupByKey(operations)) {
    const adds = invocations.filter((op) => operations.f(op) === 'add');
    const answered = invocations.filter((op) => operations.f(op) === 'read' && operations.isOk(op));
    const reads = answered.filter((op) => Array.isArray(operations.history.decode(operations.output(op))));
    unreadable += answered.length - reads.length;
    const observations = observeSet(operations, adds, reads, budget);
    const fates = followElements(operations, observations);
    for (const latencyMs of fates.stableMs) latencies.stable.push(latencyMs);
    for (const latencyMs of fates.lostMs) latencies.lost.push(latencyMs);
    const judgement = {
      lost: [...fates.lost.keys()],
      lastMisses: fates.lost,
      stale: isLinearizable ? fates.stale : [],
      finals: { byPlace: new Map<string, number>(), missingNodes: [] },
    };
    findings.push(...tellSet(operations, { key, observations, judgement }));
    const members = {
      attempted: observations.elements.size,
      stable: fates.stableMs.length,
      lost: fates.lost.size,
      neverRead: fates.neverRead,
      stale: fates.stale.length,
      unexpected: observations.unexpected.length,
      duplicated: observations.duplicated.length,
    };
    for (const [name, count] of Object.entries(members)) counts[name] = (counts[name] ?? 0) + count;
  }
  const facts: Record<string, JsonValue> = { ...counts };
  if (operations.hasTimes && latencies.stable.length > 0) facts['stableLatencyMs'] = quantiles(latencies.stable);
  if (operations.hasTimes && latencies.lost.length > 0) facts['lostLatencyMs'] = quantiles(latencies.lost);
  const doubts: string[] = [];
  if (latencies.stable.length === 0)
    doubts.push('no element was ever seen to be stable: add more, and read afterwards');
  if (unreadable > 0) doubts.push(`${plural(unreadable, 'read')} answered something that is not a list`);
  return judged(findings, facts, doubts.length === 0 ? undefined : listed(doubts));
});

interface Fates {
  /** Lost elements, with the last read that missed each. */
  readonly lost: ReadonlyMap<number, number>;
  readonly stale: readonly number[];
  readonly neverRead: number;
  readonly stableMs: readonly number[];
  readonly lostMs: readonly number[];
}

function followElements(operations: Operations, observations: SetObservations): Fates {
  const { reads, knownAt, elements } = observations;
  const { seenUntil, lastMiss } = sightings(operations, observations);
  const [lost, stale] = [new Map<number, number>(), [] as number[]];
  const [stableMs, lostMs] = [[] as number[], [] as number[]];
  let neverRead = 0;
  for (let id = 0; id < elements.size; id++) {
    const known = knownAt[id] ?? NEVER;
    const missedAt = reads[lastMiss[id] ?? -1] ?? -1;
    const isMissed = missedAt > known;
    const latencyMs = isMissed ? (timeOf(operations, missedAt) - timeOf(operations, known)) / 1e6 : 0;
    if (isMissed && missedAt > (seenUntil[id] ?? -1)) {
      lost.set(id, missedAt);
      lostMs.push(latencyMs);
    } else if (known !== NEVER && (seenUntil[id] ?? -1) >= 0) {
      stableMs.push(latencyMs);
      if (isMissed) stale.push(id);
    } else neverRead++;
  }
  return { lost, stale, neverRead, stableMs, lostMs };
}

/** By element: the latest end of a read that had it, and the ordinal of the last read that did not; -1 where there is none. */
function sightings(
  operations: Operations,
  { reads, seen, elements }: SetObservations,
): { readonly seenUntil: Int32Array; readonly lastMiss: Int32Array } {
  const seenUntil = new Int32Array(elements.size).fill(-1);
  const lastMiss = new Int32Array(elements.size).fill(reads.length - 1);
  for (let ordinal = reads.length - 1; ordinal >= 0; ordinal--) {
    const end = operations.completion(reads[ordinal] ?? 0);
    for (const id of seen[ordinal] ?? []) {
      if (id < 0) continue;
      if (end > (seenUntil[id] ?? -1)) seenUntil[id] = end;
      // Only as long as every read from the last one on has it.
      if (lastMiss[id] === ordinal) lastMiss[id] = ordinal - 1;
    }
  }
  return { seenUntil, lastMiss };
}

function timeOf(operations: Operations, entry: number): number {
  return operations.history.columns.timeNs[entry] ?? 0;
}

function quantiles(values: readonly number[]): JsonValue {
  const at = quantilesOf(values);
  return { min: at(0), p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
