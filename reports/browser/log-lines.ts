import type { PageLogs } from '../run/run-page-data.ts';

/** One line of a node's log. */
export interface LogLine {
  readonly node: string;
  readonly text: string;
  /** On the run's clock; undefined where the line says no time or the run's origin is not known. */
  readonly timeMs: number | undefined;
}

/**
 * All lines of all nodes in order of time. A line without a time stands behind the line before it. The times are what
 * the node's own clock said: a skewed clock misplaces its lines.
 */
export function logLines(logs: PageLogs, originWallMs: number | null): readonly LogLine[] {
  const lines: { line: LogLine; order: number }[] = [];
  for (const { node, text } of logs) {
    let order = -Infinity;
    for (const raw of text.split('\n')) {
      if (raw === '') continue;
      const timeMs = lineTimeMs(raw, originWallMs);
      order = timeMs ?? order;
      lines.push({ line: { node, text: raw, timeMs }, order });
    }
  }
  // The sort is stable: lines of one node keep their order among equals.
  return lines.sort((left, right) => compare(left.order, right.order)).map(({ line }) => line);
}

function compare(left: number, right: number): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

const ISO = /(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?/;
const REDIS = /(\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d)\.(\d{3})/;
// Simulated nodes say seconds with six digits; others may name their unit.
const RUN_CLOCK = /^\[?\s*\+?(?:(\d+\.\d{6})(?=\s)|(\d+(?:\.\d+)?)\s*(ns|µs|ms|s)\b)/;
const RUN_CLOCK_UNITS_MS: Readonly<Record<string, number>> = { ns: 1e-6, µs: 1e-3, ms: 1, s: 1000 };

function lineTimeMs(line: string, originWallMs: number | null): number | undefined {
  const relative = RUN_CLOCK.exec(line);
  if (relative?.[1] !== undefined) return Number(relative[1]) * 1000;
  if (relative !== null) return Number(relative[2]) * (RUN_CLOCK_UNITS_MS[relative[3] ?? ''] ?? 1);
  if (originWallMs === null) return undefined;
  const start = line.slice(0, 120);
  const iso = ISO.exec(start);
  const redis = iso === null ? REDIS.exec(start) : null;
  const wallMs =
    iso !== null
      ? Date.parse(`${iso[1]}T${iso[2]}.${(iso[3] ?? '0').padEnd(3, '0').slice(0, 3)}${iso[4] ?? 'Z'}`)
      : redis !== null
        ? Date.parse(`${redis[1]} UTC`) + Number(redis[2])
        : NaN;
  return Number.isNaN(wallMs) ? undefined : wallMs - originWallMs;
}
