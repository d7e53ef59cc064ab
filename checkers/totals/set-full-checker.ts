import type { Checker } from '../../harness/kernel/checker.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { groupByKey } from '../judging/group-by-key.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { tellSet } from './set-findings.ts';
import { NEVER, observeSet, type SetObservations } from './set-observations.ts';

/**
 * Judges sets that are read while they are added to: follows each element from read to read. Operations as for `set`.
 *
 * An element is stable when the last reads have it, lost when it was known and the reads that began last miss it, never
 * read otherwise. Anomalies: `lost`, `unexpected`, `duplicated`, and with option `level: 'linearizable'` also `stale` (a
 * stable element that a read missed after it was known). Facts: the counts, and how long elements took to become stable
 * (`stableLatencyMs`, from known to the begin of the last read that missed it).
 *
 * O(adds + total size of the reads).
 */
export const setFullChecker: Checker = operationsChecker('set-full', (operations, { options, budget }) => {
  const isLinearizable = options.text('level') === 'linearizable';
  const findings: Finding[] = [];
  const latencies: number[] = [];
  const counts: Record<string, number> = {};
  for (const [key, invocations] of groupByKey(operations)) {
    const adds = invocations.filter((op) => operations.f(op) === 'add');
    const reads = invocations.filter(
      (op) =>
        operations.f(op) === 'read' &&
        operations.isOk(op) &&
        Array.isArray(operations.history.decode(operations.output(op))),
    );
    const observations = observeSet(operations, adds, reads, budget);
    const fates = followElements(operations, observations);
    for (const latency of fates.latenciesMs) latencies.push(latency);
    const stale = isLinearizable ? fates.stale : [];
    const judgement = { lost: fates.lost, stale, finals: { byPlace: new Map<string, number>(), missingNodes: [] } };
    findings.push(...tellSet(operations, { key, observations, judgement }));
    const members = {
      attempted: observations.elements.size,
      stable: fates.latenciesMs.length,
      lost: fates.lost.length,
      neverRead: fates.neverRead,
      stale: fates.stale.length,
      unexpected: observations.unexpected.length,
      duplicated: observations.duplicated.length,
    };
    for (const [name, count] of Object.entries(members)) counts[name] = (counts[name] ?? 0) + count;
  }
  const facts: Record<string, JsonValue> = { ...counts };
  if (latencies.length > 0) facts['stableLatencyMs'] = quantiles(latencies);
  return judged(findings, facts, latencies.length === 0 ? 'no element was ever seen to be stable' : undefined);
});

interface Fates {
  readonly lost: readonly number[];
  readonly stale: readonly number[];
  readonly neverRead: number;
  /** Of each stable element. */
  readonly latenciesMs: readonly number[];
}

function followElements(operations: Operations, observations: SetObservations): Fates {
  const { reads, seen, knownAt, elements } = observations;
  const [lastSeen, seenSince] = [
    new Int32Array(elements.size).fill(-1),
    new Int32Array(elements.size).fill(reads.length),
  ];
  for (let ordinal = reads.length - 1; ordinal >= 0; ordinal--) {
    for (const id of seen[ordinal] ?? []) {
      if (id < 0) continue;
      if (lastSeen[id] === -1) lastSeen[id] = ordinal;
      if (seenSince[id] === ordinal + 1) seenSince[id] = ordinal;
    }
  }
  const fates = { lost: [] as number[], stale: [] as number[], neverRead: 0, latenciesMs: [] as number[] };
  for (let id = 0; id < elements.size; id++) {
    const known = knownAt[id] ?? NEVER;
    const missed = (seenSince[id] ?? 0) - 1;
    const missedAt = missed < 0 ? -1 : (reads[missed] ?? -1);
    if ((lastSeen[id] ?? -1) > missed) {
      const lateMs = (timeOf(operations, missedAt) - timeOf(operations, known)) / 1e6;
      fates.latenciesMs.push(missedAt > known ? lateMs : 0);
      if (missedAt > known) fates.stale.push(id);
    } else if (known < missedAt) fates.lost.push(id);
    else fates.neverRead++;
  }
  return fates;
}

function timeOf(operations: Operations, entry: number): number {
  return operations.history.columns.timeNs[entry] ?? 0;
}

function quantiles(values: readonly number[]): JsonValue {
  const sorted = Float64Array.from(values).sort();
  const at = (quantile: number): number => sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? 0;
  return { min: at(0), p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
