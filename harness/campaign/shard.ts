import { HarnessError } from '../kernel/harness-error.ts';
import type { CampaignRecord, CampaignRun } from '../store/campaign-record.ts';

export type Shard = NonNullable<CampaignRecord['shard']>;

/** Reads `2/5`. Throws a usage error for anything else. */
export function parseShard(text: string): Shard {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const shard = { index: Number(match?.[1]), of: Number(match?.[2]) };
  if (match === null || shard.index < 1 || shard.index > shard.of) {
    throw new HarnessError('usage', `--shard expects i/n with i from 1 to n, got ${JSON.stringify(text)}`);
  }
  return shard;
}

/**
 * The runs of one shard, in the campaign's order. The runs of every target in every environment are dealt out like cards,
 * so each shard gets its share of the expensive ones.
 */
export function runsOfShard(runs: readonly CampaignRun[], shard: Shard): readonly CampaignRun[] {
  const hands = new Map<string, CampaignRun[]>();
  for (const run of runs) {
    const suit = JSON.stringify([run.environment, run.target, run.variant, run.mutant, run.workload, run.faultPackage]);
    const hand = hands.get(suit);
    if (hand === undefined) hands.set(suit, [run]);
    else hand.push(run);
  }
  // Sorted by environment first: an environment with few runs of each kind is dealt out evenly as well.
  const dealt = [...hands].toSorted(([left], [right]) => (left < right ? -1 : 1)).flatMap(([, hand]) => hand);
  const mine = new Set(dealt.filter((_, index) => index % shard.of === shard.index - 1));
  return runs.filter((run) => mine.has(run));
}
