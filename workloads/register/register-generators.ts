import { chain, keyOf, onWorkers, rate, sequence, together, untilOk } from '../../harness/generators/index.ts';
import type { Draw, GenContext, Generator, WorkerId } from '../../harness/kernel/generator.ts';
import type { Invocation, Key, Op } from '../../harness/kernel/op.ts';
import type { WorkloadContext, WorkloadGenerators } from '../../harness/kernel/workload.ts';

/** Attempts at one final read before it is given up. */
const FINAL_ATTEMPTS = 5;

/**
 * Reads, writes and compare-and-sets on many keys. Every written value is unique in the whole run: the worker's number plus
 * a multiple of the concurrency. In the end every node reads every key.
 */
export function registerGenerators(context: WorkloadContext): WorkloadGenerators {
  const withCas = context.offers.includes('cas');
  const operations = registerOperations(context, withCas, new Map());
  return {
    during: rate(context.ratePerSecond, operations),
    final: (keys) => finalReads(context, keys),
  };
}

/** The value last read under a key, by group of workers. Older keys of a group are forgotten. */
type LastSeen = ReadonlyMap<number, { readonly key: Key; readonly value: number }>;

/**
 * `cas` is symbolic in the plan: "from the value last read under this key". What that was is in the trace. Where nothing
 * has been read yet a write takes its place.
 */
function registerOperations(context: WorkloadContext, withCas: boolean, lastSeen: LastSeen): Generator {
  const self: Generator = {
    draw(ctx): Draw {
      const { key, group } = keyOf(context, ctx);
      const value = ctx.sequence * ctx.concurrency + ctx.worker + 1;
      const seen = lastSeen.get(group);
      const die = ctx.random.int(0, 3);
      let op: Invocation = { f: 'write', key, value };
      if (die < 2) op = { f: 'read', key, value: null };
      else if (die === 3 && withCas && seen?.key === key) op = { f: 'cas', key, value: [seen.value, value] };
      return { kind: 'op', op, next: self };
    },
    observe(event: Op, worker: WorkerId): Generator {
      const { type, f, key, value } = event;
      if (type !== 'ok' || f !== 'read' || key === undefined || typeof value !== 'number') return self;
      const group = groupOf(context, worker);
      if (lastSeen.get(group)?.value === value) return self;
      return registerOperations(context, withCas, new Map(lastSeen).set(group, { key, value }));
    },
  };
  // Without compare-and-set nothing depends on what was seen.
  return withCas ? self : { draw: (ctx) => self.draw(ctx) };
}

function groupOf(context: WorkloadContext, worker: WorkerId): number {
  return keyOf(context, { worker, concurrency: context.concurrency, sequence: 0 }).group;
}

/** One successful read of every key on every node, by the first worker bound to that node. */
function finalReads(context: WorkloadContext, keys: readonly Key[]): Generator {
  const readers = context.nodes.map((_, reader) =>
    onWorkers((ctx: GenContext) => ctx.worker === reader, chain(...keys.map((key) => untilOk(repeatedRead(key))))),
  );
  return together(...readers);
}

function repeatedRead(key: Key): Generator {
  return sequence(Array.from({ length: FINAL_ATTEMPTS }, () => ({ f: 'read', key, value: null })));
}
