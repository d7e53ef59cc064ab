/** A controller for tests to kill: makes the faults it is told on its command line, then waits. */
import { startAgent, type AgentOptions } from '../agent-client.ts';
import type { DesiredState } from '../agent-protocol.ts';

const { options, desired } = JSON.parse(process.argv[2] ?? '') as {
  readonly options: AgentOptions;
  readonly desired: DesiredState;
};
const agent = await startAgent(options);
const { errors } = await agent.apply(desired, 20_000);
process.stdout.write(`${JSON.stringify({ agentPid: agent.pid, errors })}\n`);
setInterval(() => undefined, 1000);
