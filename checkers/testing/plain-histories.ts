import fc from 'fast-check';
import type { History } from '../../harness/kernel/history.ts';
import type { Key } from '../../harness/kernel/op.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { sketch, type SketchedOp } from './sketch.ts';

/*
 * Random small histories of operations that overlap, fail and crash, and how oracles see them: as records in an array.
 */

/** An operation as oracles see it: entry indices as times, Infinity for an end nobody saw. */
export interface PlainOp {
  readonly f: string;
  readonly process: number;
  readonly node: string | undefined;
  readonly key: Key | undefined;
  readonly from: number;
  readonly to: number;
  /** `ok`, `fail` or `info`; an operation that never completed is `info`. */
  readonly type: string;
  readonly input: JsonValue;
  readonly output: JsonValue;
}

export function plainOps(history: History): PlainOp[] {
  const indices = Array.from({ length: history.length }, (_, index) => index);
  return indices.flatMap((from): PlainOp[] => {
    const op = history.at(from);
    if (op.type !== 'invoke') return [];
    const to = history.columns.pair[from] ?? -1;
    const end = to < 0 ? undefined : history.at(to);
    const type = end?.type ?? 'info';
    const { f, process, node, key, value } = op;
    return [
      { f, process, node, key, from, to: to < 0 ? Infinity : to, type, input: value, output: end?.value ?? null },
    ];
  });
}

/** An operation that was drawn before another one. */
export interface Drawn {
  readonly f: string;
  readonly draw: number;
  readonly position: number;
}

/** How one kind of operation looks. `draw` is random below 512; `earlier` lets answers be right now and then. */
export interface Shape {
  readonly f: string;
  readonly input: (position: number, draw: number) => JsonValue;
  readonly output: (draw: number, position: number, earlier: readonly Drawn[]) => JsonValue;
  readonly node?: (draw: number) => string;
  /** Absent, or undefined for an operation: it is about no key. */
  readonly key?: (draw: number) => Key | undefined;
  /** How many times as often as a shape without this. */
  readonly weight?: number;
}

export interface HistoryShape {
  readonly shapes: readonly Shape[];
  readonly most: number;
  /** Absent: every operation is a process of its own. */
  readonly processes?: number;
}

/** Up to `most` operations of these shapes, overlapping at random, some of them failed, crashed or never ended. */
export function plainHistories({ shapes, most, processes }: HistoryShape): fc.Arbitrary<History> {
  const weighted = shapes.flatMap((shape) => Array.from({ length: shape.weight ?? 1 }, () => shape));
  const draft = fc.record({
    shape: fc.nat(weighted.length - 1),
    draw: fc.nat(511),
    length: fc.integer({ min: 1, max: 5 }),
    fate: fc.nat(15),
    process: fc.nat(Math.max(0, (processes ?? 1) - 1)),
  });
  return fc.array(draft, { minLength: 1, maxLength: most }).map((drafts) => {
    const freeAt = new Map<number, number>();
    const restarts = new Map<number, number>();
    const earlier: Drawn[] = [];
    return sketch(
      drafts.flatMap(({ shape: drawn, draw, length, fate, process: thread }, position): SketchedOp[] => {
        const shape = weighted[drawn];
        if (shape === undefined) return [];
        const output = shape.output(draw, position, earlier);
        const key = shape.key?.(draw);
        earlier.push({ f: shape.f, draw, position });
        const own = processes === undefined ? position : thread;
        const from = Math.max(position * 2, freeAt.get(own) ?? 0) + (position + 1) / 100;
        const to = from + length;
        freeAt.set(own, to);
        const restart = restarts.get(own) ?? 0;
        // What crashed never comes back under its number: whoever goes on is a new process.
        if (fate === 1 || fate === 2) restarts.set(own, restart + 1);
        return [
          {
            process: own + restart * 100,
            f: shape.f,
            input: shape.input(position, draw),
            output,
            ...(shape.node === undefined ? {} : { node: shape.node(draw) }),
            ...(key === undefined ? {} : { key }),
            type: fate === 0 ? 'fail' : fate === 1 ? 'info' : 'ok',
            from,
            to: fate === 2 ? Infinity : to,
          },
        ];
      }),
    );
  });
}

/** What an oracle found out. */
export interface OracleAnswer {
  /** Names of anomalies; any makes the history invalid. */
  readonly anomalies: Iterable<string>;
  /** Whether there is a reason not to say valid. */
  readonly isInDoubt: boolean;
}

/** The items of a list answer; nothing for other answers. */
export function itemsOf(op: PlainOp): readonly JsonValue[] {
  return Array.isArray(op.output) ? (op.output as readonly JsonValue[]) : [];
}

/** Whether two values are the same, whatever the order of an object's members. */
export function isSame(one: JsonValue, other: JsonValue): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  const [names, others] = [Object.keys(one), Object.keys(other)];
  if (Array.isArray(one) !== Array.isArray(other) || names.length !== others.length) return false;
  const member = (value: object, name: string): JsonValue | undefined =>
    (value as Readonly<Record<string, JsonValue>>)[name];
  return names.every((name) => {
    const [left, right] = [member(one, name), member(other, name)];
    return left !== undefined && right !== undefined && isSame(left, right);
  });
}
