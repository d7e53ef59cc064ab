import type { Cluster } from '../../kernel/environment.ts';
import type { Host, HostEvent, Protocol } from '../../kernel/host.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { nodeNames } from '../../kernel/node.ts';
import { ok } from '../../kernel/outcome.ts';
import { randomOf } from '../../kernel/random.ts';
import type { Target } from '../../kernel/target.ts';
import { hostTurn } from '../host-turn.ts';
import { createSimEnvironment } from '../sim/sim-environment.ts';
import { ClusterDriver } from './cluster-driver.ts';

/** A protocol made from one function, as a target of one workload `any` that passes arguments and answers through. */
export function targetOf(on: (host: Host, event: HostEvent) => void): Target {
  const protocol: Protocol = {
    name: 'test',
    mutants: {},
    create: (host) => ({ on: (event) => on(host, event) }),
  };
  const codec = {
    encode: ({ value }: { value: JsonValue }) => value,
    decode: (_: unknown, response: JsonValue) => ok(response),
  };
  return {
    name: 'test',
    description: 'for tests',
    offers: { any: ['do'] },
    promises: {},
    faultModel: { kinds: [], clockOffsetMsMax: 0, survivesKillOfAll: true },
    nodeCounts: { min: 1, max: 9, default: 2 },
    sim: { protocol, codecs: { any: codec } },
  };
}

/** A simulated cluster of such a target, with its driver. */
export async function simulate(
  target: Target,
  options: { readonly nodeCount?: number; readonly seed?: number; readonly settings?: Record<string, JsonValue> } = {},
): Promise<{ readonly cluster: Cluster; readonly driver: ClusterDriver }> {
  const cluster = await createSimEnvironment({ yieldToHost: hostTurn }).up(
    {
      runId: 'test',
      target,
      workload: 'any',
      nodes: nodeNames(options.nodeCount ?? 2),
      random: randomOf(options.seed ?? 1),
      settings: options.settings ?? {},
      readyTimeoutMs: 1_000,
      progress: () => undefined,
    },
    new AbortController().signal,
  );
  return { cluster, driver: new ClusterDriver(cluster) };
}
