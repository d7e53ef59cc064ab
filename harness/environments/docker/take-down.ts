import type { AgentClient } from '../../agent/agent-client.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { DockerEngine, Progress } from './engine.ts';

/**
 * Ends a run on the engine: heals, removes every container and network with the run's label, and looks again whether they
 * are gone. Rejects with a HarnessError that names what was left behind.
 *
 * Rules, skewed clocks and frozen processes live in the containers: what could not be healed or confirmed is gone with
 * them, so that is only told to `progress`.
 */
export async function takeDown(
  engine: DockerEngine,
  runId: string,
  agent: AgentClient,
  progress: Progress,
): Promise<void> {
  await agent.close().catch((error: unknown) => {
    progress(`before removing the containers: ${error instanceof Error ? error.message : String(error)}`);
  });
  await removeRun(engine, runId);
}

async function removeRun(engine: DockerEngine, runId: string): Promise<void> {
  const refusals: string[] = [];
  const attempt = async (what: string, removal: Promise<void>): Promise<void> => {
    try {
      await removal;
    } catch (error) {
      refusals.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const containers = await engine.containers(runId);
  await Promise.all(containers.map(({ id, name }) => attempt(name, engine.removeContainer(id))));
  for (const { id, name } of await engine.networks(runId)) await attempt(name, engine.removeNetwork(id));
  const left = [...(await engine.containers(runId)), ...(await engine.networks(runId))];
  if (left.length === 0) return;
  throw new HarnessError(
    'environment',
    `could not remove ${left.map(({ name }) => name).join(', ')}: run faultline clean`,
    { detail: refusals.join('\n') },
  );
}
