import type { CampaignRunResult, Expectation, RunSelector } from '../../store/campaign-record.ts';
import { DEFAULT_VARIANT, NO_MUTANT, selects } from '../select-runs.ts';

/**
 * What targets promise of themselves, as expectations for the runs that no expectation is about; one per target, variant,
 * planted bug and workload. Targets that promise nothing are asked for nothing.
 */
export function ownPromises(
  results: readonly CampaignRunResult[],
  expectations: readonly Expectation[],
): readonly Expectation[] {
  const promises = new Map<string, Expectation>();
  for (const { run, promise } of results) {
    if (promise.level === undefined || expectations.some(({ where }) => selects(where, run))) continue;
    const where: RunSelector = {
      target: run.target,
      variant: run.variant ?? DEFAULT_VARIANT,
      mutant: run.mutant ?? NO_MUTANT,
      workload: run.workload,
    };
    const { level, keepsAcknowledged = false } = promise;
    promises.set(JSON.stringify(where), { kind: 'promise', where, level, keepsAcknowledged });
  }
  return [...promises.values()];
}
