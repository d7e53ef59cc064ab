import type { ClusterRequest } from '../../kernel/environment.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { ProcessTarget } from '../../kernel/target.ts';

/** Checks a request against what its target offers. Throws a HarnessError `usage` that names the first thing wrong. */
export function parseProcessRequest(request: ClusterRequest): ProcessTarget {
  const { target, workload, nodes, variant, mutant } = request;
  const { name, process: processTarget, nodeCounts } = target;
  if (processTarget === undefined) throw usage(`target ${name} does not run as local processes`);
  requireKnown(`workload of ${name}`, workload, Object.keys(target.offers));
  if (variant !== undefined) requireKnown(`variant of ${name}`, variant, Object.keys(target.variants ?? {}));
  if (mutant !== undefined) {
    requireKnown(`mutant of ${name}`, mutant, Object.keys(target.sim?.protocol.mutants ?? {}));
  }
  if (nodes.length < nodeCounts.min || nodes.length > nodeCounts.max) {
    throw usage(`${name} runs on ${nodeCounts.min} to ${nodeCounts.max} nodes, got ${nodes.length}`);
  }
  const [setting] = Object.keys(request.settings);
  if (setting !== undefined) throw usage(`environment process has no settings, got ${JSON.stringify(setting)}`);
  return processTarget;
}

function requireKnown(what: string, given: string, known: readonly string[]): void {
  if (known.includes(given)) return;
  const expected = known.length === 0 ? 'there are none' : `expected one of ${known.join(', ')}`;
  throw usage(`unknown ${what}: ${JSON.stringify(given)}; ${expected}`);
}

function usage(message: string): HarnessError {
  return new HarnessError('usage', message);
}
