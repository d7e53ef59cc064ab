import { HarnessError } from '../kernel/harness-error.ts';
import type { Target } from '../kernel/target.ts';
import type { Workload } from '../kernel/workload.ts';
import { isModulePath } from '../modules/import-module.ts';
import { PLAN_VERSION, type RunPlan } from '../runner/plan.ts';
import { TRACE_VERSION, exactPlan, type RunTrace } from '../runner/trace.ts';
import { readJson, requireRunFile, runFolder } from '../store/run-folder.ts';
import type { RunRequest } from '../store/run-record.ts';
import { requireCheckers } from './require-checkers.ts';
import { loadComposeTarget, loadEnvironment, loadTarget, loadWorkload } from './registry.ts';
import type { PreparedRun } from './run-request.ts';

/** What the user said beside the folder: the name of the target, or where the modules are now. */
export interface GivenDefinitions {
  readonly target: string | undefined;
  readonly workload: string | undefined;
}

/**
 * The plan of a stored run, ready to be run again: symbolic (selectors are resolved anew) or exact (the same operations
 * and victims at the same times). Throws usage errors for folders that hold no readable plan.
 */
export async function replayedRun(directory: string, exact: boolean, given: GivenDefinitions): Promise<PreparedRun> {
  const folder = runFolder(directory);
  requireRunFile(folder.planFile);
  const plan = versioned<RunPlan>(folder.planFile, PLAN_VERSION);
  const { request } = plan;
  const { target, workload } = await sameDefinitions(request, given, directory);
  return {
    plan: exact ? exactPlan(plan, versioned<RunTrace>(folder.traceFile, TRACE_VERSION)) : plan,
    environment: await loadEnvironment(request.environment),
    target,
    workload,
    notes: [],
  };
}

/** The target and the workload of a stored run, from where they were, or from where the user says that they are now. */
async function sameDefinitions(
  request: RunRequest,
  given: GivenDefinitions,
  directory: string,
): Promise<{ readonly target: Target; readonly workload: Workload }> {
  const isPath = given.target !== undefined && isModulePath(given.target);
  if (given.target !== undefined && !isPath) requireSame('target', given.target, request, directory);
  const { compose, client } = request.modules ?? {};
  const target =
    compose !== undefined && client !== undefined && !isPath
      ? await loadComposeTarget(compose, client)
      : await loadTarget(isPath ? given.target : (request.modules?.target ?? request.target));
  requireSame('target', target.name, request, directory);
  const workload = await loadWorkload(given.workload ?? request.modules?.workload ?? request.workload);
  requireSame('workload', workload.name, request, directory);
  await requireCheckers(workload);
  return { target, workload };
}

function requireSame(what: 'target' | 'workload', name: string, request: RunRequest, directory: string): void {
  if (name === request[what]) return;
  throw new HarnessError('usage', `the run in ${directory} is of ${what} ${request[what]}, not of ${name}`);
}

function versioned<T extends { readonly version: number }>(file: string, version: number): T {
  const parsed = readJson(file);
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed && parsed.version === version) {
    // Written by this program: the version vouches for the shape.
    return parsed as T;
  }
  throw new HarnessError(
    'usage',
    `${file}: expected version ${version}; it was written by another version of faultline`,
  );
}
