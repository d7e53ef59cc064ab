import type { FaultKind } from '../../harness/kernel/fault.ts';
import type { ColumnSpec } from './column-codec.ts';

/** Element ids of the blocks of data in a run's page. */
export const DATA_IDS = {
  head: 'data-head',
  columns: 'data-columns',
  values: 'data-values',
  logs: 'data-logs',
} as const;

/** Names of the timeline's columns; see {@link TIMELINE_COLUMNS}. */
export type TimelineColumn =
  | 'start'
  | 'duration'
  | 'process'
  | 'node'
  | 'f'
  | 'outcome'
  | 'key'
  | 'argument'
  | 'answer'
  | 'error'
  | 'invokeEntry'
  | 'completionEntry';

/** Columns of the timeline, one value per operation in order of invocation. Compressed in the block `columns`. */
export const TIMELINE_COLUMNS: readonly (ColumnSpec & { readonly name: TimelineColumn })[] = [
  /** Invocation, in units of {@link RunPageHead.unitNs}. */
  { name: 'start', bytes: 4, delta: true },
  /** Units until completion, or {@link NEVER}. */
  { name: 'duration', bytes: 4, delta: false },
  { name: 'process', bytes: 4, delta: false },
  /** Index into {@link RunPageHead.nodes}, or 0xffff. */
  { name: 'node', bytes: 2, delta: false },
  { name: 'f', bytes: 2, delta: false },
  /** Codes of the history's `type` column: 1 ok, 2 fail, 3 info. */
  { name: 'outcome', bytes: 1, delta: false },
  /** Value codes of the history, as unsigned numbers. */
  { name: 'key', bytes: 4, delta: false },
  { name: 'argument', bytes: 4, delta: true },
  /** The answer's code minus the argument's, or {@link ANSWER_NULL}: most writes answer their argument or nothing. */
  { name: 'answer', bytes: 4, delta: false },
  { name: 'error', bytes: 2, delta: false },
  { name: 'invokeEntry', bytes: 4, delta: true },
  /** Entries from invocation to completion, or 0. */
  { name: 'completionEntry', bytes: 4, delta: false },
];

/** In the `duration` column: the operation never completed. */
export const NEVER = 0xffffffff;

/** In the `answer` column: the answer is `null`. */
export const ANSWER_NULL = 0x80000000;

/** A fault as the page draws it. */
export interface PageFault {
  readonly id: string;
  readonly kind: FaultKind;
  readonly fromMs: number;
  readonly toMs: number;
  /** One line: what was asked, and whether it was seen. */
  readonly title: string;
  readonly acted: boolean;
  /** What it meant for each node that it touched. */
  readonly nodes: Readonly<Record<string, string>>;
}

/** A finding as the timeline marks it. */
export interface PageFinding {
  /** Its sentence, and the id of the element that shows it. */
  readonly title: string;
  readonly elementId: string;
  /** Invocation entries of its operations. */
  readonly entries: readonly number[];
}

/** One chart: named lines over the same times. */
export interface PageChart {
  readonly id: string;
  /** Seconds since the run's origin. */
  readonly times: readonly number[];
  readonly lines: readonly {
    readonly name: string;
    /** Which colour of the style sheet: `ok`, `fail`, `info`, or `q0` … for quantiles and nodes. */
    readonly color: string;
    readonly values: readonly (number | null)[];
    readonly filled?: boolean;
    /** Holds its value until the next one. */
    readonly stepped?: boolean;
    readonly dashed?: boolean;
  }[];
  readonly unit: 'per-second' | 'milliseconds' | 'percent' | 'offset-ms' | 'lane';
  /** With unit `lane`: names of the lanes from below; lines run at the heights 1, 2, ... */
  readonly lanes?: readonly string[];
  readonly logarithmic?: boolean;
}

/** The uncompressed block `head`: everything but the columns. */
export interface RunPageHead {
  readonly operations: number;
  readonly unitNs: number;
  readonly durationMs: number;
  readonly concurrency: number;
  readonly fNames: readonly string[];
  readonly nodes: readonly string[];
  readonly errors: readonly string[];
  readonly faults: readonly PageFault[];
  readonly findings: readonly PageFinding[];
  readonly charts: readonly PageChart[];
  /** Milliseconds since 1970 at the run's origin, to align logs that carry wall time. */
  readonly originWallMs: number | null;
}

/** The compressed block `values`: texts of the values that are not whole numbers, by slot of their code (`~code`). */
export type PageValues = readonly (string | null)[];

/** The compressed block `logs`. */
export type PageLogs = readonly { readonly node: string; readonly text: string; readonly omittedBytes: number }[];
