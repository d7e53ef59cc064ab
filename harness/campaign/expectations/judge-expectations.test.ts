import { describe, expect, it } from 'vitest';
import type { CampaignRunResult, Expectation } from '../../store/campaign-record.ts';
import { baselineOf, EMPTY_BASELINE, findingOf, type Baseline } from './baseline.ts';
import { judgeExpectations } from './judge-expectations.ts';
import { ownPromises } from './own-promises.ts';
import { sketchResult, sketchRun } from './testing/sketch-campaign.ts';

const linearizable: Expectation = { kind: 'promise', where: {}, level: 'linearizable', keepsAcknowledged: false };
const convergent: Expectation = { ...linearizable, level: 'convergent' };
const keeping: Expectation = { ...convergent, keepsAcknowledged: true };
const lossy = (atLeast: number): Expectation => ({ kind: 'violation', where: {}, anomaly: 'lost', atLeast });

function judge(
  results: readonly CampaignRunResult[],
  expectation: Expectation,
  options: { readonly missing?: number; readonly baseline?: Baseline } = {},
): { outcome: string; why: string; runs: readonly string[] } {
  const missing = Array.from({ length: options.missing ?? 0 }, () => sketchRun());
  const planned = [...results.map(({ run }) => run), ...missing];
  const [judged] = judgeExpectations({ planned, results }, [expectation], options.baseline ?? EMPTY_BASELINE);
  const { outcome = '', why = '', runs = [] } = judged ?? {};
  return { outcome, why, runs };
}

const passed = (): CampaignRunResult => sketchResult(sketchRun());
const stale = (given: Parameters<typeof sketchResult>[1] = {}): CampaignRunResult =>
  sketchResult(sketchRun(), { anomalies: ['linearizability not-linearizable'], ...given });
const losing = (): CampaignRunResult => sketchResult(sketchRun(), { anomalies: ['set lost'] });
const unknown = (): CampaignRunResult => sketchResult(sketchRun(), { outcome: 'unknown', reasons: ['too few'] });
const failed = (): CampaignRunResult => sketchResult(sketchRun(), { outcome: 'harness-error', reasons: ['no engine'] });

describe('a promise', () => {
  it('is broken by one run that shows what the level excludes, and by what a weaker one excludes', () => {
    const bad = stale();
    expect(judge([passed(), bad], linearizable)).toEqual({
      outcome: 'broken',
      why: 'broken in 1 of 2 runs: not-linearizable',
      runs: [bad.run.id],
    });
    const diverged = sketchResult(sketchRun(), { anomalies: ['convergence diverged'] });
    expect(judge([diverged], linearizable).outcome).toBe('broken');
    expect(judge([diverged], convergent).outcome).toBe('broken');
    expect(judge([sketchResult(sketchRun(), { anomalies: ['bank wrong-total'] })], convergent).outcome).toBe('broken');
  });

  it('of a weaker level is kept by an invalid run only where a check judged that level', () => {
    expect(judge([stale()], convergent)).toMatchObject({
      outcome: 'unclear',
      why: expect.stringContaining('no check judged'),
    });
    const converged = { level: 'convergent', acknowledged: false } as const;
    expect(judge([stale({ passed: converged })], convergent).outcome).toBe('met');
    expect(judge([stale({ passed: converged })], keeping).outcome).toBe('unclear');
    expect(judge([stale({ passed: { ...converged, acknowledged: true } })], keeping).outcome).toBe('met');
  });

  it('is kept only by what a check judged, however valid the run', () => {
    const weak = sketchResult(sketchRun(), { passed: { level: 'convergent', acknowledged: false } });
    expect(judge([weak], linearizable).outcome).toBe('unclear');
    expect(judge([weak], convergent).outcome).toBe('met');
    expect(judge([weak], keeping).outcome).toBe('unclear');
    const nothing = sketchResult(sketchRun(), { passed: { acknowledged: true } });
    expect(judge([nothing], convergent).outcome).toBe('unclear');
  });

  it('is unclear where a budget left most runs out, or a combination was never judged', () => {
    expect(judge([passed()], linearizable, { missing: 2 })).toMatchObject({
      outcome: 'unclear',
      why: 'kept in only 1 of 1 run; 2 of 3 runs not made',
    });
    const calm = (): CampaignRunResult => sketchResult(sketchRun({ faultPackage: 'none' }));
    expect(judge([calm(), calm(), unknown()], linearizable)).toMatchObject({
      outcome: 'unclear',
      why: 'kept in 2 of 3 runs, but in none of gossip register in sim under partition; 1 run could not tell',
    });
  });

  it('allows a lost write where it does not say that acknowledged writes are kept', () => {
    const lost = sketchResult(sketchRun(), {
      anomalies: ['set lost'],
      passed: { level: 'convergent', acknowledged: false },
    });
    expect(judge([lost], convergent).outcome).toBe('met');
    expect(judge([lost], keeping).outcome).toBe('broken');
    expect(judge([lost], linearizable).outcome).toBe('broken');
  });

  it('counts the runs that could not tell, and is unclear where most could not', () => {
    expect(judge([passed(), passed(), passed(), unknown(), failed()], linearizable, { missing: 1 })).toMatchObject({
      outcome: 'met',
      why: 'kept in 3 of 5 runs; 1 run could not tell; in 1 run the harness failed; 1 of 6 runs not made',
    });
    expect(judge([passed(), unknown(), failed()], linearizable)).toMatchObject({
      outcome: 'unclear',
      why: 'kept in only 1 of 3 runs (too few); 1 run could not tell; in 1 run the harness failed',
    });
    expect(judge([unknown(), failed()], linearizable)).toMatchObject({
      outcome: 'unclear',
      why: 'no run could tell (too few); 1 run could not tell; in 1 run the harness failed',
    });
    expect(judge([], linearizable, { missing: 2 }).outcome).toBe('unclear');
  });

  it('is accepted where the baseline lists everything that broke it', () => {
    const bad = sketchResult(sketchRun(), {
      anomalies: ['linearizability not-linearizable', 'convergence diverged'],
    });
    const [first, second] = bad.anomalies.map((seen) => findingOf(bad.run, seen));
    if (first === undefined || second === undefined) throw new Error('expected two findings');
    expect(judge([bad], linearizable, { baseline: baselineOf([first]) }).outcome).toBe('broken');
    const all = baselineOf([first, second]);
    expect(judge([bad, passed()], linearizable, { baseline: all })).toMatchObject({ outcome: 'accepted' });
    expect(judge([bad], linearizable, { baseline: baselineOf([first, { ...second, variant: 'safe' }]) }).outcome).toBe(
      'broken',
    );
    // An accepted finding does not make the next one's run green.
    expect(judge([bad, losing()], linearizable, { baseline: all })).toMatchObject({
      outcome: 'broken',
      why: 'broken in 1 of 2 runs: lost',
    });
  });
});

