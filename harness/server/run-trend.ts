import type { RunEntry, RunState } from './run-entry.ts';

/** Verdicts of finished runs, from the one that matters most. */
const WORST_FIRST: readonly RunState[] = ['invalid', 'unknown', 'valid'];

/** One bar of a trend: a run, or all runs of a day. */
export interface TrendPoint {
  /** `2026-11-22`, with the time of day for a single run. */
  readonly label: string;
  /** The worst verdict among its runs. */
  readonly state: RunState;
  readonly runs: readonly RunEntry[];
  /** Medians over its runs. */
  readonly okPerSecond: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}

/** The finished runs of one system on one workload in one environment, oldest point first. */
export interface TrendSeries {
  readonly target: string;
  readonly change: string;
  readonly workload: string;
  readonly environment: string;
  readonly runs: number;
  /** The last ones, at most as many as were asked for. */
  readonly points: readonly TrendPoint[];
  /** How many earlier points were left out. */
  readonly earlier: number;
}

export interface TrendOptions {
  readonly by: 'run' | 'day';
  /** Empty for all. */
  readonly target: string;
  readonly pointsMax: number;
}

/** Trends of all systems, that of the latest run first. O(runs log runs). */
export function runTrends(runs: readonly RunEntry[], options: TrendOptions): readonly TrendSeries[] {
  const series = new Map<string, RunEntry[]>();
  for (const run of runs) {
    if (!WORST_FIRST.includes(run.state) || (options.target !== '' && run.target !== options.target)) continue;
    const key = JSON.stringify([run.target, run.change, run.workload, run.environment]);
    const known = series.get(key);
    if (known === undefined) series.set(key, [run]);
    else known.push(run);
  }
  return [...series.values()].flatMap((newestFirst) => {
    const [latest] = newestFirst;
    if (latest === undefined) return [];
    const points = pointsOf(newestFirst.toReversed(), options.by);
    const { target, change, workload, environment } = latest;
    const shown = points.slice(-options.pointsMax);
    return [
      {
        target,
        change,
        workload,
        environment,
        runs: newestFirst.length,
        points: shown,
        earlier: points.length - shown.length,
      },
    ];
  });
}

function pointsOf(runs: readonly RunEntry[], by: TrendOptions['by']): readonly TrendPoint[] {
  if (by === 'run') return runs.map((run) => pointOf(run.startedAt.slice(0, 19).replace('T', ' '), [run]));
  const days = new Map<string, RunEntry[]>();
  for (const run of runs) {
    const day = run.startedAt.slice(0, 10);
    const known = days.get(day);
    if (known === undefined) days.set(day, [run]);
    else known.push(run);
  }
  return [...days].map(([day, ofDay]) => pointOf(day, ofDay));
}

function pointOf(label: string, runs: readonly RunEntry[]): TrendPoint {
  const p50Ms = median(runs.flatMap(({ latencyMs }) => latencyMs?.p50 ?? []));
  const p99Ms = median(runs.flatMap(({ latencyMs }) => latencyMs?.p99 ?? []));
  return {
    label,
    state: WORST_FIRST.find((state) => runs.some((run) => run.state === state)) ?? 'unknown',
    runs,
    okPerSecond: median(runs.map((run) => run.okPerSecond)) ?? 0,
    ...(p50Ms === undefined ? {} : { p50Ms }),
    ...(p99Ms === undefined ? {} : { p99Ms }),
  };
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((left, right) => left - right)[Math.floor((values.length - 1) / 2)];
}
