import type { Workload } from '../../harness/kernel/workload.ts';
import { setGenerators } from './set-generators.ts';

/** One growing set: is everything that was acknowledged still there in the end? */
export const workload: Workload = {
  name: 'set',
  description:
    'add unique elements, read them all back from every node in the end; judged for lost and phantom elements',
  requiredOps: ['add', 'read'],
  optionalOps: [],
  generators: setGenerators,
  level: 'convergent',
  checkers: [
    { checker: 'set', options: {} },
    { checker: 'convergence', options: {} },
  ],
};
