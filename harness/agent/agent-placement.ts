import { hostname } from 'node:os';
import { engineMessage, type DockerEngine } from './docker-engine.ts';
import { HarnessError } from '../kernel/harness-error.ts';

/** Where the agent of a run lives: beside its controller, or in a helper container on the Docker host. */
export const AGENT_PLACEMENTS = ['child', 'container'] as const;
export type AgentPlacement = (typeof AGENT_PLACEMENTS)[number];

/**
 * `child` where this process is root on the engine's own host, which the engine's host name tells; `container` otherwise.
 *
 * @throws HarnessError `environment` where no engine answers.
 */
export async function chooseAgentPlacement(engine: DockerEngine): Promise<AgentPlacement> {
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  if (!isRoot) return 'container';
  try {
    const answer = await engine.call('GET', '/info');
    if (answer.status !== 200) throw new Error(engineMessage(answer));
    return (answer.body as { readonly Name?: string }).Name === hostname() ? 'child' : 'container';
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HarnessError('environment', `no Docker engine answers at ${engine.socketPath}: ${reason}`, {
      cause: error,
    });
  }
}
