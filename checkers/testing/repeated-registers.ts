import fc from 'fast-check';
import { historyOf } from '../../harness/history/index.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Op } from '../../harness/kernel/op.ts';
import { sketch, type SketchedOp } from './sketch.ts';

/** A small history of registers as data, so that it shrinks, and how its values are to be read. */
export interface RepeatedRegisters {
  readonly drafts: readonly RepeatedDraft[];
  /** Values written: all different, or so many different ones. */
  readonly values: 'unique' | 1 | 2;
  readonly initial: JsonValue;
  readonly nullReads: 'exact' | 'any';
  /** Whether a process goes on under its own id after an operation without answer. */
  readonly keepsProcess: boolean;
}

interface RepeatedDraft {
  readonly process: number;
  readonly key: number;
  readonly kind: 'read' | 'write' | 'cas';
  readonly pick: number;
  readonly length: number;
  readonly fate: number;
}

/** Random small histories of registers: equal values, values that are initial too, crashes, failures, values of nobody. */
export function repeatedRegisters(operations: number): fc.Arbitrary<RepeatedRegisters> {
  const draft = fc.record({
    process: fc.nat(2),
    key: fc.constantFrom(0, 0, 0, 1),
    kind: fc.constantFrom('read', 'read', 'write', 'write', 'cas'),
    pick: fc.nat(30),
    length: fc.integer({ min: 1, max: 6 }),
    fate: fc.nat(15),
  } satisfies Record<keyof RepeatedDraft, unknown>) as fc.Arbitrary<RepeatedDraft>;
  return fc.record({
    drafts: fc.array(draft, { minLength: 1, maxLength: operations }),
    values: fc.constantFrom<RepeatedRegisters['values']>('unique', 1, 2),
    initial: fc.constantFrom<JsonValue>(null, null, 0, 1),
    nullReads: fc.constantFrom<RepeatedRegisters['nullReads']>('exact', 'exact', 'exact', 'any'),
    keepsProcess: fc.boolean(),
  });
}

/** The history of such data. Processes are n0, n1 and n2 after their nodes. */
export function repeatedHistory({ drafts, values, initial, keepsProcess }: RepeatedRegisters): History {
  const freeAt = new Map<number, number>();
  const renamed = new Map<number, number>();
  let next = 3;
  const ops = drafts.map(({ process: drawn, key, kind, pick, length, fate }, index): SketchedOp => {
    const from = Math.max(freeAt.get(drawn) ?? 0, index * 2 + (pick % 2)) + 0.01 * (index + 1);
    const to = from + length;
    freeAt.set(drawn, to + 0.001);
    const own = drafts.flatMap((draft, at) => (draft.kind === 'read' || draft.key !== key ? [] : [at + 1]));
    const known = values === 'unique' ? own : [1, 2].slice(0, values);
    const seen = [initial, ...known, ...known, ...(fate === 15 ? [77] : [])];
    const value = seen[pick % seen.length] ?? null;
    const written = values === 'unique' ? index + 1 : (known[pick % known.length] ?? 1);
    const type = fate < 2 ? 'info' : fate === 2 ? 'fail' : 'ok';
    const process = renamed.get(drawn) ?? drawn;
    if (type === 'info' && !keepsProcess) renamed.set(drawn, next++);
    return {
      process,
      node: `n${drawn}`,
      key: `k${key}`,
      f: kind,
      type,
      from,
      to,
      ...(type === 'fail' ? { errorCode: kind === 'cas' && pick % 2 === 0 ? 'precondition' : 'not-sent' } : {}),
      input: kind === 'read' ? null : kind === 'write' ? written : [value, written],
      output: kind === 'read' ? value : null,
    };
  });
  return sketch(ops);
}

/**
 * All histories with unique values that a history can stand for: each read took its value from one of the writes of that
 * value (or found the initial one), and each written value gets a number of its own. Null is the initial value, and a
 * process is a new one after each update without answer. Definite failures and reads that say nothing are left out.
 */
export function* uniqueHistories(
  history: History,
  { initial, nullReads }: Pick<RepeatedRegisters, 'initial' | 'nullReads'>,
): Generator<History> {
  const operations = operationsIn(history).filter(
    ({ invoke, end }) =>
      end?.type !== 'fail' &&
      !(invoke.f === 'read' && (end?.type !== 'ok' || (nullReads === 'any' && end.value === null))),
  );
  const writes = operations.filter(({ invoke }) => invoke.f !== 'read');
  const sourcesOf = ({ invoke, end }: PlainOperation): readonly (number | null)[] => {
    if (invoke.f === 'write') return [null];
    const value = invoke.f === 'read' ? (end?.value ?? null) : ((invoke.value as readonly JsonValue[])[0] ?? null);
    const writers = writes.filter(
      (write) => write.invoke.index !== invoke.index && write.invoke.key === invoke.key && put(write) === value,
    );
    const found = [...(value === initial ? [null] : []), ...writers.map((write) => write.invoke.index + 1)];
    return found.length === 0 ? [STRAY] : found;
  };
  for (const sources of choicesOf(operations.map(sourcesOf))) yield uniqueHistory(operations, sources);
}

const STRAY = 999;

interface PlainOperation {
  readonly invoke: Op;
  readonly end: Op | undefined;
}

/** The operations of a history; each process is another one after an operation without answer. */
function operationsIn(history: History): PlainOperation[] {
  const renamed = new Map<number, number>();
  let next = 100;
  return Array.from({ length: history.length }, (_, index) => history.at(index))
    .filter(({ type }) => type === 'invoke')
    .map((invoke) => {
      const pair = history.columns.pair[invoke.index] ?? -1;
      const end = pair < 0 ? undefined : history.at(pair);
      const process = renamed.get(invoke.process) ?? invoke.process;
      if (end === undefined || end.type === 'info') renamed.set(invoke.process, next++);
      return { invoke: { ...invoke, process }, end: end === undefined ? undefined : { ...end, process } };
    });
}

function put({ invoke: { f, value } }: PlainOperation): JsonValue {
  return f === 'cas' ? ((value as readonly JsonValue[])[1] ?? null) : value;
}

function* choicesOf<T>(lists: readonly (readonly T[])[]): Generator<readonly T[]> {
  const [first, ...rest] = lists;
  if (first === undefined) yield [];
  else for (const others of choicesOf(rest)) for (const item of first) yield [item, ...others];
}

function uniqueHistory(operations: readonly PlainOperation[], sources: readonly (number | null)[]): History {
  const entries = operations.flatMap(({ invoke, end }, position) => {
    const found = sources[position] ?? null;
    const own = invoke.index + 1;
    const input = invoke.f === 'read' ? null : invoke.f === 'write' ? own : [found, own];
    const draft = { ...invoke, value: input };
    if (end === undefined) return [draft];
    return [draft, { ...end, value: end.type !== 'ok' ? input : invoke.f === 'read' ? found : null }];
  });
  entries.sort((left, right) => left.index - right.index);
  return historyOf(entries, []);
}
