import { setImmediate } from 'node:timers/promises';
import type { Environment, EnvironmentKind } from '../kernel/environment.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import type { Target } from '../kernel/target.ts';
import type { Workload } from '../kernel/workload.ts';
import { isModulePath } from '../modules/import-module.ts';

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

/** A target by its name, or from a module of the user's by its path. */
export async function loadTarget(nameOrPath: string): Promise<Target> {
  if (!isModulePath(nameOrPath)) return (await loaderOf('target', TARGETS, nameOrPath)()).target;
  const { loadDefinition, TARGET_DEFINITION } = await import('../modules/index.ts');
  return loadDefinition(TARGET_DEFINITION, nameOrPath);
}

/** A target of a compose file and the module of its client. */
export async function loadComposeTarget(file: string, clientModule: string): Promise<Target> {
  const { composeTarget, loadClient } = await import('../compose/index.ts');
  return composeTarget({ file, client: await loadClient(clientModule) });
}

/** A workload by its name, or from a module of the user's by its path. */
export async function loadWorkload(nameOrPath: string): Promise<Workload> {
  if (!isModulePath(nameOrPath)) return (await loaderOf('workload', WORKLOADS, nameOrPath)()).workload;
  const { loadDefinition, WORKLOAD_DEFINITION } = await import('../modules/index.ts');
  return loadDefinition(WORKLOAD_DEFINITION, nameOrPath);
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
      return (await import('../environments/process/process-environment.ts')).processEnvironment();
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
    `unknown ${what} ${JSON.stringify(name)}; expected one of ${Object.keys(loaders).join(', ')}, or the path of a module (./my-${what}.ts)`,
  );
}
