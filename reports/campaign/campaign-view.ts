import type {
  CampaignRecord,
  CampaignRun,
  CampaignRunResult,
  RunSelector,
} from '../../harness/store/campaign-record.ts';
import type { RunFate } from './run-outcome.ts';

/** A campaign's record in the shape that its page asks for. */
export interface CampaignView {
  readonly record: CampaignRecord;
  /** True while the campaign is still running. */
  readonly live: boolean;
  /** Runs that this record is about, in the campaign's order: those of its shard as far as it can tell. */
  readonly results: readonly CampaignRunResult[];
  readonly resultOf: ReadonlyMap<string, CampaignRunResult>;
  /** Planned runs without a result. Of a shard, runs of other shards are among them. */
  readonly missing: readonly CampaignRun[];
  /** How many runs this record is to hold when it is complete: a shard's share of the plan. */
  readonly expectedRuns: number;
}

/** O(runs). A result whose run is not in the plan (it should not be) is kept at the end. */
export function campaignView(record: CampaignRecord, live: boolean): CampaignView {
  const resultOf = new Map(record.results.map((result) => [result.run.id, result]));
  const order = new Map(record.planned.map((run, index) => [run.id, index]));
  const place = ({ run }: CampaignRunResult): number => order.get(run.id) ?? record.planned.length;
  return {
    record,
    live,
    results: [...resultOf.values()].sort((left, right) => place(left) - place(right)),
    resultOf,
    missing: record.planned.filter(({ id }) => !resultOf.has(id)),
    expectedRuns: Math.max(resultOf.size, shareOfPlan(record)),
  };
}

/** The plan is dealt out evenly; the first shards hold one more where it does not divide. */
function shareOfPlan({ planned, shard }: CampaignRecord): number {
  if (shard === undefined) return planned.length;
  return Math.floor(planned.length / shard.of) + (shard.index <= planned.length % shard.of ? 1 : 0);
}

/** How a planned run ended, or that it was not made. */
export function fateOf(view: CampaignView, run: CampaignRun): RunFate {
  return view.resultOf.get(run.id)?.outcome ?? 'not-run';
}

/** The system under test with what was changed about it: `raft (lease)`, `raft, mutant stale-reads`. */
export function systemOf(run: Pick<RunSelector, 'target' | 'variant' | 'mutant'>): string {
  return [
    `${run.target ?? 'any target'}${run.variant === undefined ? '' : ` (${run.variant})`}`,
    ...(run.mutant === undefined ? [] : [`mutant ${run.mutant}`]),
  ].join(', ');
}

/**
 * Where a run's report lies, relative to the campaign's page; undefined where it left none or the folder is no relative
 * path. Every part is encoded, so that no name can leave the path.
 */
export function reportHref({ folder }: CampaignRunResult): string | undefined {
  if (folder === undefined || folder === '' || /^[/\\]|^[a-z][a-z0-9+.-]*:/i.test(folder)) return undefined;
  return `${folder.split('/').map(encodedPart).join('/')}/report.html`;
}

function encodedPart(part: string): string {
  // Half of a surrogate pair cannot be encoded.
  return encodeURIComponent(part.replace(/[\ud800-\udfff]/gu, '\ufffd'));
}

/** The middle of the values, 0 for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
