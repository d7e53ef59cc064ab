import { expect, it } from 'vitest';
import type { CampaignRun, CampaignRunResult } from '../store/campaign-record.ts';
import { conductRuns } from './conduct-runs.ts';

it('counts the time of a run from its first attempt', async () => {
  const run: CampaignRun = {
    id: '0',
    target: 'raft',
    workload: 'register',
    environment: 'sim',
    faultPackage: 'none',
    faults: [],
    seed: '1',
    parameters: {},
  };
  const results: CampaignRunResult[] = [];
  let clockMs = 0;
  await conductRuns({
    todo: [run],
    budget: {},
    parallel: { sim: 1, docker: 1, process: 1, total: 1 },
    retries: 2,
    start: async () => {
      clockMs += 1000;
      return await Promise.resolve({ kind: 'failed', reason: 'crashed', worthRetrying: true });
    },
    rerun: () => 'again',
    signal: new AbortController().signal,
    nowMs: () => clockMs,
    onStart: () => undefined,
    onResult: (result) => results.push(result),
  });
  expect(results).toMatchObject([
    { attempts: 3, startedAt: '1970-01-01T00:00:00.000Z', elapsedMs: 3000, rerun: 'again', outcome: 'harness-error' },
  ]);
});
