import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { isSame, itemsOf, plainOps, type OracleAnswer, type PlainOp, type Shape } from './plain-histories.ts';

/*
 * Dumb judges of sets and of broadcast, straight from what the anomalies mean.
 */

const nothing = (): JsonValue => null;

/** Few elements, so that reads are right now and then; some of them are objects, some are not of the history. */
const ELEMENTS: readonly JsonValue[] = [0, { a: 1, b: 'x' }, 'strange'];

function drawnElements(draw: number): JsonValue[] {
  const turned: JsonValue = { b: 'x', a: 1 };
  const listed = [...((draw & 1) > 0 ? [0] : []), ...((draw & 2) > 0 ? [turned] : [])];
  if (draw % 61 === 0) return [...listed, ...listed];
  return draw % 67 === 0 ? [...listed, 'strange'] : listed;
}

const readOutput = (draw: number): JsonValue => (draw % 101 === 100 ? null : drawnElements(draw));

export const setShapes: readonly Shape[] = [
  { f: 'add', input: (position) => ELEMENTS[position % 2] ?? null, output: nothing },
  { f: 'read', input: nothing, output: readOutput },
];

export const nodeSetShapes: readonly Shape[] = [
  { f: 'add', input: (position) => ELEMENTS[position % 2] ?? null, output: nothing },
  { f: 'read', input: nothing, output: readOutput, node: (draw) => `n${draw % 2}`, weight: 2 },
];

/** Mostly one message, so that there are reads of all there is after all had been sent. */
export const broadcastShapes: readonly Shape[] = [
  { f: 'broadcast', input: (_, draw) => ELEMENTS[draw % 5 === 0 ? 1 : 0] ?? null, output: nothing },
  {
    f: 'read',
    input: nothing,
    output: (draw) => (draw % 3 === 0 ? readOutput(draw) : draw % 7 === 0 ? [] : [0]),
    node: (draw) => `n${(draw >> 2) % 2}`,
    weight: 2,
  },
];

interface Elements {
  readonly adds: readonly PlainOp[];
  readonly reads: readonly PlainOp[];
  readonly hasUnreadable: boolean;
  readonly all: readonly JsonValue[];
}

function elementsOf(history: History, addName: string): Elements {
  const ops = plainOps(history);
  const adds = ops.filter(({ f }) => f === addName);
  const answered = ops.filter(({ f, type }) => f === 'read' && type === 'ok');
  const reads = answered.filter(({ output }) => Array.isArray(output));
  const values = [...adds.map(({ input }) => input), ...reads.flatMap(itemsOf)];
  const all = values.filter((value, position) => values.findIndex((other) => isSame(value, other)) === position);
  return { adds, reads, hasUnreadable: answered.length > reads.length, all };
}

const holds = (read: PlainOp, element: JsonValue): boolean => itemsOf(read).some((item) => isSame(item, element));

function isExpected({ adds }: Elements, read: PlainOp, element: JsonValue): boolean {
  return adds.some(({ input, from, type }) => isSame(input, element) && type !== 'fail' && from < read.to);
}

/** When an element was acknowledged, and when anybody could know of it. */
function acknowledgedAt({ adds }: Elements, element: JsonValue): number {
  const acknowledged = adds.filter(({ input, type }) => type === 'ok' && isSame(input, element));
  return Math.min(...acknowledged.map(({ to }) => to));
}

function knownAt(elements: Elements, element: JsonValue): number {
  const readers = elements.reads.filter((read) => holds(read, element) && isExpected(elements, read, element));
  return Math.min(acknowledgedAt(elements, element), ...readers.map(({ to }) => to));
}

/** Anomalies that single reads show. */
function oddities(elements: Elements): string[] {
  return elements.reads.flatMap((read) =>
    itemsOf(read).flatMap((item, position) => {
      const isRepeated = itemsOf(read).findIndex((other) => isSame(item, other)) < position;
      if (isRepeated) return ['duplicated'];
      return isExpected(elements, read, item) ? [] : ['unexpected'];
    }),
  );
}

/** The last read of every place, by place; without nodes the last of all. */
function lastReads(history: History, reads: readonly PlainOp[]): { finals: PlainOp[]; isComplete: boolean } {
  if (history.nodes.length === 0) return { finals: reads.slice(-1), isComplete: reads.length > 0 };
  const finals = history.nodes.flatMap((node) => reads.filter((read) => read.node === node).slice(-1));
  return { finals, isComplete: finals.length === history.nodes.length };
}

export function judgeSetDumbly(history: History, isLinearizable: boolean): OracleAnswer {
  const elements = elementsOf(history, 'add');
  const { finals, isComplete } = lastReads(history, elements.reads);
  const anomalies = oddities(elements);
  let isInDoubt = elements.hasUnreadable || !isComplete;
  if (elements.adds.every(({ type }) => type !== 'ok')) isInDoubt = true;
  for (const element of elements.all) {
    if (!elements.adds.some(({ input }) => isSame(input, element))) continue;
    const isMissed = elements.reads.some((read) => !holds(read, element) && knownAt(elements, element) < read.from);
    const acknowledged = acknowledgedAt(elements, element);
    if (finals.some((read) => holds(read, element))) {
      if (isLinearizable && isMissed) anomalies.push('stale');
    } else if (isComplete && finals.every((read) => acknowledged < read.from)) anomalies.push('lost');
    else if (isLinearizable && isMissed) anomalies.push('lost');
    else if (acknowledged < Infinity) isInDoubt = true;
  }
  return { anomalies, isInDoubt };
}

export function judgeSetFullDumbly(history: History, isLinearizable: boolean): OracleAnswer {
  const elements = elementsOf(history, 'add');
  const anomalies = oddities(elements);
  let stable = 0;
  for (const element of elements.all) {
    const known = knownAt(elements, element);
    if (known === Infinity) continue;
    const misses = elements.reads.filter((read) => !holds(read, element) && known < read.from);
    const sightings = elements.reads.filter((read) => holds(read, element));
    const isLost = misses.some((miss) => sightings.every((sighting) => sighting.to < miss.from));
    if (isLost) anomalies.push('lost');
    else if (sightings.length > 0) {
      stable++;
      if (isLinearizable && misses.length > 0) anomalies.push('stale');
    }
  }
  return { anomalies, isInDoubt: stable === 0 || elements.hasUnreadable };
}

export function judgeBroadcastDumbly(history: History): OracleAnswer {
  const elements = elementsOf(history, 'broadcast');
  const anomalies = new Set<string>(oddities(elements).filter((anomaly) => anomaly === 'unexpected'));
  const answers = elements.adds.map(({ to }) => to).filter((to) => to < Infinity);
  const quiet = elements.reads.filter((read) => answers.every((answer) => answer < read.from));
  const finals = history.nodes.flatMap((node) => quiet.filter((read) => read.node === node).slice(-1));
  const finalFrom = Math.min(...finals.map(({ from }) => from));
  let isInDoubt = elements.hasUnreadable || elements.adds.every(({ type }) => type !== 'ok');
  if (finals.length < 2 || finals.length < history.nodes.length) isInDoubt = true;
  for (const element of elements.all) {
    const [known, acknowledged] = [knownAt(elements, element), acknowledgedAt(elements, element)];
    const missing = finals.filter((read) => !holds(read, element) && known < read.from);
    if (missing.some((read) => acknowledged < read.from || known < finalFrom)) anomalies.add('undelivered');
    else if (missing.length > 0) isInDoubt = true;
  }
  return { anomalies, isInDoubt };
}
