import { setImmediate } from 'node:timers/promises';
import type { Environment, EnvironmentKind } from '../kernel/environment.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import type { Target } from '../kernel/target.ts';
import type { Workload } from '../kernel/workload.ts';

/** Loaded on first use, so that one missing driver breaks nothing else. */
const TARGETS: Readonly<Record<string, () => Promise<{ readonly target: Target }>>> = {
  raft: () => import('../../targets/raft/index.ts'),
  gossip: () => import('../../targets/gossip/index.ts'),
  etcd: () => import('../../targets/etcd/index.ts'),
  redis: () => import('../../targets/redis/index.ts'),
};

const WORKLOADS: Readonly<Record<string, () => Promise<{ readonly workload: Workload }>>> = {
  register: () => import('../../workloads/register/index.ts'),
  set: () => import('../../workloads/set/index.ts'),
};

export const TARGET_NAMES: readonly string[] = Object.keys(TARGETS);
export const WORKLOAD_NAMES: readonly string[] = Object.keys(WORKLOADS);

export async function loadTarget(name: string): Promise<Target> {
  return (await loaderOf('target', TARGETS, name)()).target;
}

export async function loadWorkload(name: string): Promise<Workload> {
  return (await loaderOf('workload', WORKLOADS, name)()).workload;
}

export async function loadEnvironment(kind: EnvironmentKind): Promise<Environment> {
  switch (kind) {
    case 'sim':
      return (await import('../environments/sim/sim-environment.ts')).createSimEnvironment({
        yieldToHost: () => setImmediate(),
      });
    case 'docker':
      return (await import('../environments/docker/docker-environment.ts')).dockerEnvironment();
    case 'process':
      throw new HarnessError('usage', 'environment process is not available yet; use --env sim or --env docker');
  }
}

function loaderOf<T>(
  what: string,
  loaders: Readonly<Record<string, () => Promise<T>>>,
  name: string,
): () => Promise<T> {
  const loader = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  if (loader !== undefined) return loader;
  throw new HarnessError(
    'usage',
    `unknown ${what} ${JSON.stringify(name)}; expected one of ${Object.keys(loaders).join(', ')}`,
  );
}