describe('a known violation', () => {
  it('is seen in enough runs, or the campaign has lost its power', () => {
    const shown = losing();
    expect(judge([shown, passed()], lossy(1))).toMatchObject({ outcome: 'met', runs: [shown.run.id] });
    expect(judge([losing(), passed(), unknown()], lossy(2))).toMatchObject({
      outcome: 'lost-power',
      why: 'lost was seen in 1 of 3 runs, expected in at least 2; 1 run could not tell',
    });
  });

  it('is not missed before all runs are there, nor where the harness may have hidden it', () => {
    expect(judge([passed()], lossy(1), { missing: 1 }).outcome).toBe('unclear');
    expect(judge([passed(), failed()], lossy(1))).toMatchObject({
      outcome: 'unclear',
      why: 'lost was seen in 0 of 2 runs, expected in at least 1, but the harness failed; in 1 run the harness failed',
    });
    expect(judge([passed(), failed()], lossy(2)).outcome).toBe('lost-power');
  });

  it('says how many runs it takes where the group is small for its rate', () => {
    const seven = Array.from({ length: 4 }, losing).concat(Array.from({ length: 3 }, passed));
    expect(judge(seven, lossy(1)).why).toBe(
      'lost was seen in 4 of 7 runs; at this rate 9 runs are needed for a false alarm to be rarer than 1 in 1000, the group has 7',
    );
    expect(judge(Array.from({ length: 5 }, losing), lossy(1)).why).toBe('lost was seen in 5 of 5 runs');
  });
});

describe('what targets promise of themselves', () => {
  it('is asked of the runs that no expectation is about', () => {
    const planned = [
      sketchRun(),
      sketchRun({ faultPackage: 'kill' }),
      sketchRun({ mutant: 'amnesia' }),
      sketchRun({ workload: 'set' }),
    ];
    const where = { target: 'gossip', variant: 'default', mutant: 'none', workload: 'register' };
    const promise = { level: 'convergent', keepsAcknowledged: true } as const;
    const own = [
      { where, ...promise },
      { where: { ...where, mutant: 'amnesia' }, ...promise },
    ];
    expect(ownPromises({ planned, ownPromises: own }, [])).toEqual(own.map((each) => ({ kind: 'promise', ...each })));
    const aboutPlain: Expectation = { ...linearizable, where: { mutant: 'none' } };
    expect(ownPromises({ planned, ownPromises: own }, [aboutPlain])).toHaveLength(1);
  });

  it('is missed, not forgotten, where none of its runs could be made', () => {
    const run = sketchRun();
    const own = [{ where: { target: 'gossip' }, level: 'convergent', keepsAcknowledged: false } as const];
    const results = [sketchResult(run, { outcome: 'harness-error', passed: { acknowledged: false } })];
    const expected = ownPromises({ planned: [run], ownPromises: own }, []);
    expect(judgeExpectations({ planned: [run], results }, expected, EMPTY_BASELINE)[0]?.outcome).toBe('unclear');
  });
});
