import type { JsonObject, JsonValue } from '../../harness/kernel/json.ts';
import type { Operations } from '../judging/operations.ts';

/** What an operation read and what it wrote: keys with values, as JSON, so that equal texts mean the same. */
export interface Accesses {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** Functions that answer with what others put there. All others put their argument there. */
const OBSERVERS = [
  'read',
  'get',
  'dequeue',
  'pop',
  'peek',
  'drain',
  'contains',
  'generate',
  'acquire',
  'poll',
  'watch',
];
/** Names of micro-operations that read. */
const READING_STEPS: readonly JsonValue[] = ['r', 'get', 'poll'];

/** What the operation read (where it was answered) and wrote, whatever kind of object it is about. */
export function accessesOf(operations: Operations, op: number): Accesses {
  const { history } = operations;
  const key = history.decode(operations.key(op)) ?? null;
  const input = history.decode(operations.input(op)) ?? null;
  const output = operations.isOk(op) ? (history.decode(operations.output(op)) ?? null) : undefined;
  const steps = stepsIn(input);
  if (steps !== undefined) return { reads: stepReads(stepsIn(output) ?? []), writes: stepWrites(steps) };
  const f = operations.f(op);
  if (f === 'watch') return { reads: eventReads(output), writes: [] };
  if (OBSERVERS.includes(f)) return { reads: output === undefined ? [] : found(key, output), writes: [] };
  if (f === 'cas' && Array.isArray(input)) {
    const [from = null, to = null] = input as readonly JsonValue[];
    return { reads: found(key, from), writes: [access(key, to)] };
  }
  return { reads: [], writes: [access(key, input)] };
}

type Steps = readonly (readonly JsonValue[])[];

/** A list of micro-operations, each a list that begins with a name; undefined for any other value. */
function stepsIn(value: JsonValue | undefined): Steps | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const steps = value as readonly JsonValue[];
  return steps.every((step) => Array.isArray(step) && typeof step[0] === 'string') ? (steps as Steps) : undefined;
}

function stepReads(steps: Steps): string[] {
  return steps.flatMap(([name = null, on = null, answer = null]) => {
    if (!READING_STEPS.includes(name)) return [];
    return isObject(on) ? Object.entries(on).flatMap(([log, records]) => polled(log, records)) : found(on, answer);
  });
}

function stepWrites(steps: Steps): string[] {
  return steps.flatMap(([name = null, on = null, value = null]) =>
    READING_STEPS.includes(name) ? [] : [access(on, value)],
  );
}

/** The values of `[offset, value]` records of a log. */
function polled(log: string, records: JsonValue): string[] {
  return items(records).flatMap((record) => found(log, items(record)[1] ?? null));
}

/** The events of a stream of changes. */
function eventReads(messages: JsonValue | undefined): string[] {
  return items(messages)
    .flatMap((message) => (isObject(message) ? items(message['events']) : []))
    .flatMap((event) => (isObject(event) ? found(event['key'] ?? null, event['value'] ?? null) : []));
}

/** What an answer shows: its elements where it is a list. Nothing was written where nothing is found. */
function found(key: JsonValue, answer: JsonValue): string[] {
  if (answer === null) return [];
  return Array.isArray(answer) ? answer.map((element) => access(key, element as JsonValue)) : [access(key, answer)];
}

function access(key: JsonValue, value: JsonValue): string {
  return JSON.stringify([key, value]);
}

function items(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
