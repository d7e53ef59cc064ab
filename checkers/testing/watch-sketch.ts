import type { JsonValue } from '../../harness/kernel/json.ts';
import type { SketchedOp } from './sketch.ts';
import { op } from './workload-case.ts';

/** One change of a key; a value of null deletes it. */
export const event = (
  revision: number,
  key: string,
  value: number | null,
  more: Record<string, JsonValue> = {},
): JsonValue => ({
  key,
  revision,
  value,
  ...more,
});

/** One stream of process 5 that was answered these messages. */
export const watch = (asked: JsonValue, ...messages: JsonValue[][]): SketchedOp =>
  op(
    5,
    'watch',
    asked,
    messages.map((events) => ({ events })),
  );

/** One acknowledged put. */
export const wrote = (key: string, value: number, revision: number): SketchedOp =>
  op(1, 'put', value, { revision }, { key });
