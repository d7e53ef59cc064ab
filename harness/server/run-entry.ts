import type { EnvironmentKind } from '../kernel/environment.ts';
import type { FaultKind } from '../kernel/fault.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { Verdict } from '../kernel/verdict.ts';
import type { RunRecord, RunRequest } from '../store/run-record.ts';

/**
 * How a stored run stands: its verdict, or why it has none. `running`: no record yet and its files changed lately;
 * `unfinished`: no record and nothing changes; `unreadable`: a record that is broken or of another version.
 */
export const RUN_STATES = ['valid', 'invalid', 'unknown', 'running', 'unfinished', 'unreadable'] as const;
export type RunState = Verdict | 'running' | 'unfinished' | 'unreadable';

/** What lists and trends need of a run; small, because a store holds many. */
export interface RunEntry {
  /** The run's folder from the store, with `/` between the parts. */
  readonly path: string;
  readonly state: RunState;
  /** ISO time, or the one in the folder's name where there is no record. */
  readonly startedAt: string;
  readonly target: string;
  /** Variant and mutant, in words; empty for none. */
  readonly change: string;
  readonly workload: string;
  readonly environment: EnvironmentKind | '';
  readonly faults: readonly FaultKind[];
  readonly seed: string;
  /** Kinds of anomaly that were found, or the first reason where there is no verdict. */
  readonly found: string;
  readonly operations: { readonly ok: number; readonly fail: number; readonly info: number };
  /** Of the main phase. */
  readonly okPerSecond: number;
  /** Quantiles of ok operations, where the `stats` check measured them. */
  readonly latencyMs?: { readonly p50: number; readonly p99: number };
  /** Wall time of all phases. */
  readonly elapsedMs: number;
  readonly hasReport: boolean;
}

/** The entry of a finished run. Throws where the record is not what it should be. */
export function entryOfRecord(path: string, record: RunRecord, hasReport: boolean): RunEntry {
  const operations = { ok: 0, fail: 0, info: 0 };
  for (const { ok, fail, info } of Object.values(record.counts)) {
    operations.ok += ok;
    operations.fail += fail;
    operations.info += info;
  }
  const { main } = record.phasesMs;
  const lengthMs = main === undefined ? record.durationMs : main.to - main.from;
  const latencyMs = latencyOf(record);
  return {
    ...entryOfRequest(path, record.request),
    state: record.verdict,
    startedAt: record.startedAt,
    found: foundIn(record),
    operations,
    okPerSecond: lengthMs > 0 ? (operations.ok * 1000) / lengthMs : 0,
    ...(latencyMs === undefined ? {} : { latencyMs }),
    elapsedMs: Object.values(record.elapsedMs).reduce((sum, ms) => sum + ms, 0),
    hasReport,
  };
}

/** The entry of a run that has no record, from its plan. */
export function entryOfPlan(path: string, request: RunRequest, state: RunState, reason: string): RunEntry {
  return {
    ...entryOfRequest(path, request),
    state,
    startedAt: startOf(path),
    found: reason,
    operations: { ok: 0, fail: 0, info: 0 },
    okPerSecond: 0,
    elapsedMs: 0,
    hasReport: false,
  };
}

/** The entry of a run whose plan cannot be read either. */
export function entryOfNothing(path: string, reason: string): RunEntry {
  return {
    path,
    state: 'unreadable',
    startedAt: startOf(path),
    target: path.split('/').at(-2) ?? path,
    change: '',
    workload: '',
    environment: '',
    faults: [],
    seed: '',
    found: reason,
    operations: { ok: 0, fail: 0, info: 0 },
    okPerSecond: 0,
    elapsedMs: 0,
    hasReport: false,
  };
}

function entryOfRequest(
  path: string,
  request: RunRequest,
): Pick<RunEntry, 'path' | 'target' | 'change' | 'workload' | 'environment' | 'faults' | 'seed'> {
  const { target, variant, mutant, workload, environment, faults, seed } = request;
  const change = [variant, mutant === undefined ? undefined : `mutant ${mutant}`].filter(Boolean).join(', ');
  return {
    path,
    target: String(target),
    change,
    workload: String(workload),
    environment,
    faults: [...faults],
    seed: String(seed),
  };
}

function foundIn({ verdict, checks, reasons }: RunRecord): string {
  const anomalies = new Set(checks.flatMap(({ findings }) => findings.map(({ anomaly }) => anomaly)));
  if (anomalies.size > 0) return [...anomalies].join(', ');
  return verdict === 'unknown' ? (reasons[0] ?? '') : '';
}

function latencyOf({ checks }: RunRecord): RunEntry['latencyMs'] {
  const all = member(checks.find(({ name }) => name === 'stats')?.facts, 'all');
  const [p50, p99] = ['p50', 'p99'].map((name) => member(member(all, 'latencyMs'), name));
  return typeof p50 === 'number' && typeof p99 === 'number' ? { p50, p99 } : undefined;
}

function member(value: unknown, name: string): JsonValue | undefined {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, JsonValue>>)[name] : undefined;
}

/** Folders are named `20261122T115636-<seed>`, in UTC. */
function startOf(path: string): string {
  const stamp = /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/.exec(path.split('/').at(-1) ?? '');
  if (stamp === null) return '';
  const [, year, month, day, hour, minute, second] = stamp;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}
