import type { Budget } from '../../judging/budget.ts';
import { workingInts } from '../../judging/working-memory.ts';
import { transactionOf, type EventGraph } from './event-graph.ts';
import { EventQueue } from './event-queue.ts';
import { slotsRead, slotsWritten, type OpenWrites, type SlotLists } from './open-writes.ts';

/**
 * An order of all events that keeps every edge, or undefined where edges go in a circle. Per event its place.
 *
 * Whatever may happen next is done by when it is due, as a database would have done it, with two rules: a value is not
 * overwritten while somebody has yet to read it, and of two writers of a key that must be apart the second does not begin
 * before the first has committed. What would break a rule waits. Only where everything waits is a rule broken, by the event due first; an
 * order in which that never happened explains every read. O(events log events + edges).
 */
export function schedule(
  events: EventGraph,
  writes: OpenWrites,
  completed: Float64Array,
  budget: Budget,
): Int32Array | undefined {
  budget.reserve(events.size * 33 + writes.writer.length * 8 + writes.reader.length * 8);
  const waits = incomingEdges(events);
  const order = anyOrder(events, waits.slice(), budget);
  if (order === undefined) return undefined;
  return new Scheduler(events, writes, dueTimes(events, order, completed), waits, budget).run();
}

function incomingEdges({ size, target }: EventGraph): Int32Array {
  const waits = workingInts(size);
  for (const to of target) waits[to] = (waits[to] as number) + 1;
  return waits;
}

/** Any order that keeps the edges; undefined where they go in a circle. */
function anyOrder({ size, offset, target }: EventGraph, waits: Int32Array, budget: Budget): Int32Array | undefined {
  const order = workingInts(size);
  let [length, next] = [0, 0];
  for (let event = 0; event < size; event++) if (waits[event] === 0) order[length++] = event;
  for (; next < length; next++) {
    const event = order[next] as number;
    for (let edge = offset[event] as number; edge < (offset[event + 1] as number); edge++) {
      const to = target[edge] as number;
      const left = (waits[to] as number) - 1;
      waits[to] = left;
      if (left === 0) order[length++] = to;
    }
  }
  budget.step(size + target.length);
  return length === size ? order : undefined;
}

/** By when each event must have happened, so that all that follows it can happen in time. */
function dueTimes(events: EventGraph, order: Int32Array, completed: Float64Array): Float64Array {
  const { size, real, offset, target } = events;
  const due = new Float64Array(size).fill(Infinity);
  for (let index = size - 1; index >= 0; index--) {
    const event = order[index] as number;
    let earliest = event < real ? (completed[event] as number) : Infinity;
    for (let edge = offset[event] as number; edge < (offset[event + 1] as number); edge++) {
      earliest = Math.min(earliest, due[target[edge] as number] as number);
    }
    due[event] = earliest;
  }
  return due;
}

const NOBODY = -1;

class Scheduler {
  readonly #events: EventGraph;
  readonly #writes: OpenWrites;
  readonly #written: SlotLists;
  readonly #read: SlotLists;
  readonly #due: Float64Array;
  readonly #budget: Budget;
  /** Per event, how many that must come before have not happened. */
  readonly #waits: Int32Array;
  readonly #place: Int32Array;
  /** Per slot, who has yet to read it. */
  readonly #pending: Int32Array;
  /** Per group, the slot written last, and the transaction that has begun to write. */
  readonly #current: Int32Array;
  readonly #begun: Int32Array;
  readonly #queue: EventQueue;
  /** Events that nothing is lost by doing at once. */
  readonly #harmless: number[] = [];
  /** Per group, commits that wait for readers, and beginnings that wait for another writer's commit. */
  readonly #waitingCommits = new Map<number, EventQueue>();
  readonly #waitingBegins = new Map<number, EventQueue>();
  readonly #wokenFrom = new Map<number, number>();
  /** All that wait, and some that did. */
  readonly #waiting: EventQueue;
  readonly #isWaiting: Uint8Array;
  #done = 0;

  constructor(events: EventGraph, writes: OpenWrites, due: Float64Array, waits: Int32Array, budget: Budget) {
    this.#events = events;
    this.#writes = writes;
    this.#written = slotsWritten(writes, events.real);
    this.#read = slotsRead(writes, events.real);
    this.#due = due;
    this.#waits = waits;
    this.#budget = budget;
    this.#place = workingInts(events.size);
    const slots = writes.writer.length;
    this.#pending = workingInts(slots);
    for (let slot = 0; slot < slots; slot++) {
      this.#pending[slot] = (writes.readerStart[slot + 1] as number) - (writes.readerStart[slot] as number);
    }
    this.#current = workingInts(writes.keys.length).fill(NOBODY);
    this.#begun = workingInts(writes.keys.length).fill(NOBODY);
    this.#queue = new EventQueue(due);
    this.#waiting = new EventQueue(due);
    this.#isWaiting = new Uint8Array(events.size);
  }

