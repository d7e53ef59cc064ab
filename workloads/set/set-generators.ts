import { mix, onWorkers, each, rate, sequence, together, untilOk } from '../../harness/generators/index.ts';
import type { GenContext, Generator } from '../../harness/kernel/generator.ts';
import type { WorkloadContext, WorkloadGenerators } from '../../harness/kernel/workload.ts';

/** Attempts at one final read before it is given up. */
const FINAL_ATTEMPTS = 10;
/** Adds for each read. A read returns everything, so reads are what makes a history big. */
const ADDS_PER_READ = 40;

/** Adds unique elements to one set and reads it now and then; in the end every node reads it. */
export function setGenerators(context: WorkloadContext): WorkloadGenerators {
  const add = each((ctx) => ({ f: 'add', value: ctx.sequence * ctx.concurrency + ctx.worker }));
  const read = each(() => ({ f: 'read', value: null }));
  const operations = mix([
    { weight: ADDS_PER_READ, of: add },
    { weight: 1, of: read },
  ]);
  return {
    during: rate(context.ratePerSecond, operations),
    final: () => together(...context.nodes.map((_, reader) => finalRead(reader))),
  };
}

function finalRead(reader: number): Generator {
  const attempts = Array.from({ length: FINAL_ATTEMPTS }, () => ({ f: 'read', value: null }));
  return onWorkers((ctx: GenContext) => ctx.worker === reader, untilOk(sequence(attempts)));
}
