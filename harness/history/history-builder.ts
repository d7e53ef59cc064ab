import type { FaultEvent } from '../kernel/fault.ts';
import { NO_KEY, NO_PAIR, TYPE_INVOKE, type History, type ValueCode } from '../kernel/history.ts';
import { OP_TYPES, type Key, type Op, type OpDraft } from '../kernel/op.ts';
import { assertWellFormed, rejectOtherKey } from './assert-well-formed.ts';
import { ColumnarHistory } from './columnar-history.ts';
import { ErrorTable } from './error-table.ts';
import { GrowingColumns } from './growing-columns.ts';
import { IllFormedHistoryError } from './ill-formed-history-error.ts';
import { NameTable } from './name-table.ts';
import { OpenOperations } from './open-operations.ts';
import { ValueTable } from './value-table.ts';

/**
 * Collects entries into columns, numbering and pairing them. Rejects what cannot be a history: a completion without
 * invocation or with another key, two open operations of one process, a time that runs backwards, a number that is not
 * finite.
 */
export class HistoryBuilder {
  readonly #columns = new GrowingColumns();
  readonly #fNames = new NameTable('function', 0xffff);
  readonly #nodes = new NameTable('node', 0x7fff);
  readonly #values = new ValueTable();
  readonly #errors = new ErrorTable();
  readonly #faults: FaultEvent[] = [];
  readonly #open = new OpenOperations();
  #lastTimeNs = -Infinity;

  /** Entries so far. */
  get length(): number {
    return this.#columns.length;
  }

  /** Appends an entry and returns its index. Throws IllFormedHistoryError and changes nothing where it must not be. */
  append(entry: OpDraft | Op): number {
    const index = this.#columns.length;
    const opened = this.#open.indexOf(entry.process);
    const openF = opened === NO_PAIR ? undefined : this.#fNames.nameOf(this.#columns.current().f[opened] ?? 0);
    assertWellFormed(entry, index, this.#lastTimeNs, openF);
    const key = entry.key === undefined ? NO_KEY : this.#values.encode(entry.key);
    this.#assertKey(entry, key, opened);
    const f = this.#fNames.codeOf(entry.f);
    const node = entry.node === undefined ? -1 : this.#nodes.codeOf(entry.node);
    const type = OP_TYPES.indexOf(entry.type);
    const columns = this.#columns.extend();
    columns.timeNs[index] = entry.timeNs;
    columns.process[index] = entry.process;
    columns.type[index] = type;
    columns.f[index] = f;
    columns.key[index] = key;
    columns.value[index] = this.#values.encode(entry.value);
    columns.pair[index] = opened;
    columns.error[index] = entry.error === undefined ? 0 : this.#errors.codeOf(entry.error);
    columns.node[index] = node;
    if (type === TYPE_INVOKE) this.#open.open(entry.process, index);
    else {
      columns.pair[opened] = index;
      this.#open.close(entry.process);
    }
    this.#lastTimeNs = entry.timeNs;
    return index;
  }

  #assertKey(entry: OpDraft, key: ValueCode, opened: number): void {
    if (opened === NO_PAIR || key === NO_KEY) return;
    const invoked = this.#columns.current().key[opened] ?? NO_KEY;
    if (invoked === key) return;
    rejectOtherKey(entry, this.length, invoked === NO_KEY ? undefined : (this.#values.decode(invoked) as Key));
  }

  /** Adds a record about a fault. Fault records stand beside the operations and may be added in any order of time. */
  appendFault(event: FaultEvent): void {
    this.#faults.push(event);
  }

  /** The history so far. The builder may go on; what was built does not change. `shared` puts columns into shared memory. */
  build(options: { readonly shared?: boolean } = {}): History {
    return new ColumnarHistory({
      columns: this.#columns.snapshot(options.shared === true),
      fNames: this.#fNames.names(),
      nodes: this.#nodes.names(),
      errors: this.#errors.errors(),
      faults: [...this.#faults].sort((left, right) => left.timeNs - right.timeNs),
      values: this.#values,
    });
  }
}

/** An entry of {@link historyOf}: without `timeNs` where times are not known. */
export type UntimedOp = Omit<OpDraft, 'timeNs'> & { readonly timeNs?: number };

/**
 * The history of the given entries, for tests and small inputs. `index` members, where present, are ignored. Where no entry
 * has a time, entry n is at n nanoseconds, and sentences speak of entries; throws IllFormedHistoryError where only some have.
 */
export function historyOf(entries: Iterable<UntimedOp | Op>, faults: Iterable<FaultEvent> = []): History {
  const builder = new HistoryBuilder();
  let hasTimes: boolean | undefined;
  for (const entry of entries) {
    const { timeNs } = entry;
    hasTimes ??= timeNs !== undefined;
    if (hasTimes !== (timeNs !== undefined)) {
      throw new IllFormedHistoryError('expected a time for every entry, or for none', `entry ${builder.length}`);
    }
    builder.append(timeNs === undefined ? { ...entry, timeNs: builder.length } : { ...entry, timeNs });
  }
  for (const fault of faults) builder.appendFault(fault);
  return builder.build();
}
