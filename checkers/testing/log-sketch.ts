import type { JsonValue } from '../../harness/kernel/json.ts';
import type { SketchedOp } from './sketch.ts';
import { lost, op } from './workload-case.ts';

/** One acknowledged send. */
export const send = (key: string, offset: number, value: number, process = 1): SketchedOp =>
  op(process, 'send', [['send', key, value]], [['send', key, [offset, value]]]);

/** One poll: offset and value of each message, by log. */
export const poll = (messages: Record<string, [number, number][]>, process = 2): SketchedOp =>
  op(process, 'poll', [['poll']], [['poll', messages]]);

type Step = readonly ['send', string, number, number] | readonly ['poll', Record<string, [number, number][]>];

/** A transaction of sends (log, offset, value) and polls. */
export function txn(process: number, steps: readonly Step[], more: Partial<SketchedOp> = {}): SketchedOp {
  const asked = steps.map((step): JsonValue => (step[0] === 'send' ? ['send', step[1], step[3]] : ['poll']));
  const answered = steps.map((step): JsonValue =>
    step[0] === 'send' ? ['send', step[1], [step[2], step[3]]] : ['poll', step[1]],
  );
  return op(process, 'txn', asked, answered, more);
}

/** A transaction in doubt that came back with what it had been answered until then. */
export function halfAnswered(process: number, answered: readonly JsonValue[]): SketchedOp {
  return op(process, 'txn', answered, null, lost);
}
