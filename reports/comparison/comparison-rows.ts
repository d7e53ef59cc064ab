import type { TargetPromise } from '../../harness/kernel/target.ts';
import type { RunRecord } from '../../harness/store/run-record.ts';
import { formatCount, formatMs, formatNs, formatShare, plural } from '../html/format.ts';
import type { Availability } from '../metrics/availability.ts';
import type { LatencyQuantiles } from '../metrics/latency-quantiles.ts';
import type { StaleRead, StaleReads } from '../metrics/stale-reads.ts';
import type { ComparisonFigures } from './comparison-figures.ts';

/** How a cell is to be read, for colour; the words alone say it too. */
export type Tone = 'good' | 'bad' | 'doubtful' | 'plain';

/** One line of a comparison: a label and a cell per system. */
export interface ComparisonRow {
  /** Rows of one workload stand together under its name; the promise stands under none. */
  readonly workload?: string;
  readonly label: string;
  /** The line is about one fault; pages have a table of their own for those. */
  readonly ofFault?: true;
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
  const ofSystem = (label: string, text: (record: RunRecord) => string): ComparisonRow => ({
    label,
    cells: systems.map((system) => {
      const record = all.find((figures) => figures.system === system)?.entry.record;
      return plain(record === undefined ? '–' : text(record));
    }),
  });
  const rows = workloads.flatMap((workload) => {
    const runs = systems.map((system) =>
      all.find((figures) => figures.system === system && figures.entry.record.request.workload === workload),
    );
    return [...LINES, ...faultLines(runs.filter((run) => run !== undefined))].flatMap(
      ({ cell, ...line }): readonly ComparisonRow[] => {
        const cells = runs.map((run) => (run === undefined ? undefined : cell(run)));
        if (cells.every((text) => text === undefined)) return [];
        return [{ workload, ...line, cells: cells.map((text) => text ?? plain('–')) }];
      },
    );
  });
  return {
    systems,
    rows: [ofSystem('ran in', environmentText), ofSystem('promises', ({ promise }) => promiseText(promise)), ...rows],
  };
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
  return promise.keepsAcknowledged ? promise.level : `${promise.level}, may lose writes`;
}

/** `sim`, or `docker` with the version of what ran there. */
function environmentText({ request, facts }: RunRecord): string {
  const version = facts['targetVersion'];
  return typeof version === 'string' ? `${request.environment}, ${version}` : request.environment;
}

interface Line extends Pick<ComparisonRow, 'label' | 'ofFault'> {
  readonly cell: (figures: ComparisonFigures) => Cell | undefined;
}

const LINES: readonly Line[] = [
  { label: 'verdict', cell: ({ entry }) => verdictCell(entry.record.verdict) },
  { label: 'promise', cell: ({ entry }) => promiseCell(entry.promiseKept) },
  { label: 'strongest level it satisfied', cell: levelsCell },
  { label: 'anomalies', cell: anomaliesCell },
  {
    label: 'operations ok / fail / info',
    cell: ({ counts }) => plain([counts.ok, counts.fail, counts.info].map(formatCount).join(' / ')),
  },
  { label: 'answered, whole run', cell: ({ overall }) => answeredCell(overall) },
  { label: 'answered in partitions, majority', cell: ({ majority }) => answeredCell(majority) },
  { label: 'answered in partitions, minority', cell: ({ minority }) => answeredCell(minority) },
  { label: 'acknowledged writes lost', cell: lostCell },
  { label: 'stale reads', cell: staleCell },
  { label: 'how old, median / worst', cell: ageCell },
  { label: 'how many versions behind', cell: versionsCell },
  { label: 'latency p50 / p99, calm', cell: ({ calmLatency }) => latencyCell(calmLatency) },
  { label: 'latency p50 / p99, in faults', cell: ({ faultLatency }) => latencyCell(faultLatency) },
  {
    label: 'all nodes answer after a fault',
    cell: ({ recoveryNs }) =>
      recoveryNs.length === 0 ? undefined : plain(`within ${formatNs(Math.max(...recoveryNs))}`),
  },
  { label: 'old data read after healing', cell: convergenceCell },
  { label: 'replicas equal in the end', cell: convergedCell },
];

