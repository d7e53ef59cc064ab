import type { Workload } from '../../harness/kernel/workload.ts';
import { registerGenerators } from './register-generators.ts';

/** Many independent registers: is every read the latest write? */
export const workload: Workload = {
  name: 'register',
  description: 'read, write and compare-and-set on many keys; judged for linearizability and convergence',
  requiredOps: ['read', 'write'],
  optionalOps: ['cas'],
  generators: registerGenerators,
  level: 'linearizable',
  checkers: [
    { checker: 'linearizability', options: { model: 'cas-register' } },
    { checker: 'convergence', options: {} },
  ],
};
