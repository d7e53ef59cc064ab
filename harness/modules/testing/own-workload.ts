import { defineWorkload, perKey, rate, type Workload } from '../../library/index.ts';

/** A workload as a user's module brings it, judged by a model of its own that is in TypeScript too. */
export const workload: Workload = defineWorkload({
  name: 'own-workload',
  description: 'reads and writes on registers, judged by a model of the module beside',
  requiredOps: ['read', 'write'],
  optionalOps: [],
  level: 'linearizable',
  checkers: [
    { checker: 'linearizability', model: { module: new URL('./own-model.ts', import.meta.url).href, export: 'odd' } },
  ],
  generators: (context) => ({
    during: rate(
      context.ratePerSecond,
      perKey(context, (key, _, ctx) =>
        ctx.random.chance(1, 2)
          ? { f: 'read', key, value: null }
          : { f: 'write', key, value: ctx.sequence * ctx.concurrency + ctx.worker + 1 },
      ),
    ),
  }),
});
