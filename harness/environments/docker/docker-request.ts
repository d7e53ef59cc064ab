import type { ClusterRequest } from '../../kernel/environment.ts';
import { CLOCK_MECHANISMS } from '../../kernel/fault.ts';
import type { ClockMechanism } from '../../kernel/fault.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { DockerTarget } from '../../kernel/target.ts';

/** What a request comes to in docker, checked before anything is made. */
export interface DockerRequest {
  readonly target: DockerTarget;
  /** How clocks are moved where a fault does not say. Containers have to be prepared for `faketime` when they are made. */
  readonly clockMechanism: ClockMechanism;
}

/** Checks a request against what its target offers. Throws a HarnessError `usage` that names the first thing wrong. */
export function parseDockerRequest(request: ClusterRequest): DockerRequest {
  const { target, workload, nodes, variant, mutant } = request;
  const { name, docker, nodeCounts } = target;
  if (docker === undefined) throw usage(`target ${name} does not run in docker: use --env sim`);
  requireKnown(`workload of ${name}`, workload, Object.keys(target.offers));
  if (variant !== undefined) requireKnown(`variant of ${name}`, variant, Object.keys(target.variants ?? {}));
  if (mutant !== undefined) {
    requireKnown(`mutant of ${name}`, mutant, Object.keys(target.sim?.protocol.mutants ?? {}));
  }
  if (nodes.length < nodeCounts.min || nodes.length > nodeCounts.max) {
    throw usage(`${name} runs on ${nodeCounts.min} to ${nodeCounts.max} nodes, got ${nodes.length}`);
  }
  for (const setting of Object.keys(request.settings)) requireKnown('setting of docker', setting, ['clockMechanism']);
  const mechanism = request.settings['clockMechanism'] ?? 'vdso';
  const clockMechanism = CLOCK_MECHANISMS.find((known) => known === mechanism);
  if (clockMechanism === undefined) {
    throw usage(`clockMechanism must be one of ${CLOCK_MECHANISMS.join(', ')}, got ${JSON.stringify(mechanism)}`);
  }
  return { target: docker, clockMechanism };
}

function requireKnown(what: string, given: string, known: readonly string[]): void {
  if (known.includes(given)) return;
  const choice = known.length === 0 ? 'there is none' : `expected one of ${known.join(', ')}`;
  throw usage(`unknown ${what} ${JSON.stringify(given)}: ${choice}`);
}

function usage(message: string): HarnessError {
  return new HarnessError('usage', message);
}
