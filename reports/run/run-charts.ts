import type { NodeId } from '../../harness/kernel/node.ts';
import type { FaultInterval } from '../metrics/fault-intervals.ts';
import type { TimeSeries } from '../metrics/time-series.ts';
import type { PageChart } from './run-page-data.ts';

/** The charts of a run. Clock offsets only where some probe measured any. */
export function runCharts(
  series: TimeSeries,
  faults: readonly FaultInterval[],
  nodes: readonly NodeId[],
  durationMs: number,
): readonly PageChart[] {
  const times = Array.from({ length: series.count }, (_, bucket) => ((bucket + 0.5) * series.bucketMs) / 1000);
  const clock = clockChart(faults, nodes, durationMs);
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
    ...(clock === undefined ? [] : [clock]),
  ];
}

function clockChart(
  faults: readonly FaultInterval[],
  nodes: readonly NodeId[],
  durationMs: number,
): PageChart | undefined {
  const samples = faults.flatMap(({ clockSamples }) => clockSamples).sort((left, right) => left.timeNs - right.timeNs);
  const measured = nodes.filter((node) => samples.some(({ offsetsMs }) => offsetsMs[node] !== undefined));
  if (measured.length === 0) return undefined;
  const times = [0, ...samples.map(({ timeNs }) => timeNs / 1e9), durationMs / 1000];
  return {
    id: 'chart-clocks',
    times,
    unit: 'offset-ms',
    lines: measured.map((node, index) => {
      let last = 0;
      const values = samples.map(({ offsetsMs }) => (last = offsetsMs[node] ?? last));
      return { name: node, color: `q${index % 6}`, values: [0, ...values, last], stepped: true };
    }),
  };
}
