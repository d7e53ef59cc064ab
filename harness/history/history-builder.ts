import type { FaultEvent } from '../kernel/fault.ts';
import { NO_KEY, NO_PAIR, TYPE_INVOKE, type History } from '../kernel/history.ts';
import { OP_TYPES, type Op, type OpDraft, type ProcessId } from '../kernel/op.ts';
import type { OpError } from '../kernel/outcome.ts';
import { ColumnarHistory } from './columnar-history.ts';
import { GrowingColumns } from './growing-columns.ts';
import { NameTable } from './name-table.ts';
import { ValueTable } from './value-table.ts';

/** A draft that would make the history ill-formed. `message` says which rule and what came. */
export class IllFormedHistoryError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'IllFormedHistoryError';
  }
}

/**
 * Collects entries into columns, numbering and pairing them. Rejects what cannot be a history: a completion without
 * invocation, two open operations of one process, a time that runs backwards, a number that is not finite.
 */
export class HistoryBuilder {
  readonly #columns = new GrowingColumns();
  readonly #fNames = new NameTable('function', 0xffff);
  readonly #nodes = new NameTable('node', 0x7fff);
  readonly #values = new ValueTable();
  readonly #errors: OpError[] = [];
  readonly #errorCodes = new Map<string, number>();
  readonly #faults: FaultEvent[] = [];
  /** Index of the open invocation of each process. */
  readonly #open = new Map<ProcessId, number>();
  #lastTimeNs = -Infinity;

  /** Entries so far. */
  get length(): number {
    return this.#columns.length;
  }

  /** Appends an entry and returns its index. Throws {@link IllFormedHistoryError} and changes nothing where it must not be. */
  append(entry: OpDraft | Op): number {
    this.#validate(entry);
    const index = this.#columns.length;
    const type = OP_TYPES.indexOf(entry.type);
    const opened = this.#open.get(entry.process);
    const isInvoke = type === TYPE_INVOKE;
    this.#columns.push({
      timeNs: entry.timeNs,
      process: entry.process,
      type,
      f: this.#fNames.codeOf(entry.f),
      key: entry.key === undefined ? NO_KEY : this.#values.encode(entry.key),
      value: this.#values.encode(entry.value),
      pair: isInvoke || opened === undefined ? NO_PAIR : opened,
      error: entry.error === undefined ? 0 : this.#errorCode(entry.error),
      node: entry.node === undefined ? -1 : this.#nodes.codeOf(entry.node),
    });
    if (isInvoke) this.#open.set(entry.process, index);
    else if (opened !== undefined) {
      this.#columns.setPair(opened, index);
      this.#open.delete(entry.process);
    }
    this.#lastTimeNs = entry.timeNs;
    return index;
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
      errors: [...this.#errors],
      faults: [...this.#faults].sort((left, right) => left.timeNs - right.timeNs),
      values: this.#values,
    });
  }

  #validate(entry: OpDraft): void {
    const where = `entry ${this.#columns.length} (process ${entry.process}, ${entry.type} ${entry.f})`;
    if (!Number.isFinite(entry.timeNs))
      throw new IllFormedHistoryError(`${where}: time is ${entry.timeNs}, expected a number`);
    if (entry.timeNs < this.#lastTimeNs) {
      throw new IllFormedHistoryError(
        `${where}: time ${entry.timeNs} ns runs backwards, the entry before has ${this.#lastTimeNs} ns`,
      );
    }
    if (!Number.isInteger(entry.process) || entry.process < 0 || entry.process > 0x7fffffff) {
      throw new IllFormedHistoryError(`${where}: process must be a whole number from 0 to 2147483647`);
    }
    const opened = this.#open.get(entry.process);
    if (entry.type === 'invoke') {
      if (opened !== undefined) {
        throw new IllFormedHistoryError(`${where}: the process still has its invocation ${opened} open`);
      }
      return;
    }
    if (opened === undefined) throw new IllFormedHistoryError(`${where}: a completion without an open invocation`);
    const invokedF = this.#fNames.nameOf(this.#columns.fAt(opened));
    if (invokedF !== entry.f) {
      throw new IllFormedHistoryError(`${where}: completes invocation ${opened}, which is ${invokedF}`);
    }
  }

  #errorCode(error: OpError): number {
    const identity = JSON.stringify([error.code, error.message ?? null]);
    const known = this.#errorCodes.get(identity);
    if (known !== undefined) return known;
    // The column holds 16 bits. Past that, messages (free text) are dropped and codes (few) kept.
    if (this.#errors.length >= 0xfff0) {
      return error.message === undefined ? 1 : this.#errorCode({ code: error.code });
    }
    this.#errors.push(error);
    this.#errorCodes.set(identity, this.#errors.length);
    return this.#errors.length;
  }
}

/** The history of the given entries, for tests and small inputs. `index` members, where present, are ignored. */
export function historyOf(entries: Iterable<OpDraft | Op>, faults: Iterable<FaultEvent> = []): History {
  const builder = new HistoryBuilder();
  for (const entry of entries) builder.append(entry);
  for (const fault of faults) builder.appendFault(fault);
  return builder.build();
}
