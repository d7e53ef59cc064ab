import { firstWhere } from '../../../harness/kernel/bounds.ts';
import type { TimelineOperations } from './timeline-operations.ts';

/** How operations are spread over lanes. */
export type LaneMode = 'node' | 'process';

/** One lane: a worker, in `node` mode on one node. */
export interface Lane {
  readonly node: number;
  readonly worker: number;
  /** Its operations are `order[from]` to `order[to - 1]` of {@link Lanes}, in order of invocation. */
  readonly from: number;
  readonly to: number;
}

/** Operations sorted into lanes. */
export interface Lanes {
  readonly lanes: readonly Lane[];
  readonly order: Uint32Array;
}

/** Sorts the accepted operations into lanes. O(operations). `nodeRank` orders the nodes. */
export function layLanes(
  operations: TimelineOperations,
  mode: LaneMode,
  nodeRank: (node: number) => number,
  accepts: (operation: number) => boolean,
): Lanes {
  const ids = new Map<number, number>();
  const found: { node: number; worker: number; count: number }[] = [];
  const laneOf = new Int32Array(operations.count).fill(-1);
  for (let operation = 0; operation < operations.count; operation++) {
    if (!accepts(operation)) continue;
    const node = operations.node[operation] ?? 0;
    const worker = operations.worker[operation] ?? 0;
    const name = mode === 'node' ? node * 0x100000000 + worker : worker;
    let id = ids.get(name);
    if (id === undefined) {
      id = found.length;
      ids.set(name, id);
      found.push({ node, worker, count: 0 });
    }
    laneOf[operation] = id;
    const lane = found[id];
    if (lane !== undefined) lane.count++;
  }
  const sorted = [...found.keys()].sort((left, right) => {
    const a = found[left];
    const b = found[right];
    if (a === undefined || b === undefined) return 0;
    return (mode === 'node' ? nodeRank(a.node) - nodeRank(b.node) : 0) || a.worker - b.worker;
  });
  const lanes: Lane[] = [];
  const next = new Uint32Array(found.length);
  let offset = 0;
  for (const id of sorted) {
    const lane = found[id];
    if (lane === undefined) continue;
    lanes.push({ node: lane.node, worker: lane.worker, from: offset, to: offset + lane.count });
    next[id] = offset;
    offset += lane.count;
  }
  const order = new Uint32Array(offset);
  for (let operation = 0; operation < operations.count; operation++) {
    const id = laneOf[operation] ?? -1;
    if (id === -1) continue;
    const slot = next[id] ?? 0;
    order[slot] = operation;
    next[id] = slot + 1;
  }
  return { lanes, order };
}

/** Index into `order` of the lane's first operation invoked at or after `time`. */
export function firstInvokedFrom(lanes: Lanes, lane: Lane, start: Uint32Array, time: number): number {
  return firstWhere(lane.from, lane.to, (at) => (start[lanes.order[at] ?? 0] ?? 0) >= time);
}
