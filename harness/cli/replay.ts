import { HarnessError } from '../kernel/harness-error.ts';
import { PLAN_VERSION, type RunPlan } from '../runner/plan.ts';
import { TRACE_VERSION, exactPlan, type RunTrace } from '../runner/trace.ts';
import { readJson, runFolder } from '../store/run-folder.ts';
import { loadEnvironment, loadTarget, loadWorkload } from './registry.ts';
import type { PreparedRun } from './run-request.ts';

/**
 * The plan of a stored run, ready to be run again: symbolic (selectors are resolved anew) or exact (the same operations
 * and victims at the same times). Throws usage errors for folders that hold no readable plan.
 */
export async function replayedRun(directory: string, exact: boolean, target: string | undefined): Promise<PreparedRun> {
  const folder = runFolder(directory);
  const plan = versioned<RunPlan>(folder.planFile, PLAN_VERSION);
  const { request } = plan;
  if (target !== undefined && target !== request.target) {
    throw new HarnessError('usage', `the run in ${directory} is of ${request.target}, not of ${target}`);
  }
  return {
    plan: exact ? exactPlan(plan, versioned<RunTrace>(folder.traceFile, TRACE_VERSION)) : plan,
    environment: await loadEnvironment(request.environment),
    target: await loadTarget(request.target),
    workload: await loadWorkload(request.workload),
    notes: [],
  };
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
