import type { FaultKind } from '../../harness/kernel/fault.ts';
import { randomOf } from '../../harness/kernel/random.ts';
import {
  CAMPAIGN_RECORD_VERSION,
  type CampaignRecord,
  type CampaignRun,
  type CampaignRunResult,
  type ExpectationResult,
  type FailureGroup,
} from '../../harness/store/campaign-record.ts';

/** How a made-up campaign is to be. */
export interface SyntheticCampaignOptions {
  readonly seedsPerCell?: number;
  /** Share of the plan that has results. */
  readonly done?: number;
  readonly withExpectations?: boolean;
}

const SYSTEMS = [
  { target: 'raft', environment: 'sim' },
  { target: 'raft', mutant: 'stale-reads', environment: 'sim' },
  { target: 'gossip', environment: 'sim' },
  { target: 'redis', variant: 'safe', environment: 'docker' },
] as const;
const PACKAGES: readonly (readonly FaultKind[])[] = [['partition'], ['kill'], ['partition', 'kill', 'clock']];

/** A campaign that never was, with every kind of outcome. A pure function of its options. */
export function syntheticCampaign(options: SyntheticCampaignOptions = {}): CampaignRecord {
  const planned = planOf(options.seedsPerCell ?? 6);
  const results = planned.slice(0, Math.round(planned.length * (options.done ?? 1))).map(resultOf);
  return {
    version: CAMPAIGN_RECORD_VERSION,
    name: 'nightly',
    planHash: '3f1c9d0a7be24c55',
    planned,
    results,
    groups: groupsOf(results),
    expectations: options.withExpectations === false ? [] : expectationsOf(results),
    startedAt: '2026-11-22T02:00:00.000Z',
    elapsedMs: results.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0) / 2,
    ...(results.length < planned.length ? { stopped: 'budget-minutes' as const } : {}),
    facts: { faultline: '0.1.0', node: 'v20.20.2', processors: 2 },
  };
}

function planOf(seedsPerCell: number): readonly CampaignRun[] {
  return SYSTEMS.flatMap((system) =>
    ['register', 'set'].flatMap((workload) =>
      PACKAGES.flatMap((faults) =>
        Array.from({ length: seedsPerCell }, (_, seed) => ({
          ...system,
          id: `${JSON.stringify(system)}-${workload}-${faults.join('+')}-${seed}`,
          workload,
          faults,
          faultPackage: faults.join('+'),
          seed: String(seed + 1),
          parameters: { 'time-limit': 30 },
        })),
      ),
    ),
  );
}

function resultOf(run: CampaignRun): CampaignRunResult {
  const random = randomOf(run.id);
  const anomaly = anomalyOf(run, random.int(0, 9));
  const outcome =
    anomaly !== undefined
      ? 'invalid'
      : random.chance(3, 100)
        ? 'harness-error'
        : random.chance(8, 100)
          ? 'unknown'
          : 'valid';
  const ok = 4000 + random.int(0, 9000);
  const folder = `runs/${run.target}-${run.workload}/20261122T0200-${run.seed}`;
  return {
    run,
    outcome,
    attempts: outcome === 'harness-error' ? 3 : 1,
    ...(outcome === 'harness-error' ? {} : { folder }),
    anomalies: anomaly === undefined ? [] : [{ ...anomaly, count: random.int(1, 40) }],
    effectiveFaults: outcome === 'harness-error' ? [] : run.faults,
    promise: promiseOf(run, outcome),
    passed: outcome === 'valid' ? { level: 'linearizable', acknowledged: true } : { acknowledged: false },
    strongest: outcome === 'valid' ? ['linearizable'] : [],
    reasons: reasonsOf(outcome),
    operations:
      outcome === 'harness-error'
        ? { ok: 0, fail: 0, info: 0 }
        : { ok, fail: Math.floor(ok / 20), info: Math.floor(ok / 90) },
    startedAt: '2026-11-22T02:00:00.000Z',
    elapsedMs: run.environment === 'sim' ? 900 + random.int(0, 1500) : 41_000 + random.int(0, 9000),
    rerun: `faultline run ${run.target} --env ${run.environment} --workload ${run.workload} --faults ${run.faults.join(',')} --time-limit 30 --seed ${run.seed}`,
  };
}

