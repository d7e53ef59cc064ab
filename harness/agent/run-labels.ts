import { formatIdentity, processIdentity } from './process-identity.ts';

/** Label on every container, network and image of ours; its value is the run's id. */
export const RUN_LABEL = 'faultline';

/** Label that names the process on whose behalf a container or network exists. */
export const OWNER_LABEL = 'faultline.owner';

/**
 * Labels for everything that a run creates at the Docker engine. The owner is this process: once it is gone and no
 * agent serves the run either, `cleanLeftovers` removes what carries them.
 */
export function runLabels(runId: string): Readonly<Record<string, string>> {
  const owner = processIdentity(process.pid);
  return { [RUN_LABEL]: runId, ...(owner && { [OWNER_LABEL]: formatIdentity(owner) }) };
}
