import fc from 'fast-check';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { totalsCheckers } from '../totals/index.ts';
import { provedFamily, type ProvedFamily } from './prove-family.ts';
import { contextWith, sketch, type SketchedOp } from './sketch.ts';

/*
 * Random small histories of sets, counters and groups of keys, and judges of them that try every pair or subset.
 */

/** An operation as the oracles see it: entry indices as times, Infinity for an end nobody saw. */
interface PlainOp {
  readonly f: string;
  readonly from: number;
  readonly to: number;
  readonly type: string;
  readonly input: JsonValue;
  readonly output: JsonValue;
}

function plainOps(history: History): PlainOp[] {
  const indices = Array.from({ length: history.length }, (_, index) => index);
  return indices.flatMap((from): PlainOp[] => {
    const op = history.at(from);
    if (op.type !== 'invoke') return [];
    const to = history.columns.pair[from] ?? -1;
    const end = to < 0 ? undefined : history.at(to);
    const type = end?.type ?? 'info';
    return [{ f: op.f, from, to: to < 0 ? Infinity : to, type, input: op.value, output: end?.value ?? null }];
  });
}

interface Shape {
  readonly f: string;
  readonly input: (position: number, draw: number) => JsonValue;
  readonly output: (draw: number) => JsonValue;
}

/** Up to `most` operations of these shapes by four processes, overlapping at random, some of them failed or crashed. */
function histories(shapes: readonly Shape[], most: number): fc.Arbitrary<History> {
  const draft = fc.record({
    shape: fc.nat(shapes.length - 1),
    draw: fc.nat(511),
    length: fc.integer({ min: 1, max: 5 }),
    fate: fc.nat(11),
  });
  return fc.array(draft, { minLength: 1, maxLength: most }).map((drafts) =>
    sketch(
      drafts.flatMap(({ shape: drawn, draw, length, fate }, position): SketchedOp[] => {
        const shape = shapes[drawn];
        if (shape === undefined) return [];
        const from = position * 2 + position / 100;
        return [
          {
            process: position,
            f: shape.f,
            input: shape.input(position, draw),
            output: shape.output(draw),
            type: fate === 0 ? 'fail' : fate === 1 ? 'info' : 'ok',
            from,
            to: from + length,
          },
        ];
      }),
    ),
  );
}

const bits = (draw: number): number[] => [0, 1, 2, 3, 4, 5].filter((bit) => ((draw >> bit) & 1) === 1);
const nothing = (): JsonValue => null;
const setShapes: readonly Shape[] = [
  // Few elements, so that reads are right now and then.
  { f: 'add', input: (position) => position % 2, output: nothing },
  {
    f: 'read',
    input: nothing,
    output: (draw) => (draw > 480 ? [...bits(draw & 3), ...bits(draw & 3)] : bits(draw & 3)),
  },
];

function setVerdict(history: History): string {
  const ops = plainOps(history);
  const adds = ops.filter(({ f }) => f === 'add');
  const reads = ops.filter(({ f, type }) => f === 'read' && type === 'ok');
  const listed = (read: PlainOp): JsonValue[] => [...(read.output as JsonValue[])];
  const isOdd = reads.some((read) =>
    listed(read).some(
      (element, position) =>
        listed(read).indexOf(element) !== position ||
        !adds.some((add) => add.input === element && add.from < read.to) ||
        !adds.some((add) => add.input === element && add.type !== 'fail'),
    ),
  );
  if (isOdd) return 'invalid';
  const last = reads.at(-1);
  const missing = adds.filter((add) => add.type === 'ok' && !(last !== undefined && listed(last).includes(add.input)));
  if (last !== undefined && missing.some((add) => add.to < last.from)) return 'invalid';
  return adds.length === 0 || last === undefined || missing.length > 0 ? 'unknown' : 'valid';
}

const counterShapes: readonly Shape[] = [
  { f: 'add', input: (_, draw) => (draw % 7) - 2, output: nothing },
  { f: 'read', input: nothing, output: (draw) => (draw % 9) - 1 },
];

function counterVerdict(history: History): string {
  const ops = plainOps(history);
  const reads = ops.filter(({ f, type }) => f === 'read' && type === 'ok');
  if (reads.length === 0) return 'unknown';
  const isPossible = (read: PlainOp): boolean => {
    const adds = ops.filter((op) => op.f === 'add' && op.type !== 'fail' && op.from < read.to);
    const isSure = (add: PlainOp): boolean => add.type === 'ok' && add.to < read.from;
    const base = adds.filter(isSure).reduce((sum, add) => sum + Number(add.input), 0);
    const maybe = adds.filter((add) => !isSure(add)).map((add) => Number(add.input));
    const sums = Array.from({ length: 2 ** maybe.length }, (_, subset) =>
      maybe.reduce((sum, delta, position) => sum + (((subset >> position) & 1) === 1 ? delta : 0), base),
    );
    return Number(read.output) >= Math.min(...sums) && Number(read.output) <= Math.max(...sums);
  };
  return reads.every(isPossible) ? 'valid' : 'invalid';
}

const insertShapes: readonly Shape[] = [
  { f: 'write', input: (position) => position % 6, output: nothing },
  { f: 'read', input: nothing, output: bits },
];

function causalReverseVerdict(history: History): string {
  const ops = plainOps(history);
  const reads = ops.filter(({ f, type }) => f === 'read' && type === 'ok');
  if (reads.length === 0) return 'unknown';
  const writes = ops.filter(({ f }) => f === 'write');
  const isReversed = reads.some((read) =>
    writes.some((seen) =>
      writes.some((missed) => {
        const shown = read.output as JsonValue[];
        return (
          shown.includes(seen.input) && !shown.includes(missed.input) && missed.type === 'ok' && missed.to < seen.from
        );
      }),
    ),
  );
  return isReversed ? 'invalid' : 'valid';
}

const groupShapes: readonly Shape[] = [
  {
    f: 'txn',
    input: () => [],
    output: (draw) => ['x', 'y', 'z'].map((key, bit) => ['r', key, ((draw >> bit) & 1) === 1 ? 1 : null]),
  },
];

function longForkVerdict(history: History): string {
  const reads = plainOps(history).filter(({ type }) => type === 'ok');
  if (reads.length === 0) return 'unknown';
  const seen = reads.map(({ output }) => (output as JsonValue[][]).map((step) => step[2] === 1));
  const isAhead = (one: readonly boolean[], other: readonly boolean[]): boolean =>
    one.some((has, key) => has && !other[key]);
  return seen.some((one) => seen.some((other) => isAhead(one, other) && isAhead(other, one))) ? 'invalid' : 'valid';
}

function family(name: string, cases: fc.Arbitrary<History>, oracle: (history: History) => string): ProvedFamily {
  const checker = totalsCheckers.find((candidate) => candidate.name === name);
  return provedFamily({
    name: `${name}/definitions`,
    cases,
    compare: (history: History) => ({
      came: checker?.check(history, contextWith()).verdict ?? 'no such checker',
      expected: oracle(history),
    }),
  });
}

/** Judges of totals against their definitions. */
export const totalsFamilies: readonly ProvedFamily[] = [
  family('set', histories(setShapes, 7), setVerdict),
  family('counter', histories(counterShapes, 8), counterVerdict),
  // A value that is written twice is no insert: six positions have six values.
  family('causal-reverse', histories(insertShapes, 6), causalReverseVerdict),
  family('long-fork', histories(groupShapes, 6), longForkVerdict),
];
