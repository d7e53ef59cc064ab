import { describe, expect, it } from 'vitest';
import type { CampaignRecord } from '../../harness/store/campaign-record.ts';
import { syntheticCampaign } from '../testing/synthetic-campaign.ts';
import { campaignVerdict, timeLeft } from './campaign-verdict.ts';
import { campaignView, reportHref } from './campaign-view.ts';
import { renderCampaign } from './render-campaign.ts';
import { countFates, fateBar } from './run-outcome.ts';

const HOSTILE = `</script><img src=x onerror="hacked=1">'\u202e\u001b[31m`;

function verdictOf(record: CampaignRecord, live = false): ReturnType<typeof campaignVerdict> {
  return campaignVerdict(campaignView(record, live));
}

function textOf(page: string): string {
  return page
    .slice(page.indexOf('<body>'))
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('the verdict of a campaign', () => {
  const record = syntheticCampaign();
  const only = (outcome: CampaignRecord['expectations'][number]['outcome']): CampaignRecord => ({
    ...record,
    expectations: record.expectations.map((each) => ({ ...each, outcome })),
  });

  it('follows the expectations, the worst first', () => {
    expect(verdictOf(record)).toMatchObject({ tone: 'invalid', headline: '1 of 4 expectations is broken.' });
    expect(verdictOf(only('lost-power'))).toMatchObject({ tone: 'unknown', word: 'lost power' });
    expect(verdictOf(only('unclear'))).toMatchObject({ tone: 'unknown', word: 'unclear' });
    expect(verdictOf(only('met'))).toMatchObject({
      tone: 'valid',
      headline: 'all 4 expectations are met in 144 runs.',
    });
    expect(verdictOf(only('accepted')).headline).toContain('4 with findings that the baseline accepts');
  });

  it('follows the promises where nothing is expected', () => {
    const unexpected = { ...record, expectations: [] };
    expect(verdictOf(unexpected).headline).toMatch(/^raft and redis broke what they promise in \d+ of 144 runs\.$/);
    const results = record.results.filter(({ promise }) => promise.outcome !== 'broken');
    expect(verdictOf({ ...unexpected, results })).toMatchObject({ tone: 'unknown', word: 'doubtful' });
    const kept = results.filter(({ promise }) => promise.outcome === 'kept');
    expect(verdictOf({ ...unexpected, results: kept })).toMatchObject({ tone: 'valid', word: 'kept' });
    expect(verdictOf({ ...unexpected, results: [] })).toMatchObject({ tone: 'unknown', word: 'no runs' });
  });

  it('never calls a campaign that still runs finished, and names its pace', () => {
    const part = { ...syntheticCampaign({ done: 0.25 }), elapsedMs: 36_000 };
    const met = { ...part, expectations: only('met').expectations };
    expect(verdictOf(met, true)).toMatchObject({ tone: 'running', word: 'running' });
    expect(verdictOf({ ...met, expectations: only('broken').expectations }, true).tone).toBe('invalid');
    expect(timeLeft(campaignView(part, true))).toBe('about 108 s left');
    expect(verdictOf(part).sentences.join(' ')).toContain('108 planned runs were not made: the budget of minutes');
  });

  it('expects of a shard its share of the plan', () => {
    const shard = (index: number): number =>
      campaignView({ ...record, results: [], shard: { index, of: 5 } }, false).expectedRuns;
    expect([1, 2, 3, 4, 5].map(shard)).toEqual([29, 29, 29, 29, 28]);
  });
});

describe('the page of a campaign', () => {
  it('shows forty runs of one failure as one line with its runs and their commands', () => {
    const record = syntheticCampaign({ seedsPerCell: 40 });
    const page = renderCampaign(record, { live: false });
    const gossip = record.groups.find(({ signature }) => signature === 'gossip set: stale-read under partition');
    expect(gossip?.runs).toHaveLength(40);
    expect(page.split('gossip set: stale-read under partition<').length - 1).toBe(1);
    expect(page).toContain('href="runs/gossip-set/20261122T0200-7/report.html"');
    expect(page).toContain(
      'data-copy="faultline run gossip --env sim --workload set --faults partition --time-limit 30 --seed 7"',
    );
  });

  it('counts every planned run in its matrix', () => {
    const text = textOf(renderCampaign(syntheticCampaign({ done: 0.5 }), { live: false }));
    expect(text).toContain('raft set under partition: ✓ 6 valid');
    expect(text).toContain('redis (safe) set under kill: · 6 not run');
    expect(text).toContain('72 of 144 planned runs have no result: the budget of minutes was used up.');
  });

  it('loads itself again only while the campaign runs', () => {
    const record = syntheticCampaign({ done: 0.5 });
    expect(renderCampaign(record, { live: true, writtenAtMs: 1234 })).toContain('id="live" data-written-ms="1234"');
    expect(renderCampaign(record, { live: false })).not.toContain('id="live"');
  });

  it('is empty where there is nothing', () => {
    const record = { ...syntheticCampaign(), planned: [], results: [], groups: [], expectations: [] };
    expect(textOf(renderCampaign(record, { live: false }))).toContain('No run has been made, so nothing is known.');
  });

  it('escapes whatever systems under test and campaign files say', () => {
    const page = renderCampaign(hostileCampaign(), { live: true });
    const body = page.slice(page.indexOf('<body>'), page.lastIndexOf('<script>'));
    expect(['<img', '</script', '\u202e', '\u001b'].filter((text) => body.includes(text))).toEqual([]);
    expect(body).toContain('⟨U+202E⟩␛[31m');
  });

  it('links to nothing but files', () => {
    const [result] = syntheticCampaign().results;
    if (result === undefined) throw new Error('a campaign without results');
    expect(
      ['javascript:alert(1)', '/etc', '\\\\host\\share', 'https://x', ''].map((folder) =>
        reportHref({ ...result, folder }),
      ),
    ).toEqual(Array.from({ length: 5 }, () => undefined));
    expect(reportHref({ ...result, folder: 'a b/c#d?e%2f\ud800' })).toBe('a%20b/c%23d%3Fe%252f%EF%BF%BD/report.html');
  });

  it('draws bars whose parts fill their whole', () => {
    const { markup } = fateBar(countFates(['valid', 'valid', 'invalid', 'not-run']));
    expect([...markup.matchAll(/ width="([\d.]+)"/g)].map(([, width]) => Number(width))).toEqual([50, 25, 25]);
  });
});

function hostileCampaign(): CampaignRecord {
  const record = syntheticCampaign({ seedsPerCell: 1 });
  const run = {
    target: HOSTILE,
    variant: HOSTILE,
    mutant: HOSTILE,
    workload: HOSTILE,
    faultPackage: HOSTILE,
    seed: HOSTILE,
  };
  const planned = record.planned.map((each) => ({ ...each, ...run }));
  return {
    ...record,
    name: HOSTILE,
    planHash: HOSTILE,
    startedAt: HOSTILE,
    planned,
    results: record.results.slice(1).map((result) => ({
      ...result,
      run: { ...result.run, ...run },
      folder: HOSTILE,
      anomalies: [{ anomaly: HOSTILE, check: HOSTILE, count: 2, message: HOSTILE }],
      promise: { ...result.promise, why: HOSTILE },
      strongest: [HOSTILE],
      reasons: [HOSTILE],
      startedAt: HOSTILE,
      rerun: HOSTILE,
    })),
    groups: record.groups.map((group) => ({
      ...group,
      signature: HOSTILE,
      target: HOSTILE,
      workload: HOSTILE,
      anomalies: [HOSTILE],
    })),
    expectations: record.expectations.map((each) => ({
      ...each,
      why: HOSTILE,
      expectation: { kind: 'violation', where: run, anomaly: HOSTILE, atLeast: 1 },
    })),
    facts: { [HOSTILE]: HOSTILE },
  };
}