function anomalyOf(run: CampaignRun, dice: number): Omit<CampaignRunResult['anomalies'][number], 'count'> | undefined {
  if (run.target === 'gossip' && run.faults.includes('partition')) {
    return {
      anomaly: 'stale-read',
      check: 'register',
      message: 'n4 answered k2 = 17 at 12.3 s, although 21 had been acknowledged by n1 at 8.91 s.',
    };
  }
  if (run.mutant !== undefined && run.workload === 'register' && dice < 4) {
    return {
      anomaly: 'not-linearizable',
      check: 'linearizable',
      message: 'no order of 14 operations on k0 explains the read of 3 at 20.1 s.',
    };
  }
  if (run.target === 'redis' && run.workload === 'set' && run.faults.includes('partition') && dice < 3) {
    return {
      anomaly: 'lost',
      check: 'set',
      message: '3,340 of 17,641 acknowledged adds were missing from the final read.',
    };
  }
  return undefined;
}

function promiseOf(run: CampaignRun, outcome: CampaignRunResult['outcome']): CampaignRunResult['promise'] {
  const level = run.target === 'gossip' ? 'convergent' : 'linearizable';
  if (outcome === 'unknown' || outcome === 'harness-error') return { level, outcome: 'unclear', why: 'no verdict' };
  const broken = outcome === 'invalid' && run.target !== 'gossip';
  return {
    level,
    outcome: broken ? 'broken' : 'kept',
    why: broken ? `promises ${level}, and showed otherwise` : `promises ${level}, and showed nothing else`,
  };
}

function reasonsOf(outcome: CampaignRunResult['outcome']): readonly string[] {
  switch (outcome) {
    case 'unknown':
      return ['No probe saw a fault take effect: partition f2 was asked for and never seen.'];
    case 'harness-error':
      return ['The cluster was not ready within 60 s: redis-2 refused connections.'];
    case 'valid':
    case 'invalid':
      return [];
  }
}

function groupsOf(results: readonly CampaignRunResult[]): readonly FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const { run, outcome, anomalies, effectiveFaults } of results) {
    if (outcome === 'valid') continue;
    const names = anomalies.map(({ anomaly }) => anomaly);
    const signature = `${run.target} ${run.workload}: ${names.join(', ') || outcome} under ${effectiveFaults.join(', ') || 'no fault'}`;
    const { target, workload } = run;
    const group = groups.get(signature) ?? {
      signature,
      target,
      workload,
      outcome,
      anomalies: names,
      faults: effectiveFaults,
      runs: [],
    };
    groups.set(signature, { ...group, runs: [...group.runs, run.id] });
  }
  return [...groups.values()];
}

function expectationsOf(results: readonly CampaignRunResult[]): readonly ExpectationResult[] {
  const ids = (matches: (result: CampaignRunResult) => boolean): readonly string[] =>
    results.filter(matches).map(({ run }) => run.id);
  return [
    {
      expectation: { kind: 'promise', where: { target: 'raft' }, level: 'linearizable', keepsAcknowledged: true },
      outcome: 'met',
      why: 'Nothing that linearizable excludes in 36 runs.',
      runs: ids(({ run }) => run.target === 'raft' && run.mutant === undefined),
    },
    {
      expectation: {
        kind: 'violation',
        where: { target: 'gossip', workload: 'register' },
        anomaly: 'stale-read',
        atLeast: 1,
      },
      outcome: 'met',
      why: 'Seen in 12 of 18 runs.',
      runs: ids(({ run, outcome }) => run.target === 'gossip' && run.workload === 'register' && outcome === 'invalid'),
    },
    {
      expectation: {
        kind: 'violation',
        where: { target: 'redis', workload: 'set', faultPackage: 'kill', environment: 'docker' },
        anomaly: 'lost',
        atLeast: 1,
      },
      outcome: 'lost-power',
      why: 'None of 6 runs showed it.',
      runs: [],
    },
    {
      expectation: {
        kind: 'promise',
        where: { target: 'redis', workload: 'set' },
        level: 'convergent',
        keepsAcknowledged: true,
      },
      outcome: 'broken',
      why: 'Acknowledged writes were lost in some of 18 runs.',
      runs: ids(({ anomalies }) => anomalies.some(({ anomaly }) => anomaly === 'lost')),
    },
  ];
}
