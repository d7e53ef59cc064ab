import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { isSame, itemsOf, plainOps, type OracleAnswer, type PlainOp, type Shape } from './plain-histories.ts';

/*
 * Dumb judges of counters, banks, ids, growing values and groups of keys, straight from what the anomalies mean: every
 * pair, every subset.
 */

const nothing = (): JsonValue => null;
const okReads = (history: History): PlainOp[] =>
  plainOps(history).filter(({ f, type }) => f === 'read' && type === 'ok');
const pairsOf = <T>(items: readonly T[]): (readonly [T, T])[] =>
  items.flatMap((one, at) => items.slice(at + 1).map((other) => [one, other] as const));

export const counterShapes: readonly Shape[] = [
  { f: 'add', input: (_, draw) => (draw === 7 ? 'many' : (draw % 7) - 2), output: nothing },
  { f: 'read', input: nothing, output: (draw) => (draw === 9 ? null : (draw % 9) - 1) },
];

export function judgeCounterDumbly(history: History, initial: number): OracleAnswer {
  const ops = plainOps(history);
  const adds = ops.filter((op) => op.f === 'add' && op.type !== 'fail');
  const reads = okReads(history);
  const isNumber = (value: JsonValue): value is number => typeof value === 'number';
  if (adds.some(({ input }) => !isNumber(input))) return { anomalies: [], isInDoubt: true };
  const numbers = reads.filter(({ output }) => isNumber(output));
  const isPossible = (read: PlainOp): boolean => {
    const begun = adds.filter(({ from }) => from < read.to);
    const isSure = (add: PlainOp): boolean => add.type === 'ok' && add.to < read.from;
    const base = begun.filter(isSure).reduce((sum, add) => sum + Number(add.input), initial);
    const maybe = begun.filter((add) => !isSure(add)).map((add) => Number(add.input));
    const sums = Array.from({ length: 2 ** maybe.length }, (_, subset) =>
      maybe.reduce((sum, delta, position) => sum + (((subset >> position) & 1) === 1 ? delta : 0), base),
    );
    return Number(read.output) >= Math.min(...sums) && Number(read.output) <= Math.max(...sums);
  };
  const isAfterAdd = ({ from }: PlainOp): boolean =>
    adds.some((add) => add.type === 'ok' && add.input !== 0 && add.to < from);
  return {
    anomalies: numbers.every(isPossible) ? [] : ['out-of-bounds'],
    isInDoubt: numbers.length < reads.length || !numbers.some(isAfterAdd),
  };
}

/** Three accounts with 30 in all, mostly; now and then something else. */
export const bankShapes: readonly Shape[] = [
  { f: 'transfer', input: () => ({ from: 'a', to: 'b', amount: 1 }), output: nothing },
  {
    f: 'read',
    input: nothing,
    output: (draw): JsonValue => {
      const a = (draw % 32) - 1;
      if (draw === 100) return 30;
      if (draw === 200) return { a: 10, b: null, c: 20 };
      if (draw === 300) return { a: 10, b: 10, c: 10, d: 0 };
      if (draw === 400) return { a: 10, b: 20 };
      return { a, b: 29 - a, c: draw % 64 === 0 ? 2 : 1 };
    },
    weight: 2,
  },
];

export function judgeBankDumbly(history: History, named: readonly string[] | undefined): OracleAnswer {
  const reads = okReads(history);
  const isMap = (value: JsonValue): boolean => typeof value === 'object' && value !== null;
  const maps = reads.filter(({ output }) => isMap(output)).map(({ output }) => Object.entries(output as object));
  const opening = maps[0] ?? [];
  const known = named ?? opening.map(([account]) => account);
  const totalOf = (entries: readonly (readonly [string, unknown])[]): number =>
    entries.reduce((total, [, balance]) => total + (typeof balance === 'number' ? balance : 0), 0);
  const anomalies = maps.flatMap((entries) => {
    const found: string[] = [];
    if (entries.some(([account]) => !known.includes(account))) found.push('unexpected-key');
    if (named?.some((name) => entries.every(([account]) => account !== name)) === true) found.push('missing-key');
    if (entries.some(([, balance]) => balance === null)) found.push('nil-balance');
    if (found.length === 0 && totalOf(entries) !== totalOf(opening)) found.push('wrong-total');
    if (entries.some(([, balance]) => typeof balance === 'number' && balance < 0)) found.push('negative-value');
    return found;
  });
  return { anomalies, isInDoubt: maps.length === 0 || maps.length < reads.length };
}

const IDS: readonly JsonValue[] = [1, '1', [1], { x: 1, y: 2 }, { y: 2, x: 1 }, 'a', null, 7, 8, 9, 10, 11, 12, true];

export const idShapes: readonly Shape[] = [
  { f: 'generate', input: nothing, output: (draw) => IDS[draw % IDS.length] ?? null },
];

export function judgeIdsDumbly(history: History): OracleAnswer {
  const answered = plainOps(history).filter(({ type }) => type === 'ok');
  const ids = answered.map(({ output }) => output).filter((id) => id !== null);
  const isShared = pairsOf(ids).some(([one, other]) => isSame(one, other));
  return { anomalies: isShared ? ['duplicated'] : [], isInDoubt: ids.length < 2 || ids.length < answered.length };
}

