import type { NodeId } from '../../harness/kernel/node.ts';
import type { ClusterSample } from '../../harness/store/run-observations.ts';
import type { FaultInterval } from '../metrics/fault-intervals.ts';
import type { TimeSeries } from '../metrics/time-series.ts';
import type { PageChart } from './run-page-data.ts';

/** What charts are drawn from besides the operations. */
export interface ChartSources {
  readonly faults: readonly FaultInterval[];
  readonly samples: readonly ClusterSample[];
  readonly nodes: readonly NodeId[];
  readonly durationMs: number;
}

/** The charts of a run. Clock offsets only where some probe measured any, primaries only where there were any. */
export function runCharts(series: TimeSeries, sources: ChartSources): readonly PageChart[] {
  const times = Array.from({ length: series.count }, (_, bucket) => ((bucket + 0.5) * series.bucketMs) / 1000);
  const clock = clockChart(sources);
  const primaries = primariesChart(sources);
  return [
    {
      id: 'chart-throughput',
      times,
      unit: 'per-second',
      lines: [
        { name: 'ok', color: 'ok', values: series.okPerSecond, filled: true },
        { name: 'fail', color: 'fail', values: series.failPerSecond },
        { name: 'info', color: 'info', values: series.infoPerSecond },
      ],
    },
    {
      id: 'chart-latency',
      times,
      unit: 'milliseconds',
      logarithmic: true,
      lines: [
        { name: 'p50', color: 'q0', values: series.p50Ms },
        { name: 'p95', color: 'q1', values: series.p95Ms },
        { name: 'p99', color: 'q2', values: series.p99Ms },
        { name: 'max', color: 'q3', values: series.maxMs, dashed: true },
      ],
    },
    {
      id: 'chart-availability',
      times,
      unit: 'percent',
      lines: [
        {
          name: 'ended ok',
          color: 'ok',
          values: series.okShare.map((share) => (share === null ? null : share * 100)),
          filled: true,
        },
      ],
    },
    ...(primaries === undefined ? [] : [primaries]),
    ...(clock === undefined ? [] : [clock]),
  ];
}

/** A lane per node, drawn while it believed to be primary; lanes that overlap in time are two who believed so at once. */
function primariesChart({ samples, nodes }: ChartSources): PageChart | undefined {
  if (!samples.some(({ primaries = [] }) => primaries.length > 0)) return undefined;
  const lanes = nodes.toReversed();
  return {
    id: 'chart-primaries',
    times: samples.map(({ atMs }) => atMs / 1000),
    unit: 'lane',
    lanes,
    lines: lanes.map((node, lane) => ({
      name: node,
      color: `q${nodes.indexOf(node) % 6}`,
      values: samples.map(({ primaries = [] }) => (primaries.includes(node) ? lane + 1 : null)),
      stepped: true,
    })),
  };
}

function clockChart({ faults, samples, nodes, durationMs }: ChartSources): PageChart | undefined {
  const readings = [
    ...samples.flatMap(({ atMs, clockOffsetsMs }) =>
      clockOffsetsMs === undefined ? [] : [{ atMs, offsetsMs: clockOffsetsMs }],
    ),
    ...faults.flatMap(({ clockSamples }) =>
      clockSamples.map(({ timeNs, offsetsMs }) => ({ atMs: timeNs / 1e6, offsetsMs })),
    ),
  ].sort((left, right) => left.atMs - right.atMs);
  const measured = nodes.filter((node) => readings.some(({ offsetsMs }) => offsetsMs[node] !== undefined));
  if (measured.length === 0) return undefined;
  return {
    id: 'chart-clocks',
    times: [0, ...readings.map(({ atMs }) => atMs / 1000), durationMs / 1000],
    unit: 'offset-ms',
    lines: measured.map((node, index) => {
      let last = 0;
      const values = readings.map(({ offsetsMs }) => (last = offsetsMs[node] ?? last));
      return { name: node, color: `q${index % 6}`, values: [0, ...values, last], stepped: true };
    }),
  };
}
