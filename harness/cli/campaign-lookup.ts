import type { CampaignLookup } from '../campaign/plan-campaign.ts';
import { campaignRunOptions, moduleReference } from './campaign-run-arguments.ts';
import { argumentsOf } from './commands/run.ts';
import { loadTarget, loadWorkload } from './registry.ts';
import { environmentKind, prepareRun } from './run-request.ts';

/** Looks up what a campaign names, as the run command would. Paths of modules are relative to `baseDirectory`. */
export function campaignLookup(baseDirectory: string): CampaignLookup {
  return {
    async target(name) {
      return environmentKind(undefined, await loadTarget(moduleReference(name, baseDirectory)));
    },
    async workload(name) {
      await loadWorkload(moduleReference(name, baseDirectory));
    },
    async run({ target, workload, faults, parameters }) {
      const options = campaignRunOptions(
        {
          ...target,
          workload,
          faults: faults === 'all' ? 'all' : faults.join(',') || 'none',
          seed: '1',
          parameters: { ...parameters, ...(target.nodes === undefined ? {} : { nodes: target.nodes }) },
        },
        baseDirectory,
      );
      const {
        plan,
        notes,
        target: found,
      } = await prepareRun({
        ...argumentsOf(options),
        target: moduleReference(target.name, baseDirectory),
      });
      const promise = found.promises[plan.request.workload];
      return {
        environment: plan.request.environment,
        faults: plan.request.faults,
        notes,
        ...(promise === undefined ? {} : { promise }),
      };
    },
  };
}
