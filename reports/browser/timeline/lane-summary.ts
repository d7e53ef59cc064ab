import type { Lane, Lanes } from './lanes.ts';
import type { TimelineOperations } from './timeline-operations.ts';

/** A lane at one resolution: its operations by time buckets of equal width. */
export interface SummaryLevel {
  readonly bucketWidth: number;
  readonly fail: Uint32Array;
  readonly info: Uint32Array;
  readonly all: Uint32Array;
  /** Share of the bucket during which an operation was open, 0 to 1. */
  readonly busy: Float32Array;
}

/** Operations per bucket of the finest level, about. Finer views draw operations one by one. */
const PER_BUCKET = 4;

/** A lane at every resolution, finest first, each half as fine as the one before. O(operations of the lane). */
export function summarizeLane(operations: TimelineOperations, lanes: Lanes, lane: Lane): readonly SummaryLevel[] {
  const buckets = 2 ** Math.max(4, Math.ceil(Math.log2((lane.to - lane.from) / PER_BUCKET)));
  const levels = [finestLevel(operations, lanes, lane, buckets)];
  for (let size = buckets / 2; size >= 8; size /= 2) {
    const finer = levels.at(-1);
    if (finer !== undefined) levels.push(halve(finer, size));
  }
  return levels;
}

function finestLevel(operations: TimelineOperations, lanes: Lanes, lane: Lane, buckets: number): SummaryLevel {
  const bucketWidth = operations.endOfRun / buckets;
  const level = emptyLevel(bucketWidth, buckets);
  // Differences of the number of operations that cover whole buckets; summed up below.
  const covers = new Int32Array(buckets + 1);
  const { fail, info, all, busy } = level;
  for (let slot = lane.from; slot < lane.to; slot++) {
    const operation = lanes.order[slot] ?? 0;
    const start = (operations.start[operation] ?? 0) / bucketWidth;
    const end = Math.min(buckets, (operations.end[operation] ?? 0) / bucketWidth);
    const first = Math.min(buckets - 1, Math.floor(start));
    const last = Math.min(buckets - 1, Math.floor(end));
    const outcome = operations.outcome[operation];
    all[first] = (all[first] ?? 0) + 1;
    if (outcome === 2) fail[first] = (fail[first] ?? 0) + 1;
    else if (outcome === 3) info[first] = (info[first] ?? 0) + 1;
    if (first === last) {
      busy[first] = (busy[first] ?? 0) + end - start;
      continue;
    }
    busy[first] = (busy[first] ?? 0) + first + 1 - start;
    busy[last] = (busy[last] ?? 0) + end - last;
    covers[first + 1] = (covers[first + 1] ?? 0) + 1;
    covers[last] = (covers[last] ?? 0) - 1;
  }
  let covering = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    covering += covers[bucket] ?? 0;
    busy[bucket] = Math.min(1, (busy[bucket] ?? 0) + covering);
  }
  return level;
}

function halve(finer: SummaryLevel, size: number): SummaryLevel {
  const level = emptyLevel(finer.bucketWidth * 2, size);
  for (let bucket = 0; bucket < size; bucket++) {
    const left = 2 * bucket;
    level.fail[bucket] = (finer.fail[left] ?? 0) + (finer.fail[left + 1] ?? 0);
    level.info[bucket] = (finer.info[left] ?? 0) + (finer.info[left + 1] ?? 0);
    level.all[bucket] = (finer.all[left] ?? 0) + (finer.all[left + 1] ?? 0);
    level.busy[bucket] = ((finer.busy[left] ?? 0) + (finer.busy[left + 1] ?? 0)) / 2;
  }
  return level;
}

function emptyLevel(bucketWidth: number, size: number): SummaryLevel {
  return {
    bucketWidth,
    fail: new Uint32Array(size),
    info: new Uint32Array(size),
    all: new Uint32Array(size),
    busy: new Float32Array(size),
  };
}
