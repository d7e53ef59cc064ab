import { z } from 'zod';
import { ENVIRONMENT_KINDS } from '../kernel/environment.ts';
import { FAULT_KINDS } from '../kernel/fault.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import { OBJECT_LEVELS } from '../kernel/target.ts';
import {
  CAMPAIGN_RECORD_VERSION,
  RUN_OUTCOMES,
  type CampaignRecord,
  type CampaignRunResult,
} from './campaign-record.ts';

const count = z.number().min(0);
const text = z.string();
const texts = z.array(text);
const environment = z.enum(ENVIRONMENT_KINDS);
const faults = z.array(z.enum(FAULT_KINDS));
const level = z.enum(OBJECT_LEVELS);

const plannedRun = z.object({
  id: text,
  target: text,
  variant: text.optional(),
  mutant: text.optional(),
  image: text.optional(),
  workload: text,
  environment,
  faultPackage: text,
  faults,
  seed: text,
  parameters: z.record(text, z.json()),
});

const runResult = z.object({
  run: plannedRun,
  outcome: z.enum(RUN_OUTCOMES),
  attempts: count,
  folder: text.optional(),
  anomalies: z.array(z.object({ anomaly: text, check: text, count, message: text })),
  effectiveFaults: faults,
  promise: z.object({
    level: level.optional(),
    keepsAcknowledged: z.boolean().optional(),
    outcome: z.enum(['kept', 'broken', 'unclear']),
    why: text,
  }),
  strongest: texts,
  reasons: texts,
  operations: z.object({ ok: count, fail: count, info: count }),
  startedAt: text,
  elapsedMs: count,
  rerun: text,
});

const where = z.object({
  target: text.optional(),
  variant: text.optional(),
  mutant: text.optional(),
  workload: text.optional(),
  environment: environment.optional(),
  faultPackage: text.optional(),
});

const expectation = z.union([
  z.object({ kind: z.literal('promise'), where, level, keepsAcknowledged: z.boolean() }),
  z.object({ kind: z.literal('violation'), where, anomaly: text, atLeast: count }),
]);

const campaignRecord = z.object({
  version: z.literal(CAMPAIGN_RECORD_VERSION),
  name: text,
  planHash: text,
  planned: z.array(plannedRun),
  shard: z.object({ index: z.int().min(1), of: z.int().min(1).max(1_000_000) }).optional(),
  results: z.array(runResult),
  groups: z.array(
    z.object({
      signature: text,
      target: text,
      workload: text,
      outcome: z.enum(['invalid', 'unknown', 'harness-error']),
      anomalies: texts,
      faults,
      runs: texts,
    }),
  ),
  expectations: z.array(
    z.object({
      expectation,
      outcome: z.enum(['met', 'accepted', 'broken', 'lost-power', 'unclear']),
      why: text,
      runs: texts,
    }),
  ),
  judged: z.object({ stated: z.array(expectation), ownPromises: z.boolean() }).optional(),
  // Times are calculated with and shown: what is no date would end in an exception.
  startedAt: z.iso.datetime(),
  elapsedMs: count,
  stopped: z.enum(['interrupted', 'budget-runs', 'budget-minutes']).optional(),
  facts: z.record(text, z.json()),
});

/**
 * Holds what stands in `campaign.json` to the shape of a record: it may come from another machine or be damaged.
 *
 * @param source what a message calls it, for example its path
 * @throws HarnessError (usage) of one line with the first field that is wrong
 */
export function parseCampaignRecord(value: unknown, source: string): CampaignRecord {
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  if (typeof version === 'number' && version !== CAMPAIGN_RECORD_VERSION) {
    throw new HarnessError(
      'usage',
      `${source}: expected a campaign record of version ${CAMPAIGN_RECORD_VERSION}, got ${version}; it was written by another version of faultline`,
    );
  }
  const parsed = campaignRecord.safeParse(value);
  if (!parsed.success) throw malformed(parsed.error, source, 'a campaign record');
  return value as CampaignRecord;
}

/** The same for one line of `results.jsonl`. */
export function parseCampaignResult(value: unknown, source: string): CampaignRunResult {
  const parsed = runResult.safeParse(value);
  if (!parsed.success) throw malformed(parsed.error, source, 'the result of a run');
  return value as CampaignRunResult;
}

function malformed(error: z.ZodError, source: string, expected: string): HarnessError {
  const [issue] = error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.map(String).join('.')}`;
  const reason = (issue?.message ?? 'something else').replace(/^Invalid input: /, '').split('\n')[0];
  return new HarnessError('usage', `${source} is damaged: it does not hold ${expected}${place}: ${reason}`);
}
