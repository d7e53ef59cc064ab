import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { NodeId } from '../../harness/kernel/node.ts';
import type { OutcomeCounts, RunRecord } from '../../harness/store/run-record.ts';
import { addAvailability, availabilityDuring, type Availability } from '../metrics/availability.ts';
import { actedOn, faultIntervals, type FaultInterval } from '../metrics/fault-intervals.ts';
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
  /** Names of the strongest consistency levels that the history satisfies, where somebody looked. */
  readonly guarantees?: readonly string[];
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
  /** Acknowledged updates that no final read showed, of all acknowledged ones. Absent where no checker looked. */
  readonly lost?: { readonly count: number; readonly of?: number };
  /** Replicas that agreed after healing. Absent where no checker looked. */
  readonly converged?: { readonly keys: number; readonly of: number };
  readonly calmLatency?: LatencyQuantiles;
  readonly faultLatency?: LatencyQuantiles;
  readonly recoveryNs: readonly number[];
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
  const optional = {
    stale: staleReads(history),
    lost: lostOf(record),
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

function lostOf(record: RunRecord): ComparisonFigures['lost'] {
  const counted = record.checks.find(({ facts }) => numberIn(facts, 'lost') !== undefined);
  const count = counted === undefined ? undefined : numberIn(counted.facts, 'lost');
  const of = counted === undefined ? undefined : numberIn(counted.facts, 'acknowledged');
  if (count !== undefined) return { count, ...(of === undefined ? {} : { of }) };
  const convergence = record.checks.find(({ name, verdict }) => name === 'convergence' && verdict !== 'unknown');
  if (convergence === undefined) return undefined;
  const lost = convergence.findings.filter(({ anomaly }) => anomaly === 'lost');
  return { count: lost.reduce((sum, finding) => sum + finding.count, 0) };
}

function convergedOf(record: RunRecord): ComparisonFigures['converged'] {
  const facts = record.checks.find(({ name }) => name === 'convergence')?.facts ?? {};
  const keys = numberIn(facts, 'convergedKeys');
  const of = numberIn(facts, 'keys');
  return keys === undefined || of === undefined ? undefined : { keys, of };
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