  run(): Int32Array {
    const { size } = this.#events;
    for (let event = 0; event < size; event++) if (this.#waits[event] === 0) this.#ready(event);
    while (this.#done < size) {
      this.#budget.step(4);
      const event = this.#harmless.pop() ?? this.#queue.pop();
      if (event === undefined) this.#happen(this.#firstWaiting());
      else if (!this.#mustWait(event)) this.#happen(event);
    }
    return this.#place;
  }

  #ready(event: number): void {
    const txn = transactionOf(this.#events, event);
    const { offset } = this.#written;
    if (txn < 0 || offset[txn] === offset[txn + 1]) this.#harmless.push(event);
    else this.#queue.push(event);
  }

  /** Puts the event aside where it would break a rule. */
  #mustWait(event: number): boolean {
    const txn = transactionOf(this.#events, event);
    if (txn < 0) return false;
    const begins = event !== txn;
    const { offset, slots } = this.#written;
    for (let index = offset[txn] as number; index < (offset[txn + 1] as number); index++) {
      const group = this.#writes.groupOf[slots[index] as number] as number;
      const waits = begins ? this.#begun[group] !== NOBODY : this.#isAwaited(this.#current[group] as number, txn);
      if (!waits) continue;
      queueOf(begins ? this.#waitingBegins : this.#waitingCommits, group, this.#due).push(event);
      this.#waiting.push(event);
      this.#isWaiting[event] = 1;
      this.#passOn(event, group);
      return true;
    }
    this.#wokenFrom.delete(event);
    return false;
  }

  /** Whether anybody but `txn`, which reads at the moment it commits where those are one event, has yet to read it. */
  #isAwaited(slot: number, txn: number): boolean {
    if (slot === NOBODY || this.#pending[slot] === 0) return false;
    if (this.#events.beginAt > 0 || (this.#pending[slot] as number) > 1) return true;
    const { offset, slots } = this.#read;
    return !slots.subarray(offset[txn], offset[txn + 1]).includes(slot);
  }

  /** An event woken for one group that now waits for another leaves its turn to the next. */
  #passOn(event: number, group: number): void {
    const before = this.#wokenFrom.get(event);
    this.#wokenFrom.delete(event);
    if (before === undefined || before === group) return;
    this.#wake(event === transactionOf(this.#events, event) ? this.#waitingCommits : this.#waitingBegins, before);
  }

  #happen(event: number): void {
    const { offset, target, beginAt } = this.#events;
    this.#place[event] = this.#done++;
    const txn = transactionOf(this.#events, event);
    if (txn >= 0 && (beginAt === 0 || event !== txn)) this.#begin(txn);
    if (txn >= 0 && event === txn) this.#commit(txn);
    for (let edge = offset[event] as number; edge < (offset[event + 1] as number); edge++) {
      const to = target[edge] as number;
      const left = (this.#waits[to] as number) - 1;
      this.#waits[to] = left;
      if (left === 0) this.#ready(to);
    }
    this.#budget.step((offset[event + 1] as number) - (offset[event] as number));
  }

  #begin(txn: number): void {
    const read = this.#read;
    for (let index = read.offset[txn] as number; index < (read.offset[txn + 1] as number); index++) {
      const slot = read.slots[index] as number;
      const left = (this.#pending[slot] as number) - 1;
      this.#pending[slot] = left;
      const group = this.#writes.groupOf[slot] as number;
      if (left === 0 && this.#current[group] === slot) this.#wake(this.#waitingCommits, group);
    }
    if (!this.#events.areWritersApart) return;
    const { offset, slots } = this.#written;
    for (let index = offset[txn] as number; index < (offset[txn + 1] as number); index++) {
      this.#begun[this.#writes.groupOf[slots[index] as number] as number] = txn;
    }
  }

  #commit(txn: number): void {
    const { offset, slots } = this.#written;
    for (let index = offset[txn] as number; index < (offset[txn + 1] as number); index++) {
      const slot = slots[index] as number;
      const group = this.#writes.groupOf[slot] as number;
      this.#current[group] = slot;
      if (this.#begun[group] === txn) this.#begun[group] = NOBODY;
      if (this.#pending[slot] === 0) this.#wake(this.#waitingCommits, group);
      this.#wake(this.#waitingBegins, group);
    }
  }

  #wake(waiting: Map<number, EventQueue>, group: number): void {
    const event = this.#popWaiting(waiting.get(group));
    if (event === undefined) return;
    this.#wokenFrom.set(event, group);
    this.#queue.push(event);
  }

  /** Of all that wait, what is due first. */
  #firstWaiting(): number {
    const event = this.#popWaiting(this.#waiting);
    if (event === undefined) throw new RangeError('events are left over that nothing holds back');
    return event;
  }

  /** The first that still waits, and does not any more. */
  #popWaiting(queue: EventQueue | undefined): number | undefined {
    for (let event = queue?.pop(); event !== undefined; event = queue?.pop()) {
      if (this.#isWaiting[event] === 0) continue;
      this.#isWaiting[event] = 0;
      return event;
    }
    return undefined;
  }
}

function queueOf(queues: Map<number, EventQueue>, group: number, due: Float64Array): EventQueue {
  let queue = queues.get(group);
  if (queue === undefined) queues.set(group, (queue = new EventQueue(due)));
  return queue;
}
