import { NO_PAIR, TYPE_FAIL, TYPE_INFO, TYPE_INVOKE, TYPE_OK, type History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Key } from '../../harness/kernel/op.ts';
import type { Budget } from '../judging/budget.ts';
import { workingBytes, workingInts } from '../judging/working-memory.ts';
import { ElementCodes } from './element-codes.ts';
import { GrowingInts } from './growing-ints.ts';
import { ReadLists, type List } from './read-lists.ts';
import { UndecidedError } from './undecided-error.ts';

/** Kinds of micro-operations. */
export const MOP_READ = 0;
export const MOP_WRITE = 1;

/**
 * The transactions of a history, in order of invocation, structure of arrays. Micro-operations of transaction `t` are
 * numbered from `first[t]` up to but not including `first[t + 1]`.
 */
export interface Transactions {
  readonly count: number;
  /** Entry index of the invocation. */
  readonly invoke: Int32Array;
  /** Entry index of the completion, or NO_PAIR. */
  readonly complete: Int32Array;
  /** TYPE_OK, TYPE_FAIL or TYPE_INFO. */
  readonly outcome: Uint8Array;
  readonly process: Int32Array;
  /** When each entry of the history happened, in nanoseconds. */
  readonly timeNs: Float64Array;
  readonly first: Int32Array;
  /** {@link MOP_READ} or {@link MOP_WRITE}, per micro-operation. */
  readonly kind: Int32Array;
  /** Dense key number, per micro-operation. */
  readonly key: Int32Array;
  /** Element code per micro-operation: what was written, or what a register read found. 0 for reads of lists. */
  readonly element: Int32Array;
  /** In list-append histories: what completed reads found. Nothing found is an empty list. */
  readonly lists: ReadLists;
  readonly keys: readonly Key[];
  readonly elements: ElementCodes;
  /** Operations of the history that are no transactions and were left out. */
  readonly ignored: number;
}

/** Which micro-operation writes, and so what reads look like: `append` to lists, or `w` to registers. */
export type Dialect = 'append' | 'w';

/**
 * Reads the transactions out of a history's values. One operation is one transaction: its value is a list of
 * `['append', key, element]`, `['w', key, value]` and `['r', key, result]`.
 *
 * Results count for `ok` operations only; `fail` and `info` contribute their invocation's writes. Throws
 * {@link UndecidedError} where an operation `txn` cannot be read, naming the entry. O(micro-operations).
 */
export function readTransactions(history: History, dialect: Dialect, budget: Budget): Transactions {
  budget.doing('reading the transactions');
  const { type } = history.columns;
  let transactions = 0;
  for (let entry = 0; entry < history.length; entry++) if (type[entry] === TYPE_INVOKE) transactions++;
  const microOps = transactions * MICRO_OPS_EXPECTED;
  budget.reserve(transactions * 17 + microOps * 16);
  const reader = new TransactionReader(history, dialect, { transactions, microOps }, budget);
  for (let entry = 0; entry < history.length; entry++) {
    if (type[entry] !== TYPE_INVOKE) continue;
    reader.add(entry);
    budget.step(20);
  }
  return reader.finish();
}

/** Micro-operations per transaction for which room is made at once. */
const MICRO_OPS_EXPECTED = 4;

class TransactionReader {
  readonly #budget: Budget;
  readonly #history: History;
  readonly #dialect: Dialect;
  readonly #invoke: GrowingInts;
  readonly #first: GrowingInts;
  readonly #kind: GrowingInts;
  readonly #key: GrowingInts;
  readonly #element: GrowingInts;
  readonly #lists: ReadLists;
  readonly #keys: Key[] = [];
  readonly #keyCodes = new Map<JsonValue, number>();
  readonly #elements = new ElementCodes();
  #ignored = 0;

  constructor(
    history: History,
    dialect: Dialect,
    { transactions, microOps }: { readonly transactions: number; readonly microOps: number },
    budget: Budget,
  ) {
    this.#budget = budget;
    this.#history = history;
    this.#dialect = dialect;
    this.#invoke = new GrowingInts(transactions);
    this.#first = new GrowingInts(transactions + 1);
    this.#kind = new GrowingInts(microOps);
    this.#key = new GrowingInts(microOps);
    this.#element = new GrowingInts(microOps);
    this.#lists = new ReadLists(this.#elements, dialect === 'append' ? microOps : 0, (mop) => this.#valueOf(mop));
  }

