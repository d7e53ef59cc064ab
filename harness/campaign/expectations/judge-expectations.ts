import type { CampaignRun, CampaignRunResult, Expectation, ExpectationResult } from '../../store/campaign-record.ts';
import { selects } from '../select-runs.ts';
import { isAccepted, type Baseline } from './baseline.ts';
import { describeGroup } from './describe-expectation.ts';
import { holdLevel } from './hold-level.ts';
import { measuredRate, runsNeeded } from './runs-needed.ts';

type PromiseExpectation = Extract<Expectation, { readonly kind: 'promise' }>;
type ViolationExpectation = Extract<Expectation, { readonly kind: 'violation' }>;

/** What a campaign has made of what it planned. */
export interface CampaignOutcome {
  /** Every run of the whole campaign. */
  readonly planned: readonly CampaignRun[];
  readonly results: readonly CampaignRunResult[];
}

/** How many runs of a group ended how. */
interface GroupCounts {
  readonly planned: number;
  readonly made: number;
  readonly harnessErrors: number;
}

/**
 * Holds a campaign against what is expected of it.
 *
 * A promise is `broken` by one run that shows what its level excludes, `accepted` where the baseline lists all of it,
 * `unclear` where fewer than half of the planned runs could tell, or none of a combination of target, workload, environment
 * and faults, else `met`. A known violation is `met` where at least `atLeast` runs show it; otherwise
 * the campaign has lost its power, once all runs of the group are there and those in which the harness failed could not
 * have made up for it. Every sentence counts the runs that could not tell. O(expectations * runs).
 */
export function judgeExpectations(
  outcome: CampaignOutcome,
  expectations: readonly Expectation[],
  baseline: Baseline,
): readonly ExpectationResult[] {
  return expectations.map((expectation) => {
    const { where } = expectation;
    const results = outcome.results.filter(({ run }) => selects(where, run));
    const counts: GroupCounts = {
      planned: outcome.planned.filter((run) => selects(where, run)).length,
      made: results.length,
      harnessErrors: results.filter((result) => result.outcome === 'harness-error').length,
    };
    const planned = outcome.planned.filter((run) => selects(where, run));
    return expectation.kind === 'promise'
      ? judgePromise(expectation, { planned, results }, counts, baseline)
      : judgeViolation(expectation, results, counts);
  });
}

function judgePromise(
  expectation: PromiseExpectation,
  { planned, results }: CampaignOutcome,
  counts: GroupCounts,
  baseline: Baseline,
): ExpectationResult {
  const held = results.map((result) => ({ result, ...holdLevel(result, expectation) }));
  const broken = held.filter(({ outcome }) => outcome === 'broken');
  const kept = held.filter(({ outcome }) => outcome === 'kept');
  const unclear = held.filter(({ outcome }) => outcome === 'unclear');
  const told = (outcome: ExpectationResult['outcome'], runs: typeof held, why: string): ExpectationResult => ({
    expectation,
    outcome,
    why: [why, ...doubts(counts, unclear.length)].join('; '),
    runs: runs.map(({ result }) => result.run.id),
  });
  const fresh = broken.filter(({ result, breaches }) =>
    breaches.some((seen) => !isAccepted(baseline, result.run, seen)),
  );
  const [first] = fresh;
  if (first !== undefined) {
    const shown = listed(fresh.flatMap(({ breaches }) => breaches.map(({ anomaly }) => anomaly)));
    return told('broken', fresh, `broken in ${ofRuns(fresh.length, counts.made)}: ${shown}`);
  }
  if (broken.length > 0) {
    const shown = listed(broken.flatMap(({ breaches }) => breaches.map(({ anomaly }) => anomaly)));
    return told('accepted', broken, `broken in ${ofRuns(broken.length, counts.made)}, all accepted: ${shown}`);
  }
  // A handful of judged runs among many that could not tell is no power to speak of, and neither is a fault that none survived.
  const unjudged = unjudgedCells(
    planned,
    kept.map(({ result }) => result.run),
  );
  if (kept.length > 0 && 2 * kept.length >= counts.planned && unjudged.length === 0) {
    return told('met', kept, `kept in ${ofRuns(kept.length, counts.made)}`);
  }
  if (kept.length > 0 && unjudged.length > 0) {
    return told('unclear', kept, `kept in ${ofRuns(kept.length, counts.made)}, but in none of ${listed(unjudged)}`);
  }
  const [why] = unclear.map((each) => each.why);
  const judged = kept.length === 0 ? 'no run could tell' : `kept in only ${ofRuns(kept.length, counts.made)}`;
  return told('unclear', kept, `${judged}${why === undefined ? '' : ` (${why})`}`);
}

/** Combinations of the group, in words, none of whose runs is among those that kept the promise. */
function unjudgedCells(planned: readonly CampaignRun[], kept: readonly CampaignRun[]): readonly string[] {
  const judged = new Set(kept.map(describeGroup));
  return [...new Set(planned.map(describeGroup))].filter((cell) => !judged.has(cell));
}

function judgeViolation(
  expectation: ViolationExpectation,
  results: readonly CampaignRunResult[],
  counts: GroupCounts,
): ExpectationResult {
  const { anomaly, atLeast } = expectation;
  const showing = results.filter((result) => result.anomalies.some((seen) => seen.anomaly === anomaly));
  const unknown = results.filter((result) => result.outcome === 'unknown' && !showing.includes(result)).length;
  const told = (outcome: ExpectationResult['outcome'], why: string): ExpectationResult => ({
    expectation,
    outcome,
    why: [why, ...doubts(counts, unknown + counts.harnessErrors)].join('; '),
    runs: showing.map(({ run }) => run.id),
  });
  const seen = `${anomaly} was seen in ${ofRuns(showing.length, counts.made)}`;
  if (showing.length >= atLeast) return told('met', [seen, ...sizing(showing.length, counts, atLeast)].join('; '));
  const expected = `${seen}, expected in at least ${atLeast}`;
  if (counts.made < counts.planned) return told('unclear', `${expected}, so far`);
  if (showing.length + counts.harnessErrors >= atLeast) return told('unclear', `${expected}, but the harness failed`);
  return told('lost-power', expected);
}

/** Says so where the group is so small that chance alone may soon show too few. */
function sizing(seen: number, { planned, made, harnessErrors }: GroupCounts, atLeast: number): readonly string[] {
  const needed = runsNeeded(measuredRate(seen, made - harnessErrors), atLeast);
  if (needed !== undefined && needed <= planned) return [];
  const enough = needed === undefined ? 'no reasonable number of runs is enough' : `${needed} runs are needed`;
  return [`at this rate ${enough} for a false alarm to be rarer than 1 in 1000, the group has ${planned}`];
}

function doubts({ planned, made, harnessErrors }: GroupCounts, unclear: number): readonly string[] {
  const unknown = unclear - harnessErrors;
  return [
    ...(unknown > 0 ? [`${plural(unknown, 'run')} could not tell`] : []),
    ...(harnessErrors > 0 ? [`in ${plural(harnessErrors, 'run')} the harness failed`] : []),
    ...(made < planned ? [`${planned - made} of ${plural(planned, 'run')} not made`] : []),
  ];
}

function ofRuns(count: number, of: number): string {
  return `${count} of ${plural(of, 'run')}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function listed(names: readonly string[]): string {
  return [...new Set(names)].toSorted().join(', ');
}
