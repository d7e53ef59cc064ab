import { chain, defineWorkload, onWorkers, perKey, rate, sequence, together, untilOk, type Workload } from 'faultline';

/** Reads and writes on a few keys; every written value is written once only, so that each read tells whose it saw. */
export const workload: Workload = defineWorkload({
  name: 'kv',
  description: 'reads and writes on a few keys, judged for linearizability and convergence',
  requiredOps: ['read', 'write'],
  optionalOps: [],
  level: 'linearizable',
  checkers: [{ checker: 'linearizability', options: { model: 'register' } }, { checker: 'convergence' }],
  generators: (context) => ({
    during: rate(
      context.ratePerSecond,
      perKey(context, (key, _group, { random, sequence: turn, concurrency, worker }) =>
        random.chance(1, 2)
          ? { f: 'read', key, value: null }
          : { f: 'write', key, value: turn * concurrency + worker + 1 },
      ),
    ),
    // After healing, every node is asked for every key; a read that fails is tried again.
    final: (keys) =>
      together(
        ...context.nodes.map((_node, reader) =>
          onWorkers(
            ({ worker }) => worker === reader,
            chain(
              ...keys.map((key) =>
                untilOk(sequence(Array.from({ length: 5 }, () => ({ f: 'read', key, value: null })))),
              ),
            ),
          ),
        ),
      ),
  }),
});
