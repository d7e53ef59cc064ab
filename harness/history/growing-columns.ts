import type { HistoryColumns } from '../kernel/history.ts';

const FIRST_CAPACITY = 64;

/** Columns that double their capacity when full: appending is O(1) amortised and allocates nothing in between. */
export class GrowingColumns {
  #length = 0;
  #capacity = FIRST_CAPACITY;
  #columns: HistoryColumns = allocate(FIRST_CAPACITY, false);

  get length(): number {
    return this.#length;
  }

  /** Makes room for one more entry and counts it. The caller writes every column at the index that was {@link length}. */
  extend(): HistoryColumns {
    if (this.#length === this.#capacity) {
      this.#capacity *= 2;
      this.#columns = copy(this.#columns, this.#length, this.#capacity, false);
    }
    this.#length++;
    return this.#columns;
  }

  /** The columns as they are; slots from {@link length} on hold nothing. Valid until the next {@link extend}. */
  current(): HistoryColumns {
    return this.#columns;
  }

  /** A copy of exactly the entries so far, in shared memory where asked. */
  snapshot(shared: boolean): HistoryColumns {
    return copy(this.#columns, this.#length, this.#length, shared);
  }
}

function allocate(capacity: number, shared: boolean): HistoryColumns {
  const buffer = (bytes: number): ArrayBuffer =>
    // Typed arrays over shared memory have the same face; only transfer differs.
    shared ? (new SharedArrayBuffer(bytes) as unknown as ArrayBuffer) : new ArrayBuffer(bytes);
  return {
    timeNs: new Float64Array(buffer(capacity * 8)),
    process: new Int32Array(buffer(capacity * 4)),
    type: new Uint8Array(buffer(capacity)),
    f: new Uint16Array(buffer(capacity * 2)),
    key: new Int32Array(buffer(capacity * 4)),
    value: new Int32Array(buffer(capacity * 4)),
    pair: new Int32Array(buffer(capacity * 4)),
    error: new Uint16Array(buffer(capacity * 2)),
    node: new Int16Array(buffer(capacity * 2)),
  };
}

function copy(from: HistoryColumns, length: number, capacity: number, shared: boolean): HistoryColumns {
  const to = allocate(capacity, shared);
  to.timeNs.set(from.timeNs.subarray(0, length));
  to.process.set(from.process.subarray(0, length));
  to.type.set(from.type.subarray(0, length));
  to.f.set(from.f.subarray(0, length));
  to.key.set(from.key.subarray(0, length));
  to.value.set(from.value.subarray(0, length));
  to.pair.set(from.pair.subarray(0, length));
  to.error.set(from.error.subarray(0, length));
  to.node.set(from.node.subarray(0, length));
  return to;
}
