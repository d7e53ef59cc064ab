import { describe, expect, it } from 'vitest';
import type { CampaignRecord, CampaignRunResult, Expectation } from '../store/campaign-record.ts';
import { sketchRecord, sketchResult, sketchRun } from '../campaign/expectations/testing/sketch-campaign.ts';
import { exitCodeOfCampaign, judgeCampaign } from './judge-campaign.ts';

const promise: Expectation = { kind: 'promise', where: {}, level: 'linearizable', keepsAcknowledged: false };
const lossy: Expectation = { kind: 'violation', where: {}, anomaly: 'lost', atLeast: 1 };

const passed = (): CampaignRunResult => sketchResult(sketchRun());
const stale = (): CampaignRunResult => sketchResult(sketchRun(), { anomalies: ['linearizability not-linearizable'] });
const failed = (): CampaignRunResult => sketchResult(sketchRun(), { outcome: 'harness-error', reasons: ['no engine'] });
const unknown = (): CampaignRunResult => sketchResult(sketchRun(), { outcome: 'unknown', reasons: ['too few'] });

function exitCode(
  results: readonly CampaignRunResult[],
  stated: readonly Expectation[],
  given: Partial<CampaignRecord> & { readonly missing?: number; readonly ci?: boolean } = {},
): number {
  const { missing = 0, ci = false, ...rest } = given;
  const planned = [...results.map(({ run }) => run), ...Array.from({ length: missing }, () => sketchRun())];
  const judge = { stated, ownPromises: ci };
  const record = sketchRecord({ results, planned, ...rest });
  return exitCodeOfCampaign({ ...record, expectations: judgeCampaign(record, judge) }, judge);
}

describe('the exit code of a campaign', () => {
  it('is 0 where everything came out as expected', () => {
    expect(exitCode([passed(), passed(), passed(), failed(), unknown()], [promise])).toBe(0);
    expect(exitCode([passed()], [])).toBe(0);
  });

  it('is 1 for a broken promise, whatever else happened', () => {
    expect(exitCode([stale(), failed()], [lossy, promise], { missing: 1 })).toBe(1);
  });

  it('is 2 for lost power and where nobody can tell', () => {
    expect(exitCode([passed()], [promise, lossy])).toBe(2);
    expect(exitCode([unknown()], [promise])).toBe(2);
    expect(exitCode([passed(), unknown(), unknown()], [promise])).toBe(2);
    expect(exitCode([passed()], [lossy], { missing: 1, stopped: 'budget-runs' })).toBe(2);
    expect(exitCode([passed()], [], { ci: true })).toBe(2);
    // Everything that was judged was kept, yet a budget cut some of it off.
    expect(exitCode([passed(), passed()], [promise], { missing: 1, stopped: 'budget-runs' })).toBe(2);
  });

  it('is 255 where the harness failed so often that nobody can tell', () => {
    expect(exitCode([failed()], [promise])).toBe(255);
    expect(exitCode([passed(), failed()], [lossy])).toBe(255);
    expect(exitCode([failed()], [])).toBe(255);
    const other = sketchResult(sketchRun({ target: 'etcd' }), { outcome: 'harness-error', reasons: ['no engine'] });
    expect(exitCode([passed(), other], [{ ...promise, where: { target: 'gossip' } }], { ci: true })).toBe(255);
  });

  it('is 130 after an interrupt', () => {
    expect(exitCode([stale()], [promise], { stopped: 'interrupted' })).toBe(130);
  });

  it('of a shard leaves to the merge what takes the runs of others, and no more', () => {
    const shard = { index: 1, of: 2 };
    expect(exitCode([passed()], [lossy], { missing: 1, shard })).toBe(0);
    expect(exitCode([], [promise], { missing: 2, shard, ci: true })).toBe(0);
    expect(exitCode([stale()], [promise], { missing: 1, shard })).toBe(1);
    expect(exitCode([unknown()], [promise], { shard })).toBe(2);
  });
});
