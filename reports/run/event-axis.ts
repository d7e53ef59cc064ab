import { groupBy } from './group-by.ts';

/** Maps times to horizontal positions in a drawing of few events. */
export interface EventAxis {
  /** Position of a time; times outside the drawn events are clamped to its ends. */
  at(timeNs: number): number;
  readonly width: number;
  /** Spans whose length is not to scale: positions of their ends and the time they stand for. */
  readonly breaks: readonly { readonly from: number; readonly to: number; readonly spanNs: number }[];
  /** The events' times with their positions, in order. */
  readonly marks: readonly { readonly timeNs: number; readonly x: number }[];
}

/** At least `width` pixels must lie between the positions of two times. */
export interface RoomFor {
  readonly fromNs: number;
  readonly toNs: number;
  readonly width: number;
}

const STEP_MIN = 12;
const STEP_MAX = 110;

/**
 * An axis on which the order of events is exact and distances are to scale only as far as readable: short spans are
 * widened, long idle ones cut, and room is made for labels. Positions are the longest paths through the constraints
 * `x(to) >= x(from) + width`, which all point forward in time. O(events + rooms).
 */
export function eventAxis(timesNs: readonly number[], rooms: readonly RoomFor[], widthWanted: number): EventAxis {
  const times = [...new Set(timesNs)].sort((left, right) => left - right);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  const scale = scaleFor(gaps, widthWanted);
  const roomsByEnd = groupBy(rooms, ({ toNs }) => toNs);
  const positions = new Map<number, number>();
  let x = 0;
  for (const [index, time] of times.entries()) {
    if (index > 0) x += Math.min(STEP_MAX, Math.max(STEP_MIN, (gaps[index - 1] ?? 0) * scale));
    for (const room of roomsByEnd.get(time) ?? []) x = Math.max(x, (positions.get(room.fromNs) ?? 0) + room.width);
    positions.set(time, x);
  }
  // What is narrower than its frame is stretched to fill it.
  const stretch = x > 0 ? Math.max(1, widthWanted / x) : 1;
  const marks = times.map((timeNs) => ({ timeNs, x: stretch * (positions.get(timeNs) ?? 0) }));
  return {
    at: (timeNs) => interpolate(marks, timeNs),
    width: stretch * x,
    marks,
    breaks: marks.slice(1).flatMap((mark, index) => {
      const before = marks[index] ?? mark;
      const spanNs = mark.timeNs - before.timeNs;
      const toScale = spanNs * scale * stretch;
      return spanNs * scale > 1.5 * STEP_MAX && mark.x - before.x < toScale
        ? [{ from: before.x, to: mark.x, spanNs }]
        : [];
    }),
  };
}

/** Pixels per nanosecond at which the middle gap is comfortably wide and the whole is not wider than wanted. */
function scaleFor(gaps: readonly number[], widthWanted: number): number {
  const sorted = gaps.filter((gap) => gap > 0).sort((left, right) => left - right);
  const middle = sorted[Math.floor(sorted.length / 2)];
  const total = gaps.reduce((sum, gap) => sum + gap, 0);
  if (middle === undefined || total === 0) return 0;
  return Math.max(widthWanted / total, Math.min(40, widthWanted / gaps.length) / middle);
}

function interpolate(marks: readonly { readonly timeNs: number; readonly x: number }[], timeNs: number): number {
  const after = marks.findIndex((mark) => mark.timeNs >= timeNs);
  if (after === -1) return marks.at(-1)?.x ?? 0;
  const right = marks[after];
  const left = marks[after - 1];
  if (right === undefined || left === undefined) return right?.x ?? 0;
  return left.x + ((right.x - left.x) * (timeNs - left.timeNs)) / (right.timeNs - left.timeNs);
}
