import fc from 'fast-check';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { compareVerdicts } from './compare-verdicts.ts';
import { hasOrder, oracleOps, type OracleStep } from './brute-force.ts';
import {
  bagOracle,
  counterOracle,
  fencedOracle,
  kvOracle,
  logOracle,
  mutexOracle,
  queueOracle,
  reentrantOracle,
  registersOracle,
  semaphoreOracle,
  setOracle,
  stackOracle,
} from './object-oracles.ts';
import { overlappingHistory, overlaps, type OperationSketch } from './overlapping-history.ts';
import { provedFamily, type ProvedFamily } from './prove-family.ts';

/** What a random small operation is made of. */
interface Draw {
  readonly update: boolean;
  readonly what: number;
  readonly value: number;
  readonly end: 'ok' | 'info' | 'none';
  readonly open: number;
  readonly process: number;
}

const draws = fc.array(
  fc.record({
    update: fc.boolean(),
    what: fc.nat(7),
    value: fc.nat(7),
    end: fc.constantFrom('ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'info', 'none'),
    open: overlaps,
    process: fc.nat(3),
  } satisfies Record<keyof Draw, unknown>),
  { maxLength: 9 },
) as fc.Arbitrary<Draw[]>;

interface FamilyParts<State> {
  readonly name: string;
  readonly model: string;
  readonly initial: State;
  readonly oracle: OracleStep<State>;
  readonly options?: Readonly<Record<string, JsonValue>>;
  /** The operation of a draw; `earlier` are those before it, and some updates that may happen before it is over. */
  readonly sketch: (
    draw: Draw,
    order: number,
    earlier: readonly OperationSketch[],
  ) => Pick<OperationSketch, 'f' | 'input' | 'answer'>;
}

function objectFamily<State>({ name, model, initial, oracle, options = {}, sketch }: FamilyParts<State>): ProvedFamily {
  return provedFamily({
    name: `${model}/${name}`,
    cases: draws,
    compare(list: readonly Draw[]) {
      const sketched = (draw: Draw, order: number, known: readonly OperationSketch[]): OperationSketch => {
        const { end, open, process } = draw;
        return { ...sketch(draw, order, known), end, open, process };
      };
      const updates = list.map((draw, order) => (draw.update ? sketched(draw, order, []) : undefined));
      const sketches: OperationSketch[] = [];
      list.forEach((draw, order) => {
        // Half of those that are open long enough may know of what is invoked after them.
        const ahead = draw.value % 2 === 0 ? updates.slice(order + 1, order + 1 + draw.open) : [];
        const known = [...sketches, ...ahead.filter((update) => update !== undefined)];
        sketches.push(updates[order] ?? sketched(draw, order, known));
      });
      const history = overlappingHistory(sketches);
      return compareVerdicts(history, model, options, hasOrder(oracleOps(history), initial, oracle));
    },
  });
}

/** A value put in before, most likely one that nobody took out yet: the oldest, the newest or any. */
function likelyValue(draw: Draw, insert: string, earlier: readonly OperationSketch[]): JsonValue {
  const taken = new Set(earlier.filter(({ f }) => f !== insert && f !== 'peek').map(({ answer }) => answer));
  const all = earlier.filter(({ f }) => f === insert).map(({ input }) => input);
  const left = all.filter((value) => !taken.has(value));
  if (draw.what === 7 || left.length === 0) return null;
  if (draw.what === 6) return all[draw.value % all.length] ?? null;
  return (draw.what < 3 ? left[0] : draw.what < 5 ? left.at(-1) : left[draw.value % left.length]) ?? null;
}

function containerFamilies(
  model: string,
  insert: string,
  remove: string,
  oracle: OracleStep<readonly JsonValue[]>,
): readonly ProvedFamily[] {
  const family = (name: string, valueOf: (draw: Draw, order: number) => number): ProvedFamily =>
    objectFamily({
      name,
      model,
      initial: [],
      oracle,
      sketch(draw, order, earlier) {
        const value = valueOf(draw, order);
        if (draw.update) return { f: insert, input: value, answer: value };
        return { f: remove, input: null, answer: likelyValue(draw, insert, earlier) };
      },
    });
  return [family('unique values', (_, order) => order), family('few values', ({ value }) => value % 2)];
}

/** Stacks whose top is also looked at. */
const peekFamilies = (['unique values', 'few values'] as const).map((values) =>
  objectFamily({
    name: `peeks, ${values}`,
    model: 'stack',
    initial: [],
    oracle: stackOracle,
    sketch(draw, order, earlier) {
      const value = values === 'unique values' ? order : draw.value % 2;
      if (draw.update) return { f: 'push', input: value, answer: value };
      return { f: draw.open % 2 === 0 ? 'peek' : 'pop', input: null, answer: likelyValue(draw, 'push', earlier) };
    },
  }),
);

/** Elements of adds so far, some of them left out. */
function likelyElements(draw: Draw, earlier: readonly OperationSketch[]): JsonValue[] {
  const added = [...new Set(earlier.filter(({ f }) => f === 'add' || f === 'append').map(({ input }) => input))];
  if (draw.what < 3) return added;
  return added.filter((_, index) => ((draw.value * 37 + draw.what * 11) >> index) % 2 === 0);
}

const setFamilies = [
  objectFamily({
    name: 'grow only, elements again',
    model: 'set',
    initial: [],
    oracle: setOracle,
    sketch: (draw, _, earlier) =>
      draw.update
        ? { f: 'add', input: draw.value % 4, answer: draw.value % 4 }
        : { f: 'read', input: null, answer: likelyElements(draw, earlier) },
  }),
  objectFamily({
    name: 'grow only',
    model: 'set',
    initial: [],
    oracle: setOracle,
    sketch: (draw, order, earlier) =>
      draw.update
        ? { f: 'add', input: order, answer: order }
        : { f: 'read', input: null, answer: likelyElements(draw, earlier) },
  }),
  objectFamily({
    name: 'all operations',
    model: 'set',
    initial: [],
    oracle: setOracle,
    sketch(draw, _, earlier) {
      const element = draw.value % 3;
      if (draw.update) return { f: draw.what < 5 ? 'add' : 'remove', input: element, answer: element };
      if (draw.what < 4) return { f: 'contains', input: element, answer: draw.what % 2 === 0 };
      return { f: 'read', input: null, answer: likelyElements(draw, earlier) };
    },
  }),
  objectFamily({
    name: 'single elements',
    model: 'set',
    initial: [],
    oracle: setOracle,
    sketch(draw) {
      const element = draw.value % 3;
      if (draw.update) return { f: draw.what < 5 ? 'add' : 'remove', input: element, answer: element };
      return { f: 'contains', input: element, answer: draw.what % 2 === 0 };
    },
  }),
];

const lockFamilies = [
  objectFamily({
    name: 'acquire and release',
    model: 'mutex',
    initial: false,
    oracle: mutexOracle,
    sketch: ({ update }) => ({ f: update ? 'acquire' : 'release', input: null, answer: null }),
  }),
  objectFamily({
    name: 'acquire and release',
    model: 'reentrant-mutex',
    initial: [],
    oracle: reentrantOracle,
    options: { maxHolds: 2 },
    sketch: ({ update }) => ({ f: update ? 'acquire' : 'release', input: null, answer: null }),
  }),
  objectFamily({
    name: 'tokens',
    model: 'fenced-lock',
    initial: { owner: -1, last: -1 },
    oracle: fencedOracle,
    sketch: ({ update, what, value }, order) =>
      update
        ? { f: 'acquire', input: null, answer: what < 6 ? order : value }
        : { f: 'release', input: null, answer: null },
  }),
  objectFamily({
    name: 'permits',
    model: 'semaphore',
    initial: 2,
    oracle: semaphoreOracle,
    options: { permits: 2 },
    sketch: ({ update, what }) => {
      const count = 1 + (what % 2);
      return { f: update ? 'acquire' : 'release', input: count, answer: count };
    },
  }),
];

/** Linearizability of objects that are no registers, each against brute force. */
export const objectFamilies: readonly ProvedFamily[] = [
  ...containerFamilies('fifo-queue', 'enqueue', 'dequeue', queueOracle),
  ...containerFamilies('unordered-queue', 'enqueue', 'dequeue', bagOracle),
  ...containerFamilies('stack', 'push', 'pop', stackOracle),
  ...peekFamilies,
  ...setFamilies,
  ...lockFamilies,
  objectFamily({
    name: 'small steps',
    model: 'counter',
    initial: 0,
    oracle: counterOracle,
    sketch({ update, what, value }, _, earlier) {
      if (update) return { f: 'add', input: (value % 4) - 1, answer: null };
      const sum = earlier.reduce((total, { f, input }) => total + (f === 'add' ? (input as number) : 0), 0);
      return { f: 'read', input: null, answer: what < 5 ? sum : value };
    },
  }),
  objectFamily({
    name: 'large steps',
    model: 'counter',
    initial: 0,
    oracle: counterOracle,
    sketch({ update, what, value }, _, earlier) {
      const steps = [5, -3, 40, 33, 5, 7, -64, 10];
      if (update) return { f: 'add', input: steps[value] ?? 5, answer: null };
      const adds = earlier.flatMap(({ f, input }) => (f === 'add' ? [input as number] : []));
      const sum = adds.reduce((total, by, index) => (what > 3 && index === value % 4 ? total : total + by), 0);
      return { f: 'read', input: null, answer: what === 7 ? sum + value - 3 : sum };
    },
  }),
  objectFamily({
    name: 'reads of all',
    model: 'append-log',
    initial: [],
    oracle: logOracle,
    sketch: (draw, order, earlier) =>
      draw.update
        ? { f: 'append', input: order, answer: order }
        : { f: 'read', input: null, answer: likelyElements(draw, earlier) },
  }),
  objectFamily({
    name: 'values again',
    model: 'append-log',
    initial: [],
    oracle: logOracle,
    sketch(draw, _, earlier) {
      if (draw.update) return { f: 'append', input: draw.value % 2, answer: null };
      const appended = earlier.filter(({ f }) => f === 'append').map(({ input }) => input);
      const length = draw.what < 4 ? appended.length : draw.value;
      return { f: 'read', input: null, answer: draw.what === 7 ? appended.toReversed() : appended.slice(0, length) };
    },
  }),
  objectFamily({
    name: 'texts again',
    model: 'kv',
    initial: '',
    oracle: kvOracle,
    sketch({ update, what, value }, _, earlier) {
      if (update) return { f: what < 2 ? 'put' : 'append', input: 'ab'.slice(0, 1 + (value % 2)), answer: null };
      const put = earlier.findLastIndex(({ f }) => f === 'put');
      const texts = earlier.slice(Math.max(0, put)).filter(({ f }) => f !== 'get');
      return {
        f: 'get',
        input: null,
        answer: texts
          .slice(what === 7 ? 1 : 0, texts.length - (value % 2))
          .map(({ input }) => input as string)
          .join(''),
      };
    },
  }),
  objectFamily({
    name: 'texts once',
    model: 'kv',
    initial: '',
    oracle: kvOracle,
    sketch({ update, what, value }, order, earlier) {
      if (update) return { f: what < 3 ? 'put' : 'append', input: `<${order}>`, answer: null };
      const put = earlier.findLastIndex(({ f }) => f === 'put');
      const texts = earlier.slice(what === 6 ? 0 : Math.max(0, put)).filter(({ f }) => f !== 'get');
      return {
        f: 'get',
        input: null,
        answer: texts
          .slice(what === 7 ? 1 : 0, texts.length - (value % 3))
          .map(({ input }) => input as string)
          .join(''),
      };
    },
  }),
  objectFamily({
    name: 'strings',
    model: 'kv',
    initial: '',
    oracle: kvOracle,
    sketch({ update, what, value }, order, earlier) {
      if (update) return { f: what === 0 ? 'put' : 'append', input: `${order}`, answer: null };
      const texts = earlier.filter(({ f }) => f === 'append').map(({ input }) => input as string);
      return { f: 'get', input: null, answer: texts.slice(what === 7 ? 1 : 0, texts.length - (value % 2)).join('') };
    },
  }),
  objectFamily({
    name: 'transactions',
    model: 'multi-register',
    initial: {},
    oracle: registersOracle,
    sketch({ update, what, value }, order, earlier) {
      const key = `k${what % 2}`;
      const other = `k${value % 2}`;
      const writes: JsonValue = [
        ['w', key, order],
        ['w', other, order],
      ];
      if (update) return { f: 'txn', input: writes, answer: writes };
      const written = earlier.length === 0 || value === 7 ? null : (earlier.length - 1 - (value % 2)) % 9;
      const reads = (answers: readonly JsonValue[]): JsonValue => [
        ['r', 'k0', answers[0] ?? null],
        ['r', 'k1', answers[1] ?? null],
      ];
      return { f: 'txn', input: reads([]), answer: reads([written, what < 5 ? written : null]) };
    },
  }),
];
