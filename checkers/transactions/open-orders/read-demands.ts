import type { Budget } from '../../judging/budget.ts';
import { transactionOf, type EventGraph } from './event-graph.ts';
import type { ClauseSearch } from './clause-search.ts';
import type { DynamicOrder } from './dynamic-order.ts';
import type { Literal } from './literals.ts';
import { slotsRead, slotsWritten, type OpenWrites, type SlotLists } from './open-writes.ts';

/** Kinds of literals. */
const WRITE_ORDER = 0;
const READ_ORDER = 1;
/** Writers between a value's writer and its reader that are told of at once. */
const TOLD_AT_ONCE = 8;

/**
 * Watches an order of events for what serial and snapshot transactions may not do: read a value after somebody else
 * committed another one over it, or, where writers must be apart, begin before another writer of the same key has committed
 * and commit after it.
 * Looks again only at keys whose transactions moved.
 */
export class ReadDemands {
  readonly #events: EventGraph;
  readonly #writes: OpenWrites;
  readonly #order: DynamicOrder;
  readonly #search: ClauseSearch;
  readonly #budget: Budget;
  readonly #lists: readonly SlotLists[];
  readonly #stale: Set<number>;

  constructor(events: EventGraph, writes: OpenWrites, order: DynamicOrder, search: ClauseSearch, budget: Budget) {
    this.#events = events;
    this.#writes = writes;
    this.#order = order;
    this.#search = search;
    this.#budget = budget;
    this.#lists = [slotsWritten(writes, events.real), slotsRead(writes, events.real)];
    this.#stale = new Set(writes.keys.keys());
  }

  /** Demands of the search what the order breaks. False where it breaks nothing. */
  demandMore(): boolean {
    for (const event of this.#order.moved.splice(0)) this.#markStale(transactionOf(this.#events, event));
    let broken = false;
    const still: number[] = [];
    for (const group of this.#stale) {
      if (!this.#look(group)) continue;
      broken = true;
      still.push(group);
    }
    this.#stale.clear();
    for (const group of still) this.#stale.add(group);
    return broken;
  }

  #markStale(txn: number): void {
    if (txn < 0) return;
    for (const { offset, slots } of this.#lists) {
      for (let index = offset[txn] as number; index < (offset[txn + 1] as number); index++) {
        this.#stale.add(this.#writes.groupOf[slots[index] as number] as number);
      }
    }
  }

  /** Whether anything is broken among the writes of one key. */
  #look(group: number): boolean {
    const { start, writer, reader, readerStart } = this.#writes;
    const { place } = this.#order;
    const [first, end] = [start[group] as number, start[group + 1] as number];
    const committed = (slot: number): number => place[writer[slot] as number] as number;
    const slots = Array.from({ length: end - first }, (_, index) => first + index);
    slots.sort((one, other) => committed(one) - committed(other));
    this.#budget.step((end - first) * 8);
    this.#search.spend(end - first + (readerStart[end] as number) - (readerStart[first] as number));
    let broken = false;
    slots.forEach((slot, index) => {
      const next = slots[index + 1];
      if (next === undefined) return;
      if (this.#events.areWritersApart && committed(slot) > this.#begun(writer[next] as number)) {
        this.#demandApart(slot, next);
        broken = true;
      }
      for (let at = readerStart[slot] as number; at < (readerStart[slot + 1] as number); at++) {
        this.#budget.step(4);
        if (this.#lookAtRead(reader[at] as number, slots, index)) broken = true;
      }
    });
    return broken;
  }

  #lookAtRead(reader: number, slots: readonly number[], index: number): boolean {
    const { writer } = this.#writes;
    let told = 0;
    for (let later = index + 1; later < slots.length && told < TOLD_AT_ONCE; later++) {
      const other = writer[slots[later] as number] as number;
      if ((this.#order.place[other] as number) > this.#begun(reader)) break;
      if (other === reader) continue;
      const source = writer[slots[index] as number] as number;
      const literals = [this.#writesBefore(other, source), this.#readsBefore(reader, other)];
      this.#search.demand(literals, [reader, source, other]);
      told++;
    }
    return told > 0;
  }

  #demandApart(slot: number, next: number): void {
    const { writer } = this.#writes;
    const first = this.#writesBefore(writer[slot] as number, writer[next] as number);
    this.#search.demand([first, first ^ 1], []);
  }

  #begun(txn: number): number {
    return this.#order.place[txn + this.#events.beginAt] as number;
  }

  /**
   * The first one commits before the second one begins, or where writers of a key need not be apart, before it commits; or
   * the other way round, since they wrote the same key.
   */
  #writesBefore(first: number, second: number): Literal {
    const beginAt = this.#events.areWritersApart ? this.#events.beginAt : 0;
    return this.#search.literal(WRITE_ORDER, [first, second + beginAt], [second, first + beginAt]);
  }

  /** The reader begins before the writer commits; or after. Where both are one event each, that is the order of writes. */
  #readsBefore(reader: number, writer: number): Literal {
    const { beginAt } = this.#events;
    if (beginAt === 0) return this.#writesBefore(reader, writer);
    return this.#search.literal(READ_ORDER, [reader + beginAt, writer], [writer, reader + beginAt]);
  }
}
