import type { Target } from '../kernel/target.ts';
import type { Workload } from '../kernel/workload.ts';
import { parseDefinition, TARGET_DEFINITION, WORKLOAD_DEFINITION } from '../modules/index.ts';

/**
 * A system under test, written out in full: what it promises, what it must survive, how it runs in every environment.
 * Returns what it was given, with its type; throws a HarnessError of one line where its shape is wrong.
 *
 * `defineService` is the shorter way for most services.
 */
export function defineTarget(target: Target): Target {
  return parseDefinition(TARGET_DEFINITION, target, 'defineTarget');
}

/**
 * A kind of use of a system: which operations, in which order, and who judges the history. Returns what it was given;
 * throws a HarnessError of one line where its shape is wrong.
 */
export function defineWorkload(workload: Workload): Workload {
  return parseDefinition(WORKLOAD_DEFINITION, workload, 'defineWorkload');
}
