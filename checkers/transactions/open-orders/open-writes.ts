import { GrowingInts } from '../growing-ints.ts';

/**
 * Writes whose order is not recorded. Such writes to one key are a group; a slot is one transaction's write in a group, so
 * slots of group `g` are numbered from `start[g]` up to but not including `start[g + 1]`. Transactions are vertices of the
 * dependency graph.
 */
export interface OpenWrites {
  /** Per group, its dense key number. */
  readonly keys: Int32Array;
  readonly start: Int32Array;
  /** Per slot, its group and who wrote. */
  readonly groupOf: Int32Array;
  readonly writer: Int32Array;
  /** Who read the value of slot `s`: from `readerStart[s]` up to but not including `readerStart[s + 1]`, each once. */
  readonly readerStart: Int32Array;
  readonly reader: Int32Array;
}

/** Collects such writes key by key: a key, its writers, and after each of those who read what it wrote. */
export class OpenWritesBuilder {
  readonly #keys = new GrowingInts();
  readonly #start = new GrowingInts();
  readonly #groupOf = new GrowingInts();
  readonly #writer = new GrowingInts();
  readonly #readerStart = new GrowingInts();
  readonly #reader = new GrowingInts();

  addKey(key: number): void {
    this.#keys.push(key);
    this.#start.push(this.#writer.length);
  }

  /** Each writer of a key once. */
  addWriter(writer: number): void {
    this.#groupOf.push(this.#keys.length - 1);
    this.#writer.push(writer);
    this.#readerStart.push(this.#reader.length);
  }

  /** Each reader once, and not the writer itself. */
  addReader(reader: number): void {
    this.#reader.push(reader);
  }

  build(): OpenWrites {
    this.#start.push(this.#writer.length);
    this.#readerStart.push(this.#reader.length);
    return {
      keys: this.#keys.view(),
      start: this.#start.view(),
      groupOf: this.#groupOf.view(),
      writer: this.#writer.view(),
      readerStart: this.#readerStart.view(),
      reader: this.#reader.view(),
    };
  }
}

/** Those that nobody read. Keys of one writer have nothing open and are left out. */
export function unreadWrites(groups: Iterable<readonly [key: number, writers: Iterable<number>]>): OpenWrites {
  const builder = new OpenWritesBuilder();
  for (const [key, writers] of groups) {
    const distinct = new Set(writers);
    if (distinct.size < 2) continue;
    builder.addKey(key);
    for (const writer of distinct) builder.addWriter(writer);
  }
  return builder.build();
}

/** The same writes, with those readers alone that `updates` has a 1 for. O(slots + readers). */
export function readBy(writes: OpenWrites, updates: Uint8Array): OpenWrites {
  const { readerStart, reader } = writes;
  const start = new Int32Array(readerStart.length);
  const kept = new GrowingInts();
  for (let slot = 0; slot + 1 < readerStart.length; slot++) {
    for (const by of reader.subarray(readerStart[slot], readerStart[slot + 1])) if (updates[by] === 1) kept.push(by);
    start[slot + 1] = kept.length;
  }
  return { ...writes, readerStart: start, reader: kept.view() };
}

/** Per transaction, the slots it wrote and those it read: from `offset[t]` up to but not including `offset[t + 1]`. */
export interface SlotLists {
  readonly offset: Int32Array;
  readonly slots: Int32Array;
}

/** Which slots each of `count` transactions wrote. O(count + slots). */
export function slotsWritten({ writer }: OpenWrites, count: number): SlotLists {
  return listsBy(count, writer, (index) => index);
}

/** Which slots each of `count` transactions read. O(count + readers). */
export function slotsRead({ reader, readerStart }: OpenWrites, count: number): SlotLists {
  const slotOf = new Int32Array(reader.length);
  for (let slot = 0; slot + 1 < readerStart.length; slot++) slotOf.fill(slot, readerStart[slot], readerStart[slot + 1]);
  return listsBy(count, reader, (index) => slotOf[index] as number);
}

function listsBy(count: number, owners: Int32Array, slotAt: (index: number) => number): SlotLists {
  const offset = new Int32Array(count + 1);
  for (const owner of owners) offset[owner + 1] = (offset[owner + 1] as number) + 1;
  for (let owner = 0; owner < count; owner++) {
    offset[owner + 1] = (offset[owner + 1] as number) + (offset[owner] as number);
  }
  const free = offset.slice(0, count);
  const slots = new Int32Array(owners.length);
  owners.forEach((owner, index) => {
    const place = free[owner] as number;
    free[owner] = place + 1;
    slots[place] = slotAt(index);
  });
  return { offset, slots };
}
