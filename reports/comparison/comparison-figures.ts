import type { History } from '../../harness/kernel/history.ts';
import type { JsonObject, JsonValue } from '../../harness/kernel/json.ts';
import type { NodeId } from '../../harness/kernel/node.ts';
import type { CheckResult, Finding } from '../../harness/kernel/verdict.ts';
import type { OutcomeCounts, RunRecord } from '../../harness/store/run-record.ts';
import { addAvailability, availabilityDuring, type Availability } from '../metrics/availability.ts';
import { actedOn, faultIntervals, type FaultInterval } from '../metrics/fault-intervals.ts';
import { convergenceTimes, type ConvergenceFigures } from '../metrics/convergence.ts';
import { latencyQuantiles, okLatencies, type LatencyQuantiles } from '../metrics/latency-quantiles.ts';
import { endOfHistoryNs, operationsOf, type Operations } from '../metrics/operations.ts';
import { sidesOfPartition } from '../metrics/partition-sides.ts';
import { recoveryTimesNs } from '../metrics/recovery.ts';
import { staleReads, type StaleReads } from '../metrics/stale-reads.ts';

/** A run to be compared with others. */
export interface ComparisonEntry {
  readonly record: RunRecord;
  readonly history: History;
  /** Whether the system did what it promises, as the caller judges it. */
  readonly promiseKept?: 'kept' | 'broken' | 'unclear';
  /** What the check `guarantees` said of the history, where somebody asked it. */
  readonly guarantees?: CheckResult;
  /** Where the run's own report is, relative to the comparison. */
  readonly reportHref?: string;
}

/** What one fault meant for the nodes on either side of it. */
export interface FaultFigures {
  readonly interval: FaultInterval;
  /** A partition's majority side; for other faults the nodes that were spared. */
  readonly unhurt: Availability;
  /** A partition's minority side; for other faults the nodes that were hit. */
  readonly hurt: Availability;
}

/** One run in numbers. */
export interface ComparisonFigures {
  readonly entry: ComparisonEntry;
  /** Target with variant and mutant. */
  readonly system: string;
  readonly nodes: readonly NodeId[];
  readonly operations: Operations;
  readonly intervals: readonly FaultInterval[];
  readonly counts: OutcomeCounts;
  readonly overall: Availability;
  readonly faults: readonly FaultFigures[];
  /** Over all partitions that acted. */
  readonly majority: Availability;
  readonly minority: Availability;
  /** Absent where the workload has no registers. */
  readonly stale?: StaleReads;
  readonly anomalies: readonly AnomalyFigures[];
  /** Absent where nobody looked. */
  readonly levels?: LevelFigures;
  /** Absent where the workload cannot tell: a register does not show whether a value was lost or replaced. */
  readonly lost?: LostFigures;
  /** Replicas that agreed after healing. Absent where no checker looked. */
  readonly converged?: { readonly keys: number; readonly of: number };
  readonly calmLatency?: LatencyQuantiles;
  readonly faultLatency?: LatencyQuantiles;
  readonly recoveryNs: readonly number[];
  /** Absent where staleness cannot be told or no partition healed. */
  readonly convergence?: ConvergenceFigures;
}

/** One kind of violation in a history. */
export interface AnomalyFigures {
  readonly anomaly: string;
  readonly count: number;
  /** Name of the check that found it, and one of what it found. */
  readonly check: string;
  readonly example: Finding;
}

/** Where a history stands among the consistency levels. */
export interface LevelFigures {
  /** The strongest levels that it satisfies; several where none of them implies another. */
  readonly strongest: readonly string[];
  /** Levels that could not be decided within the budget: one of them may be stronger than those that hold. */
  readonly undecided: readonly string[];
}

/** Acknowledged updates that were gone in the end. */
export interface LostFigures {
  readonly count: number;
  /** Of so many acknowledged ones. */
  readonly of?: number;
  /** Only a lower bound: what had been overwritten by then may have been lost as well. */
  readonly atLeast: boolean;
}

