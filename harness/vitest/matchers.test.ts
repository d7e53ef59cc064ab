import { describe, expect, it } from 'vitest';
import { placementUse } from '../cli/placement-use.ts';
import { HistoryBuilder } from '../history/index.ts';
import type { TargetRun } from '../library/run-target.ts';
import type { CheckSummary, RunRecord } from '../store/run-record.ts';
import './index.ts';

type Check = Partial<CheckSummary> & Pick<CheckSummary, 'name' | 'verdict'>;

const VALID: Check = { name: 'assumptions', verdict: 'valid' };

/** A run of which only what assertions look at is there. */
function runWith(checks: readonly Check[], change: Partial<RunRecord> = {}): TargetRun {
  const record = {
    request: {
      target: 'kv',
      workload: 'register',
      environment: 'process',
      nodes: ['n1', 'n2', 'n3'],
      faults: ['kill'],
      seed: '42',
    },
    doubts: [],
    phasesMs: {},
    checks: checks.map((check) => ({ findings: [], facts: {}, elapsedMs: 1, use: { checker: check.name }, ...check })),
    rerun: { symbolic: 'faultline run kv --replay .runs/x', exact: '' },
    promise: { level: 'linearizable', keepsAcknowledged: true, conditions: 'always' },
    ...change,
  } as unknown as RunRecord;
  return { record, history: new HistoryBuilder().build(), directory: '.runs/x', reportFile: '.runs/x/report.html' };
}

async function failureOf(assertion: Promise<void>): Promise<string> {
  try {
    await assertion;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the assertion passed');
}

const finding = (anomaly: string, message: string, count = 1): CheckSummary['findings'][number] => ({
  anomaly,
  message,
  count,
  ops: [1],
});

const BROKEN: Check = {
  name: 'linearizability',
  verdict: 'invalid',
  findings: [
    finding('not-linearizable', 'a long sentence about what went wrong with key k1', 3),
    finding('stale-read', 'read 1 after 2 \u001b[2J'),
  ],
};

describe('assertions about runs', () => {
  it('pass where a check found nothing, and then not as .not', async () => {
    const run = runWith([
      { name: 'linearizability', verdict: 'valid' },
      { name: 'convergence', verdict: 'valid' },
      VALID,
    ]);
    await expect(run).toBeLinearizable();
    await expect(run).toConverge();
    await expect(run).toKeepItsPromise();
    expect(await failureOf(expect(run).not.toBeLinearizable())).toContain(
      'not to be linearizable, but the run shows that',
    );
  });

  it('fail with the shortest evidence, all anomalies, the seed and the report, safe for a terminal', async () => {
    const run = runWith([BROKEN, VALID]);
    expect((await failureOf(expect(run).toBeLinearizable())).split('\n')).toEqual([
      'expected kv (register, process, 3 nodes) to be linearizable, but the run shows otherwise',
      '  stale-read: read 1 after 2 \\u001b[2J',
      '  anomalies: not-linearizable (3), stale-read (1)',
      '  faults: kill',
      '  seed: 42',
      '  report: .runs/x/report.html',
    ]);
    await expect(run).not.toBeLinearizable();
    expect(await failureOf(expect(run).toKeepItsPromise())).toContain(
      'to keep its promise, but the run shows otherwise',
    );
  });

  it('fail on doubt, and so does .not', async () => {
    const valid: Check = { name: 'linearizability', verdict: 'valid' };
    const doubtful = [
      [runWith([{ ...valid, verdict: 'unknown', reason: 'the time budget was spent' }]), 'the time budget was spent'],
      [
        runWith([valid, { name: 'assumptions', verdict: 'unknown', reason: 'no kill took effect' }]),
        'no kill took effect',
      ],
      [runWith([valid, VALID], { doubts: ['the run was interrupted'] }), 'the run was interrupted'],
    ] as const;
    for (const [run, reason] of doubtful) {
      expect(await failureOf(expect(run).toBeLinearizable())).toContain(`could not tell\n  reason: ${reason}`);
      expect(await failureOf(expect(run).not.toBeLinearizable())).toContain(`could not tell\n  reason: ${reason}`);
    }
  });

  it('judge the history where the run had no check of that level, and say when none can', async () => {
    const run = runWith([VALID]);
    expect(await failureOf(expect(run).toBeSequential())).toContain('could not tell');
    expect(await failureOf(expect(run).toKeepAcknowledgedWrites())).toContain('no check of workload register counts');
    const lost = runWith([{ name: 'set', verdict: 'invalid', findings: [finding('lost', 'element 5 is lost')] }]);
    expect(await failureOf(expect(lost).toKeepAcknowledgedWrites())).toContain('lost: element 5 is lost');
  });

  it('take only lost elements for lost writes', async () => {
    const phantom = finding('unexpected', 'element 9 was never added');
    const wrong = runWith([{ name: 'set', verdict: 'invalid', findings: [phantom] }]);
    expect(await failureOf(expect(wrong).toKeepAcknowledgedWrites())).toContain('could not tell');
    expect(await failureOf(expect(wrong).not.toKeepAcknowledgedWrites())).toContain('element 9 was never added');
    const lost = [phantom, finding('lost', 'element 5 is lost')];
    await expect(runWith([{ name: 'set', verdict: 'invalid', findings: lost }])).not.toKeepAcknowledgedWrites();
  });

  it('judge by no other model than the one of the workload', async () => {
    const use = { checker: 'linearizability', model: { module: 'file:///account.ts', export: 'account' } };
    const run = runWith([{ name: 'linearizability', verdict: 'valid', use }]);
    expect(await failureOf(expect(run).toBeSequential())).toContain('not placed');
    expect(placementUse(run.record)).toContain('a model of its own, account');
    const options = { model: 'cas-register', initial: 7 };
    const own = runWith([{ name: 'linearizability', verdict: 'valid', use: { checker: 'linearizability', options } }]);
    expect(placementUse(own.record)).toEqual({ checker: 'guarantees', options });
  });

  it('see a weaker promise kept where a stronger level was shown', async () => {
    const change = { promise: { level: 'causal', keepsAcknowledged: true, conditions: 'always' } } as const;
    await expect(runWith([{ name: 'linearizability', verdict: 'valid' }, VALID], change)).toKeepItsPromise();
    const broken = runWith([{ name: 'linearizability', verdict: 'invalid' }, VALID], change);
    expect(await failureOf(expect(broken).toKeepItsPromise())).toContain('no check judged causal');
  });

  it('refuse what is no run', async () => {
    expect(await failureOf(expect(5).toBeLinearizable())).toContain('expected a run, as faultline.run returns it');
    expect(await failureOf(expect(Promise.resolve()).not.toBeCausal())).toContain('received a promise; await it');
  });
});
