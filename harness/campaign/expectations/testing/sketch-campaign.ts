import {
  CAMPAIGN_RECORD_VERSION,
  type CampaignRecord,
  type CampaignRun,
  type CampaignRunResult,
  type SeenAnomaly,
} from '../../../store/campaign-record.ts';

let nextId = 0;

/** A run of a campaign, gossip's register under partition unless said otherwise. */
export function sketchRun(given: Partial<CampaignRun> = {}): CampaignRun {
  const id = `run-${nextId++}`;
  return {
    id,
    target: 'gossip',
    workload: 'register',
    environment: 'sim',
    faultPackage: 'partition',
    faults: ['partition'],
    seed: id,
    parameters: {},
    ...given,
  };
}

/** A result, valid unless it has anomalies. */
export function sketchResult(
  run: CampaignRun,
  given: Partial<Omit<CampaignRunResult, 'run' | 'anomalies'>> & { readonly anomalies?: readonly string[] } = {},
): CampaignRunResult {
  const anomalies = (given.anomalies ?? []).map(seenAnomaly);
  return {
    run,
    outcome: anomalies.length > 0 ? 'invalid' : 'valid',
    attempts: 1,
    effectiveFaults: run.faults,
    promise: { outcome: 'unclear', why: 'no promise' },
    passed: anomalies.length > 0 ? { acknowledged: false } : { level: 'linearizable', acknowledged: true },
    strongest: [],
    reasons: [],
    operations: { ok: 100, fail: 0, info: 0 },
    startedAt: '2030-01-02T03:04:05.678Z',
    elapsedMs: 1234,
    rerun: `faultline run ${run.target} --seed ${run.seed}`,
    ...given,
    anomalies,
  };
}

/** Reads `linearizability not-linearizable`: check, then anomaly. */
function seenAnomaly(text: string): SeenAnomaly {
  const [check = '', anomaly = ''] = text.split(' ');
  return { check, anomaly, count: 1, message: `An example of ${anomaly}.` };
}

export function sketchRecord(given: Partial<CampaignRecord>): CampaignRecord {
  const results = given.results ?? [];
  return {
    version: CAMPAIGN_RECORD_VERSION,
    name: 'nightly',
    planHash: 'hash',
    planned: results.map(({ run }) => run),
    results,
    groups: [],
    expectations: [],
    startedAt: '2030-01-02T03:04:05.678Z',
    elapsedMs: 5678,
    facts: {},
    ...given,
  };
}

/** Values that a system under test, or whoever names things in a campaign file, may use to do harm. */
export const HOSTILE: readonly string[] = [
  `</failure><script>alert(1)</script>]]>&amp;"'`,
  '::error file=x::pwned\n::add-mask::x\r\n##[error]pwned',
  '\u001b[2J\u001b]0;title\u0007 \u0000\u0008\u007f\u009b31m',
  '`code` | cell |\n\n# heading ![x](http://evil.example/x.png) @team <img src=x onerror=alert(1)>',
  '\u202egnp.exe \ud800 \ufffe \u2066x\u2069',
  '%0A::error::pwned,title=x',
  'x'.repeat(5000),
];
