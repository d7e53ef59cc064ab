import type { JsonValue } from '../kernel/json.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import type { CampaignRecord, CampaignRunResult } from '../store/campaign-record.ts';
import { groupFailures } from './group-failures.ts';
import { stableHash } from './stable-hash.ts';

/** The record of one shard, and where it was found. */
export interface ShardRecord {
  readonly directory: string;
  readonly record: CampaignRecord;
}

/**
 * The record that one campaign without shards would have left, apart from its times: the first start, and the time of all
 * sittings together. Its expectations are still to be judged. Throws a usage error for shards of different campaigns, for
 * what is no shard, and for shards that are missing or given twice.
 */
export function mergeCampaigns(shards: readonly ShardRecord[]): CampaignRecord {
  const [first] = shards;
  if (first === undefined) throw new HarnessError('usage', 'expected the folders of the shards to merge');
  requireSamePlan(shards, first);
  requireAllShards(shards, first);
  const results = resultsInOrder(shards, first.record);
  const { shard: _, stopped: __, ...common } = first.record;
  const stopped = shards.find(({ record }) => record.stopped !== undefined)?.record.stopped;
  return {
    ...common,
    results,
    groups: groupFailures(results),
    expectations: [],
    startedAt: shards.map(({ record }) => record.startedAt).toSorted()[0] ?? common.startedAt,
    elapsedMs: shards.reduce((sum, { record }) => sum + record.elapsedMs, 0),
    ...(stopped === undefined ? {} : { stopped }),
    facts: commonFacts(shards.map(({ record }) => record.facts)),
  };
}

function requireSamePlan(shards: readonly ShardRecord[], first: ShardRecord): void {
  for (const { directory, record } of shards) {
    if (record.planHash === first.record.planHash) continue;
    throw new HarnessError(
      'usage',
      `${directory} and ${first.directory} are of different campaigns (plans ${record.planHash} and ${first.record.planHash})`,
    );
  }
}

function requireAllShards(shards: readonly ShardRecord[], first: ShardRecord): void {
  const found = new Map<number, string>();
  const of = first.record.shard?.of;
  for (const { directory, record } of shards) {
    if (record.shard === undefined) {
      throw new HarnessError('usage', `${directory} is a whole campaign, expected one that was made with --shard`);
    }
    const { index } = record.shard;
    if (record.shard.of !== of) {
      throw new HarnessError(
        'usage',
        `${directory} is shard ${index}/${record.shard.of}, but ${first.directory} is one of ${of}`,
      );
    }
    const twin = found.get(index);
    if (twin !== undefined) {
      throw new HarnessError('usage', `shard ${index}/${of} is given twice: ${twin} and ${directory}`);
    }
    found.set(index, directory);
  }
  const missing = Array.from({ length: of ?? 0 }, (_, at) => at + 1).filter((index) => !found.has(index));
  if (missing.length > 0) {
    const names = missing.map((index) => `${index}/${of}`);
    throw new HarnessError('usage', `missing ${missing.length === 1 ? 'shard' : 'shards'} ${names.join(', ')}`);
  }
}

function resultsInOrder(shards: readonly ShardRecord[], { planned }: CampaignRecord): readonly CampaignRunResult[] {
  const byId = new Map<string, { readonly result: CampaignRunResult; readonly directory: string }>();
  const known = new Set(planned.map(({ id }) => id));
  for (const { directory, record } of shards) {
    for (const result of record.results) {
      const twin = byId.get(result.run.id);
      if (twin !== undefined) {
        throw new HarnessError('usage', `${twin.directory} and ${directory} both hold run ${result.run.id}`);
      }
      if (!known.has(result.run.id)) {
        throw new HarnessError('usage', `${directory} holds run ${result.run.id}, which the campaign does not plan`);
      }
      byId.set(result.run.id, { result, directory });
    }
  }
  return planned.flatMap(({ id }) => byId.get(id)?.result ?? []);
}

/** Facts as they are where all shards agree; a list of what they say where they do not. */
function commonFacts(all: readonly CampaignRecord['facts'][]): CampaignRecord['facts'] {
  const names = [...new Set(all.flatMap((facts) => Object.keys(facts)))];
  return Object.fromEntries(
    names.map((name) => {
      const values = new Map<string, JsonValue>();
      for (const facts of all) values.set(stableHash(facts[name] ?? null), facts[name] ?? null);
      const [only, ...others] = values.values();
      return [name, others.length === 0 ? (only ?? null) : [...values.values()]];
    }),
  );
}
