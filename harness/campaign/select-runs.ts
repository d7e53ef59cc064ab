import type { CampaignRun, RunSelector } from '../store/campaign-record.ts';

/** What selectors call a target without a variant. */
export const DEFAULT_VARIANT = 'default';
/** What selectors call a target without a planted bug. */
export const NO_MUTANT = 'none';

/** Whether a run is one of those that a selector is about. */
export function selects(where: RunSelector, run: Omit<CampaignRun, 'id'>): boolean {
  return (
    (where.target === undefined || where.target === run.target) &&
    (where.variant === undefined || where.variant === (run.variant ?? DEFAULT_VARIANT)) &&
    (where.mutant === undefined || where.mutant === (run.mutant ?? NO_MUTANT)) &&
    (where.workload === undefined || where.workload === run.workload) &&
    (where.environment === undefined || where.environment === run.environment) &&
    (where.faultPackage === undefined || where.faultPackage === run.faultPackage)
  );
}

/** A selector in words: `redis set under partition`; `all runs` where it is about everything. */
export function selectorWords(where: RunSelector): string {
  const words = [
    where.target,
    where.variant,
    where.mutant === undefined ? undefined : `with ${where.mutant}`,
    where.workload,
    where.environment === undefined ? undefined : `in ${where.environment}`,
    where.faultPackage === undefined ? undefined : `under ${where.faultPackage}`,
  ].filter((word) => word !== undefined);
  return words.length === 0 ? 'all runs' : words.join(' ');
}
