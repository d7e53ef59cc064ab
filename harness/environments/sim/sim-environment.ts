import type { Cluster, ClusterRequest, Environment } from '../../kernel/environment.ts';
import type { FaultCapability, FaultKind } from '../../kernel/fault.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { RequestCodec, SimTarget, Target } from '../../kernel/target.ts';
import { parseSettings } from './settings.ts';
import { SimCluster } from './sim-cluster.ts';
import type { EventObserver, MessageObserver } from './sim-process.ts';

export interface SimEnvironmentOptions {
  /** Resolves after one turn of the host's event loop. */
  readonly yieldToHost: () => Promise<void>;
  /** Sees every event that any protocol is given. */
  readonly observer?: EventObserver;
  /** Sees how every message between nodes ended. Watching changes nothing in the simulation. */
  readonly messageObserver?: MessageObserver;
}

/** The environment `sim`: clusters of pure protocols in virtual time. Needs nothing, leaves nothing behind. */
export function createSimEnvironment(options: SimEnvironmentOptions): Environment {
  return {
    kind: 'sim',
    capability: (kind, target) => simCapability(kind, target),
    async up(request, signal): Promise<Cluster> {
      const { target, codec } = requireSimTarget(request);
      const settings = parseSettings(request.settings);
      const { yieldToHost, observer, messageObserver } = options;
      const cluster = new SimCluster({ request, target, codec, settings, yieldToHost, observer, messageObserver });
      try {
        const ready = await cluster.boot(signal);
        if (ready.recovered) return cluster;
        throw new HarnessError(
          'not-ready',
          `${request.target.name} did not become ready in the simulation: ${ready.reason}`,
        );
      } catch (error) {
        await cluster.down();
        throw error;
      }
    },
  };
}

const CAPABILITIES: Readonly<Record<FaultKind, FaultCapability>> = {
  partition: {
    available: true,
    mechanism: 'simulated links drop what arrives',
    probe: 'sim-packet',
    resolution: '1 packet',
  },
  kill: {
    available: true,
    mechanism: 'the process ends, unsynced data is lost but for a random prefix',
    probe: 'sim-process',
    resolution: '20 ms',
  },
  pause: {
    available: true,
    mechanism: 'the process takes up no event',
    probe: 'sim-process',
    resolution: '20 ms',
  },
  clock: {
    available: true,
    mechanism: 'the simulated wall clock steps',
    probe: 'sim-clock',
    resolution: '1 ms',
  },
};

function simCapability(kind: FaultKind, target: Target): FaultCapability {
  if (target.sim === undefined) return { available: false, reason: `${target.name} does not run in the simulation` };
  return CAPABILITIES[kind];
}

function requireSimTarget(request: ClusterRequest): { readonly target: SimTarget; readonly codec: RequestCodec } {
  const { target, workload, mutant } = request;
  const usage = (message: string): HarnessError => new HarnessError('usage', message);
  if (target.sim === undefined) throw usage(`${target.name} does not run in the simulation; use --env docker`);
  const codec = Object.hasOwn(target.sim.codecs, workload) ? target.sim.codecs[workload] : undefined;
  if (codec === undefined) throw usage(`${target.name} does not offer the workload ${workload} in the simulation`);
  if (mutant !== undefined && !Object.hasOwn(target.sim.protocol.mutants, mutant)) {
    const known = Object.keys(target.sim.protocol.mutants);
    const hint = known.length > 0 ? `it has ${known.join(', ')}` : 'it has none';
    throw usage(`${target.name} has no planted bug ${mutant}; ${hint}`);
  }
  if (request.variant !== undefined) {
    throw usage(`${target.name} has no variant ${request.variant} in the simulation`);
  }
  if (request.image !== undefined) throw usage('the simulation runs no images; use --env docker with --image');
  if (request.nodes.length === 0) throw usage('a cluster needs at least one node');
  if (new Set(request.nodes).size < request.nodes.length)
    throw usage('every node of a cluster needs a name of its own');
  return { target: target.sim, codec };
}