/** Values that mostly grow with the position. */
export const growingShapes: readonly Shape[] = [
  { f: 'inc', input: nothing, output: (draw, position) => position + (draw % 4) },
  {
    f: 'read',
    input: nothing,
    output: (draw, position) =>
      draw % 3 === 0
        ? { x: position + (draw % 5 === 0 ? 2 : 0), y: position + (draw % 7 === 0 ? 2 : 0) }
        : draw % 50 === 1
          ? 'many'
          : position + (draw % 3),
  },
];

/** The same of one or two keys, or of none: `x` is a name of values without a key as well. */
export const growingKeyShapes: readonly Shape[] = growingShapes.map((shape) => ({
  ...shape,
  key: (draw) => [undefined, 'x', 'x', 'k'][draw % 4],
}));

/** What an operation read, by key and name: a value, or several by name. Those of no key are keys by themselves. */
function namedValues({ output, key }: PlainOp): (readonly [string, number])[] {
  if (typeof output === 'number') return [[JSON.stringify([key ?? null]), output]];
  if (typeof output !== 'object' || output === null) return [];
  const values = Object.entries(output) as [string, number][];
  return values.map(([name, value]) => [JSON.stringify(key === undefined ? [name] : [key, name]), value]);
}

export function judgeGrowthDumbly(history: History, isLinearizable: boolean): OracleAnswer {
  const ops = plainOps(history).filter((op) => op.type === 'ok' && namedValues(op).length > 0);
  const anomalies = new Set<string>();
  let isInDoubt = true;
  for (const [one, other] of pairsOf(ops)) {
    const shared = namedValues(one).flatMap(([name, before]) =>
      namedValues(other).flatMap(([also, after]) => (name === also ? [[before, after] as const] : [])),
    );
    const isSnapshot = shared.length > 1;
    if (shared.length > 0 && (isLinearizable || isSnapshot || one.process === other.process)) isInDoubt = false;
    if (shared.some(([before, after]) => before > after)) {
      if (one.process === other.process) anomalies.add('nonmonotonic');
      if (isLinearizable && one.to < other.from) anomalies.add('stale');
      if (isSnapshot && shared.some(([before, after]) => before < after)) anomalies.add('incomparable');
    }
    if (isLinearizable && other.to < one.from && shared.some(([before, after]) => before < after)) {
      anomalies.add('stale');
    }
  }
  return { anomalies, isInDoubt };
}

const bits = (draw: number): number[] => [0, 1, 2, 3, 4, 5].filter((bit) => ((draw >> bit) & 1) === 1);

export const insertShapes: readonly Shape[] = [
  { f: 'write', input: (position) => position % 6, output: nothing },
  { f: 'read', input: nothing, output: (draw) => (draw === 5 ? 'all' : bits(draw)) },
];

export function judgeInsertsDumbly(history: History): OracleAnswer {
  const answered = okReads(history);
  const reads = answered.filter(({ output }) => Array.isArray(output));
  const writes = plainOps(history).filter(({ f }) => f === 'write');
  const anomalies = new Set<string>();
  let comparable = 0;
  for (const read of reads) {
    const shown = itemsOf(read);
    const visible = writes.filter(
      ({ input, type, from }) => shown.includes(input) && type !== 'fail' && from < read.to,
    );
    if (shown.some((value) => writes.some(({ input }) => input === value) && !visible.some((w) => w.input === value))) {
      anomalies.add('unexpected');
    }
    if (visible.some((seen) => writes.some(({ type, to }) => type === 'ok' && to < seen.from))) comparable++;
    const missed = writes.filter(({ input, type }) => type === 'ok' && !shown.includes(input));
    if (visible.some((seen) => missed.some(({ to }) => to < seen.from))) anomalies.add('causal-reverse');
  }
  return { anomalies, isInDoubt: comparable === 0 || reads.length < answered.length };
}

export const groupShapes: readonly Shape[] = [
  {
    f: 'txn',
    input: () => [],
    output: (draw) =>
      (draw > 400 ? ['x', 'y'] : ['x', 'y', 'z']).map((key, bit) => ['r', key, ((draw >> bit) & 1) === 1 ? 1 : null]),
  },
];

export function judgeGroupsDumbly(history: History): OracleAnswer {
  const reads = plainOps(history).filter(({ type }) => type === 'ok');
  const seen = reads.map(({ output }) => (output as JsonValue[][]).map((step) => step[2] === 1));
  const isAhead = (one: readonly boolean[], other: readonly boolean[]): boolean =>
    one.some((has, key) => has && other[key] === false);
  const isPartial = (read: readonly boolean[]): boolean => read.includes(true) && read.includes(false);
  const alike = pairsOf(seen).filter(([one, other]) => one.length === other.length);
  return {
    anomalies: alike.some(([one, other]) => isAhead(one, other) && isAhead(other, one)) ? ['long-fork'] : [],
    isInDoubt: !alike.some(([one, other]) => isPartial(one) || isPartial(other)),
  };
}