  add(entry: number): void {
    const { columns } = this.#history;
    const completion = columns.pair[entry] as number;
    const ok = completion !== NO_PAIR && columns.type[completion] === TYPE_OK;
    const valueEntry = ok ? completion : entry;
    const value = this.#history.decode(columns.value[valueEntry] as number);
    if (!isTransaction(value)) {
      if (this.#history.fNames[columns.f[entry] as number] === 'txn') throw unreadable(valueEntry, value);
      this.#ignored++;
      return;
    }
    this.#invoke.push(entry);
    this.#first.push(this.#kind.length);
    for (let place = 0; place < value.length; place++) this.#addMicroOp(value[place] as MicroOp, ok, valueEntry);
  }

  #addMicroOp(microOp: MicroOp, ok: boolean, entry: number): void {
    const [name, , value] = microOp;
    const key = this.#keyCode(microOp[1]);
    this.#key.push(key);
    if (name === 'r') {
      const list = this.#dialect === 'append' && ok;
      if (list && value !== null && !Array.isArray(value)) throw unreadable(entry, microOp);
      this.#kind.push(MOP_READ);
      this.#element.push(this.#dialect === 'append' || !ok ? 0 : this.#elements.encode(value));
      if (list) this.#lists.add(key, (value as List | null) ?? NOTHING, this.#invoke.length - 1, this.#budget);
      else if (this.#dialect === 'append') this.#lists.addNone();
    } else {
      if (name !== this.#dialect || value === null) throw unreadable(entry, microOp);
      this.#kind.push(MOP_WRITE);
      this.#element.push(this.#elements.encode(value));
      if (this.#dialect === 'append') this.#lists.addNone();
    }
  }

  /** What the completed micro-operation found, decoded anew. */
  #valueOf(mop: number): JsonValue | undefined {
    const first = this.#first.raw;
    let [low, high] = [0, this.#invoke.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((first[middle] as number) <= mop) low = middle;
      else high = middle - 1;
    }
    const { pair, value } = this.#history.columns;
    const completion = pair[this.#invoke.raw[low] as number] as number;
    const microOps = this.#history.decode(value[completion] as number) as readonly MicroOp[];
    return microOps[mop - (first[low] as number)]?.[2];
  }

  #keyCode(key: JsonValue): number {
    const scalar = typeof key === 'object' ? JSON.stringify(key) : key;
    const known = this.#keyCodes.get(scalar);
    if (known !== undefined) return known;
    const code = this.#keys.length;
    this.#keys.push(typeof scalar === 'number' ? scalar : String(scalar));
    this.#keyCodes.set(scalar, code);
    return code;
  }

  finish(): Transactions {
    const invoke = this.#invoke.view();
    const { pair, type, process, timeNs } = this.#history.columns;
    const count = invoke.length;
    this.#first.push(this.#kind.length);
    const complete = workingInts(count);
    const outcome = workingBytes(count);
    const processes = workingInts(count);
    for (let txn = 0; txn < count; txn++) {
      const entry = invoke[txn] as number;
      const completion = pair[entry] as number;
      complete[txn] = completion;
      const completed = completion === NO_PAIR ? TYPE_INFO : (type[completion] as number);
      outcome[txn] = completed === TYPE_OK || completed === TYPE_FAIL ? completed : TYPE_INFO;
      processes[txn] = process[entry] as number;
    }
    this.#lists.finish(this.#key.view(), this.#budget);
    return {
      count,
      invoke,
      complete,
      outcome,
      process: processes,
      timeNs,
      first: this.#first.view(),
      kind: this.#kind.view(),
      key: this.#key.view(),
      element: this.#element.view(),
      lists: this.#lists,
      keys: this.#keys,
      elements: this.#elements,
      ignored: this.#ignored,
    };
  }
}

type MicroOp = readonly [name: string, key: JsonValue, value: JsonValue];

const NOTHING: List = [];

function isTransaction(value: JsonValue | undefined): value is JsonValue[] {
  if (!Array.isArray(value)) return false;
  for (let place = 0; place < value.length; place++) if (!isMicroOp(value[place] as JsonValue)) return false;
  return true;
}

function isMicroOp(value: JsonValue): boolean {
  if (!Array.isArray(value) || value.length < 2 || value.length > 3) return false;
  const name = value[0] as JsonValue;
  return name === 'r' || name === 'append' || name === 'w';
}

function unreadable(entry: number, value: JsonValue | undefined): UndecidedError {
  const shown = JSON.stringify(value) ?? 'nothing';
  return new UndecidedError(
    `entry ${entry} is no transaction this checker reads: expected a list of ['append', key, element], ` +
      `['w', key, value] and ['r', key, result], all writes of the one kind asked for, ` +
      `came ${shown.length > 120 ? `${shown.slice(0, 120)}...` : shown}`,
  );
}
