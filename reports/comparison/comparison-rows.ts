import type { TargetPromise } from '../../harness/kernel/target.ts';
import { formatCount, formatNs, formatShare } from '../html/format.ts';
import type { Availability } from '../metrics/availability.ts';
import type { LatencyQuantiles } from '../metrics/latency-quantiles.ts';
import type { ComparisonFigures } from './comparison-figures.ts';

/** How a cell is to be read, for colour; the words alone say it too. */
export type Tone = 'good' | 'bad' | 'doubtful' | 'plain';

/** One line of a comparison: a label and a cell per system. */
export interface ComparisonRow {
  /** Rows of one workload stand together under its name; the promise stands under none. */
  readonly workload?: string;
  readonly label: string;
  readonly cells: readonly { readonly text: string; readonly tone: Tone }[];
}

/** Systems in order of appearance, and the lines that compare them. */
export interface ComparisonRows {
  readonly systems: readonly string[];
  readonly rows: readonly ComparisonRow[];
}

/** The comparison as lines of plain words, the same for page and terminal. */
export function comparisonRows(all: readonly ComparisonFigures[]): ComparisonRows {
  const systems = [...new Set(all.map(({ system }) => system))];
  const workloads = [...new Set(all.map(({ entry }) => entry.record.request.workload))];
  const promise: ComparisonRow = {
    label: 'promises',
    cells: systems.map((system) =>
      plain(promiseText(all.find((figures) => figures.system === system)?.entry.record.promise)),
    ),
  };
  const rows = workloads.flatMap((workload) => {
    const runs = systems.map((system) =>
      all.find((figures) => figures.system === system && figures.entry.record.request.workload === workload),
    );
    return LINES.flatMap(({ label, cell }): readonly ComparisonRow[] => {
      const cells = runs.map((run) => (run === undefined ? undefined : cell(run)));
      if (cells.every((text) => text === undefined)) return [];
      return [{ workload, label, cells: cells.map((text) => text ?? plain('–')) }];
    });
  });
  return { systems, rows: [promise, ...rows] };
}

interface Cell {
  readonly text: string;
  readonly tone: Tone;
}

function plain(text: string): Cell {
  return { text, tone: 'plain' };
}

function promiseText(promise: TargetPromise | undefined): string {
  if (promise === undefined) return 'nothing';
  return promise.keepsAcknowledged ? promise.level : `${promise.level}, may lose acknowledged writes`;
}

const LINES: readonly { readonly label: string; readonly cell: (figures: ComparisonFigures) => Cell | undefined }[] = [
  { label: 'verdict', cell: ({ entry }) => verdictCell(entry.record.verdict) },
  { label: 'promise', cell: ({ entry }) => promiseCell(entry.promiseKept) },
  { label: 'satisfies', cell: ({ entry }) => entry.guarantees && plain(entry.guarantees.join(', ') || 'none known') },
  {
    label: 'operations ok / fail / info',
    cell: ({ counts }) => plain([counts.ok, counts.fail, counts.info].map(formatCount).join(' / ')),
  },
  { label: 'answered, whole run', cell: ({ overall }) => answeredCell(overall) },
  { label: 'answered in partitions, majority', cell: ({ majority }) => answeredCell(majority) },
  { label: 'answered in partitions, minority', cell: ({ minority }) => answeredCell(minority) },
  { label: 'acknowledged writes lost', cell: lostCell },
  { label: 'stale reads', cell: staleCell },
  { label: 'oldest stale read', cell: oldestCell },
  { label: 'latency p50 / p99, calm', cell: ({ calmLatency }) => latencyCell(calmLatency) },
  { label: 'latency p50 / p99, in faults', cell: ({ faultLatency }) => latencyCell(faultLatency) },
  {
    label: 'all nodes answer after a fault',
    cell: ({ recoveryNs }) =>
      recoveryNs.length === 0 ? undefined : plain(`within ${formatNs(Math.max(...recoveryNs))}`),
  },
  { label: 'replicas equal in the end', cell: convergedCell },
];

function verdictCell(verdict: 'valid' | 'invalid' | 'unknown'): Cell {
  return { text: verdict, tone: verdict === 'valid' ? 'good' : verdict === 'invalid' ? 'bad' : 'doubtful' };
}

function promiseCell(kept: 'kept' | 'broken' | 'unclear' | undefined): Cell | undefined {
  if (kept === undefined) return undefined;
  return { text: kept, tone: kept === 'kept' ? 'good' : kept === 'broken' ? 'bad' : 'doubtful' };
}

function answeredCell({ asked, answered }: Availability): Cell | undefined {
  if (asked === 0) return undefined;
  return plain(`${formatShare(answered, asked)} of ${formatCount(asked)}`);
}

function lostCell({ lost }: ComparisonFigures): Cell | undefined {
  if (lost === undefined) return undefined;
  const of = lost.of === undefined ? '' : ` of ${formatCount(lost.of)}`;
  return { text: `${formatCount(lost.count)}${of}`, tone: lost.count === 0 ? 'good' : 'bad' };
}

function staleCell({ stale }: ComparisonFigures): Cell | undefined {
  if (stale === undefined) return undefined;
  const contradicted =
    stale.contradicted.length === 0 ? '' : `, ${formatCount(stale.contradicted.length)} contradicted`;
  const bad = stale.stale.length + stale.contradicted.length > 0;
  return {
    text: `${formatCount(stale.stale.length)} of ${formatCount(stale.reads)}${contradicted}`,
    tone: bad ? 'bad' : 'good',
  };
}

function oldestCell({ stale }: ComparisonFigures): Cell | undefined {
  if (stale === undefined || stale.stale.length === 0) return undefined;
  const oldestNs = stale.stale.reduce((most, { behindNs }) => Math.max(most, behindNs), 0);
  const versions = stale.stale.reduce((most, { versionsBehind }) => Math.max(most, versionsBehind), 0);
  return plain(`${formatNs(oldestNs)}, ${formatCount(versions)} ${versions === 1 ? 'version' : 'versions'}`);
}

function latencyCell(latency: LatencyQuantiles | undefined): Cell | undefined {
  return latency === undefined ? undefined : plain(`${formatNs(latency.p50Ns)} / ${formatNs(latency.p99Ns)}`);
}

function convergedCell({ converged }: ComparisonFigures): Cell | undefined {
  if (converged === undefined) return undefined;
  const all = converged.keys === converged.of;
  const objects = converged.of === 1 ? 'object' : 'objects';
  return {
    text: all
      ? `all ${formatCount(converged.of)} ${objects}`
      : `${formatCount(converged.keys)} of ${formatCount(converged.of)} ${objects}`,
    tone: all ? 'good' : 'bad',
  };
}
