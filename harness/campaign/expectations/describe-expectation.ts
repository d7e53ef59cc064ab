import type { CampaignRun, Expectation } from '../../store/campaign-record.ts';
import { selectorWords } from '../select-runs.ts';

/** An expectation as a person says it: `gossip register keeps convergent`. */
export function describeExpectation(expectation: Expectation): string {
  const group = selectorWords(expectation.where);
  switch (expectation.kind) {
    case 'promise': {
      const writes = expectation.keepsAcknowledged ? ' and every acknowledged write' : '';
      return `${group} keeps ${expectation.level}${writes}`;
    }
    case 'violation':
      return `${group} shows ${expectation.anomaly}`;
  }
}

/** A run in a few words: `redis safe set in docker under partition, seed 3`. */
export function describeRun(run: CampaignRun): string {
  return `${describeGroup(run)}, seed ${run.seed}${describeParameters(run)}`;
}

/** What runs of the same kind have in common: `redis safe set in docker under partition`. */
export function describeGroup(run: CampaignRun): string {
  const mutant = run.mutant === undefined ? [] : ['with', run.mutant];
  const variant = run.variant === undefined ? [] : [run.variant];
  return [run.target, ...variant, ...mutant, run.workload, 'in', run.environment, 'under', run.faultPackage].join(' ');
}

function describeParameters({ parameters }: CampaignRun): string {
  const given = Object.entries(parameters).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return given.length === 0 ? '' : `, ${given.join(', ')}`;
}
