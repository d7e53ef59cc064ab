import { TYPE_INVOKE, TYPE_OK, type History } from '../../harness/kernel/history.ts';

/** What kind of history it is, which decides which models can be told. */
export type HistoryFamily = 'registers' | 'sets' | 'transactions' | 'other';

/** A history's family, and the sequential object that linearizability is about; null where there is none. */
export interface FamilyOfHistory {
  readonly family: HistoryFamily;
  readonly object: string | null;
}

/** Objects by their operations, first fit. Names that only one of them has come first. */
const OBJECTS: readonly (readonly [object: string, operations: readonly string[]])[] = [
  ['cas-register', ['read', 'write', 'cas']],
  ['fifo-queue', ['enqueue', 'dequeue']],
  ['stack', ['push', 'pop', 'peek']],
  ['mutex', ['acquire', 'release']],
  ['append-log', ['append', 'read']],
  ['kv', ['get', 'put', 'append']],
];

const REGISTERS: readonly string[] = ['register', 'cas-register'];

/**
 * Tells what a history is of: from the model asked for, where one is, else from its operations. Grow-only sets and
 * counters both have `add` and `read`: what reads answered tells them apart. O(entries).
 */
export function familyOf(history: History, askedModel: string | undefined): FamilyOfHistory {
  const names = invokedNames(history);
  if (names.has('txn')) return { family: 'transactions', object: null };
  if (askedModel !== undefined) {
    const growsOnly = !names.has('remove') && !names.has('contains');
    if (REGISTERS.includes(askedModel)) return { family: 'registers', object: askedModel };
    return { family: askedModel === 'set' && growsOnly ? 'sets' : 'other', object: askedModel };
  }
  // Who only reads may read anything.
  if ([...names].every((name) => name === 'read')) return { family: 'other', object: null };
  const only = (known: readonly string[]): boolean => [...names].every((name) => known.includes(name));
  if (names.has('add')) {
    if (only(['add', 'read'])) {
      return answersNumbers(history) ? { family: 'other', object: 'counter' } : { family: 'sets', object: 'set' };
    }
    return { family: 'other', object: only(['add', 'read', 'remove', 'contains']) ? 'set' : null };
  }
  const [object] = OBJECTS.find(([, operations]) => only(operations)) ?? [null];
  return { family: object === 'cas-register' ? 'registers' : 'other', object };
}

/** Names of operations that were invoked at least once: a history may know more of them. */
export function invokedNames({ columns: { type, f }, fNames }: History): ReadonlySet<string> {
  const codes = new Uint8Array(fNames.length);
  for (let index = 0; index < type.length; index++) if (type[index] === TYPE_INVOKE) codes[f[index] ?? 0] = 1;
  return new Set(fNames.filter((_, code) => codes[code] === 1));
}

function answersNumbers(history: History): boolean {
  const { type, f, value } = history.columns;
  const read = history.fNames.indexOf('read');
  for (let index = 0; index < history.length; index++) {
    if (f[index] !== read || type[index] !== TYPE_OK) continue;
    const answer = history.decode(value[index] ?? 0);
    if (answer !== null && answer !== undefined) return typeof answer === 'number';
  }
  return false;
}
