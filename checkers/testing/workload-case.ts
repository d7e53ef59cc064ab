import type { JsonValue } from '../../harness/kernel/json.ts';
import type { SketchedOp } from './sketch.ts';

/** A history that a test writes down, and what is wrong with it. */
export interface WorkloadCase {
  readonly checker: string;
  readonly title: string;
  readonly ops: readonly SketchedOp[];
  readonly options?: Record<string, JsonValue>;
  /** Anomalies in order; a single `unknown` stands for that verdict. */
  readonly expected: readonly string[];
}

/** One operation, short to write. */
export function op(
  process: number,
  f: string,
  input: JsonValue,
  output?: JsonValue,
  more: Partial<SketchedOp> = {},
): SketchedOp {
  return {
    process,
    f,
    input,
    output: output ?? null,
    ...more,
  };
}

/** The end of an operation that timed out, and of one that was never sent. */
export const lost: Partial<SketchedOp> = { type: 'info', errorCode: 'timeout' };
export const failed: Partial<SketchedOp> = { type: 'fail', errorCode: 'not-sent' };
