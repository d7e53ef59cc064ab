import { NEMESIS, type Draw, type GenContext, type Generator, type WorkerId } from '../kernel/generator.ts';
import type { Op, ProcessId } from '../kernel/op.ts';

/** What a copy is made for. */
export interface Owner {
  readonly worker: WorkerId;
  readonly process: ProcessId;
}

/** A fresh copy of a generator for each client worker. Ends when the copies of all workers have ended. */
export function eachWorker(make: (owner: Owner) => Generator): Generator {
  return copies(make, (ctx) => ctx.worker, new Map());
}

/**
 * A fresh copy for each process: a worker whose process died starts anew. Ends when the copies of all living processes
 * have ended.
 */
export function eachProcess(make: (owner: Owner) => Generator): Generator {
  return copies(make, (ctx) => ctx.process, new Map());
}

/** What is left of one worker's copy. `of` is undefined once it ended. */
interface Copy {
  readonly owner: number;
  readonly of: Generator | undefined;
}

function copies(
  make: (owner: Owner) => Generator,
  ownerOf: (ctx: GenContext) => number,
  byWorker: ReadonlyMap<WorkerId, Copy>,
): Generator {
  const withCopy = (worker: WorkerId, copy: Copy): Generator =>
    copies(make, ownerOf, new Map(byWorker).set(worker, copy));
  const self: Generator = {
    draw(ctx): Draw {
      if (ctx.worker === NEMESIS) return { kind: 'pending', scope: 'worker', next: self };
      const owner = ownerOf(ctx);
      const known = byWorker.get(ctx.worker);
      const copy = known?.owner === owner ? known : { owner, of: make({ worker: ctx.worker, process: ctx.process }) };
      const draw: Draw = copy.of === undefined ? { kind: 'done' } : copy.of.draw(ctx);
      if (draw.kind !== 'done') {
        const next = draw.next === known?.of ? self : withCopy(ctx.worker, { owner, of: draw.next });
        return draw.kind === 'pending' ? { ...draw, scope: 'worker', next } : { ...draw, next };
      }
      const ended = new Map(byWorker).set(ctx.worker, { owner, of: undefined });
      const allEnded = ended.size >= ctx.concurrency && [...ended.values()].every((each) => each.of === undefined);
      return allEnded ? draw : { kind: 'pending', scope: 'worker', next: copies(make, ownerOf, ended) };
    },
    observe(event: Op, worker: WorkerId): Generator {
      const copy = byWorker.get(worker);
      if (copy?.of?.observe === undefined) return self;
      const after = copy.of.observe(event, worker);
      return after === copy.of ? self : withCopy(worker, { owner: copy.owner, of: after });
    },
  };
  return self;
}