/** Measures a run for comparison. O(entries log entries). */
export function comparisonFigures(entry: ComparisonEntry): ComparisonFigures {
  const { record, history } = entry;
  const operations = operationsOf(history);
  const intervals = faultIntervals(history);
  const nodes = record.request.nodes.length > 0 ? record.request.nodes : history.nodes;
  const faults = intervals.filter(actedOn).map((interval) => faultFigures(history, operations, interval, nodes));
  const partitions = faults.filter(({ interval }) => interval.kind === 'partition');
  const inFault = (operation: number): boolean => {
    const startNs = operations.startNs[operation] ?? 0;
    return faults.some(({ interval }) => startNs >= interval.fromNs && startNs < interval.toNs);
  };
  const stale = staleReads(history);
  const optional = {
    stale,
    levels: levelsOf(entry.guarantees),
    lost: lostOf(entry),
    convergence: convergenceTimes(history, stale, intervals, (record.phasesMs.main?.to ?? Infinity) * 1e6),
    converged: convergedOf(record),
    calmLatency: latencyQuantiles(okLatencies(operations, (operation) => !inFault(operation))),
    faultLatency: latencyQuantiles(okLatencies(operations, inFault)),
  };
  return {
    entry,
    system: systemName(record),
    nodes,
    operations,
    intervals,
    counts: totalCounts(record),
    overall: availabilityDuring(history, operations, { fromNs: -Infinity, toNs: endOfHistoryNs(history) + 1 }),
    faults,
    majority: partitions.reduce((sum, { unhurt }) => addAvailability(sum, unhurt), NOTHING),
    minority: partitions.reduce((sum, { hurt }) => addAvailability(sum, hurt), NOTHING),
    anomalies: anomaliesOf(record),
    recoveryNs: recoveryTimesNs(history, operations, intervals, nodes),
    ...definedOnly(optional),
  };
}

/** `redis`, `redis safe`, `raft (mutant vote-not-persisted)`. */
export function systemName({ request }: RunRecord): string {
  const variant = request.variant === undefined ? '' : ` ${request.variant}`;
  const mutant = request.mutant === undefined ? '' : ` (mutant ${request.mutant})`;
  return `${request.target}${variant}${mutant}`;
}

const NOTHING: Availability = { asked: 0, answered: 0 };

function faultFigures(
  history: History,
  operations: Operations,
  interval: FaultInterval,
  nodes: readonly NodeId[],
): FaultFigures {
  const hurt = hurtNodes(interval, nodes);
  const scope = { fromNs: interval.fromNs, toNs: interval.toNs };
  const spared = new Set(nodes.filter((node) => !hurt.has(node)));
  return {
    interval,
    unhurt: availabilityDuring(history, operations, { ...scope, nodes: spared }),
    hurt: availabilityDuring(history, operations, { ...scope, nodes: hurt }),
  };
}

function hurtNodes({ fault }: FaultInterval, nodes: readonly NodeId[]): ReadonlySet<NodeId> {
  if (fault === undefined) return new Set();
  if (fault.kind !== 'partition') return new Set(fault.nodes);
  const sides = sidesOfPartition(fault.cut, nodes);
  return new Set(nodes.filter((node) => sides.get(node) === 'minority'));
}

function totalCounts(record: RunRecord): OutcomeCounts {
  const total = { ok: 0, fail: 0, info: 0 };
  for (const { ok, fail, info } of Object.values(record.counts)) {
    total.ok += ok;
    total.fail += fail;
    total.info += info;
  }
  return total;
}

/** What the run's own checks found, the checks in their order. The first to name a kind of violation counts it. */
function anomaliesOf(record: RunRecord): readonly AnomalyFigures[] {
  const found = new Map<string, AnomalyFigures>();
  for (const { name, findings } of record.checks) {
    for (const finding of findings) {
      const known = found.get(finding.anomaly);
      if (known === undefined)
        found.set(finding.anomaly, { anomaly: finding.anomaly, count: finding.count, check: name, example: finding });
      else if (known.check === name) found.set(finding.anomaly, { ...known, count: known.count + finding.count });
    }
  }
  return [...found.values()];
}

function levelsOf(guarantees: CheckResult | undefined): LevelFigures | undefined {
  if (guarantees === undefined) return undefined;
  const { strongest, undecided } = guarantees.facts;
  return { strongest: texts(strongest), undecided: texts(undecided) };
}

function lostOf({ record, guarantees }: ComparisonEntry): LostFigures | undefined {
  for (const { facts } of record.checks) {
    const count = numberIn(facts, 'lost');
    const of = numberIn(facts, 'acknowledged');
    if (count !== undefined) return { count, ...(of === undefined ? {} : { of }), atLeast: false };
  }
  const damage = guarantees?.facts['damage'];
  if (typeof damage !== 'object' || damage === null || Array.isArray(damage)) return undefined;
  const count = numberIn(damage as JsonObject, 'lostAcknowledged');
  return count === undefined || count === 0 ? undefined : { count, atLeast: true };
}

function convergedOf(record: RunRecord): ComparisonFigures['converged'] {
  const facts = record.checks.find(({ name }) => name === 'convergence')?.facts ?? {};
  const keys = numberIn(facts, 'convergedKeys');
  const of = numberIn(facts, 'keys');
  return keys === undefined || of === undefined ? undefined : { keys, of };
}

function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function numberIn(facts: Readonly<Record<string, JsonValue>>, name: string): number | undefined {
  const value = facts[name];
  return typeof value === 'number' ? value : undefined;
}

/** The members that are there: optional members must be absent, not undefined. */
function definedOnly<Members extends object>(members: Members): { [K in keyof Members]?: NonNullable<Members[K]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof Members]?: NonNullable<Members[K]>;
  };
}