/** One line per fault that acted on some system; under a shared schedule the same fault has the same id everywhere. */
function faultLines(runs: readonly ComparisonFigures[]): readonly Line[] {
  const ids = [...new Set(runs.flatMap(({ faults }) => faults.map(({ interval }) => interval.id)))];
  return ids.map((id) => {
    const isPartition = runs.some(({ faults }) =>
      faults.some(({ interval }) => interval.id === id && interval.kind === 'partition'),
    );
    return {
      ofFault: true,
      label: `answered in ${id}, ${isPartition ? 'majority / minority' : 'spared / hit'}`,
      cell: ({ faults }) => {
        const fault = faults.find(({ interval }) => interval.id === id);
        if (fault === undefined) return plain('did not act');
        return plain(`${shareOf(fault.unhurt)} / ${shareOf(fault.hurt)}`);
      },
    };
  });
}

function shareOf({ answered, asked }: Availability): string {
  return asked === 0 ? 'none asked' : formatShare(answered, asked);
}

function verdictCell(verdict: 'valid' | 'invalid' | 'unknown'): Cell {
  return { text: verdict, tone: verdict === 'valid' ? 'good' : verdict === 'invalid' ? 'bad' : 'doubtful' };
}

function promiseCell(kept: 'kept' | 'broken' | 'unclear' | undefined): Cell | undefined {
  if (kept === undefined) return undefined;
  return { text: kept, tone: kept === 'kept' ? 'good' : kept === 'broken' ? 'bad' : 'doubtful' };
}

function levelsCell({ levels }: ComparisonFigures): Cell | undefined {
  if (levels === undefined) return undefined;
  const doubt = levels.undecided.length === 0 ? '' : ` (undecided: ${levels.undecided.join(', ')})`;
  return plain(`${levels.strongest.join(', ') || 'none'}${doubt}`);
}

function anomaliesCell({ anomalies }: ComparisonFigures): Cell {
  if (anomalies.length === 0) return { text: 'none', tone: 'good' };
  return {
    text: anomalies.map(({ anomaly, count }) => `${anomaly} × ${formatCount(count)}`).join(', '),
    tone: 'bad',
  };
}

function answeredCell({ asked, answered }: Availability): Cell | undefined {
  if (asked === 0) return undefined;
  return plain(`${formatShare(answered, asked)} of ${formatCount(asked)}`);
}

function lostCell({ lost, levels }: ComparisonFigures): Cell | undefined {
  // A register does not show whether a value was lost or replaced.
  if (lost === undefined) return levels && plain('cannot tell');
  const of = lost.of === undefined ? '' : ` of ${formatCount(lost.of)}`;
  return {
    text: `${lost.atLeast ? 'at least ' : ''}${formatCount(lost.count)}${of}`,
    tone: lost.count === 0 ? 'good' : 'bad',
  };
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

function ageCell({ stale }: ComparisonFigures): Cell | undefined {
  const age = quantilesOf(stale, ({ behindNs }) => behindNs);
  return age && plain(`${formatNs(age.median)} / ${formatNs(age.worst)}`);
}

function versionsCell({ stale }: ComparisonFigures): Cell | undefined {
  const versions = quantilesOf(stale, ({ versionsBehind }) => versionsBehind);
  return versions && plain(`${formatCount(versions.median)} / ${formatCount(versions.worst)}`);
}

function quantilesOf(
  stale: StaleReads | undefined,
  figure: (read: StaleRead) => number,
): { readonly median: number; readonly worst: number } | undefined {
  if (stale === undefined || stale.stale.length === 0) return undefined;
  const sorted = Float64Array.from(stale.stale, figure).sort();
  return { median: sorted[(sorted.length - 1) >> 1] ?? 0, worst: sorted.at(-1) ?? 0 };
}

function convergenceCell({ convergence }: ComparisonFigures): Cell | undefined {
  if (convergence === undefined) return undefined;
  return plain(convergence.longestNs === 0 ? 'none' : `for ${formatNs(convergence.longestNs)}`);
}

function latencyCell(latency: LatencyQuantiles | undefined): Cell | undefined {
  return latency === undefined ? undefined : plain(`${formatNs(latency.p50Ns)} / ${formatNs(latency.p99Ns)}`);
}

function convergedCell({ converged, entry }: ComparisonFigures): Cell | undefined {
  if (converged === undefined) return undefined;
  const all = converged.keys === converged.of;
  const { recovery, final } = entry.record.phasesMs;
  const within =
    recovery === undefined || final === undefined ? '' : `, ${formatMs(final.from - recovery.from)} after healing`;
  const objects = plural(converged.of, 'object');
  return all
    ? { text: `${converged.of === 1 ? '' : 'all '}${objects}${within}`, tone: 'good' }
    : { text: `${formatCount(converged.keys)} of ${objects}`, tone: 'bad' };
}
