import { HarnessError } from '../../kernel/harness-error.ts';

/** An event that is due at `atNs`. It is cancelled by {@link EventQueue.cancel} and never reused. */
export interface QueuedEvent {
  readonly atNs: number;
  /** Creation order, which decides between equal times. */
  readonly sequence: number;
  /** Undefined once cancelled or fired. */
  fire: (() => void) | undefined;
}

/** More pending events than this means that something sends without end. */
const PENDING_MAX = 4_000_000;

/**
 * Pending events in order of time, then of creation: a binary heap. Push and pop take O(log n); cancelling is O(1) and
 * leaves the dead event in place, and the heap is rebuilt in O(n) once most of it is dead.
 */
export class EventQueue {
  #heap: QueuedEvent[] = [];
  #sequence = 0;
  #dead = 0;

  /** How many events are still going to fire. */
  get size(): number {
    return this.#heap.length - this.#dead;
  }

  push(atNs: number, fire: () => void): QueuedEvent {
    if (this.#heap.length >= PENDING_MAX) {
      throw new HarnessError(
        'internal',
        `the simulation holds ${PENDING_MAX} pending events: some node sends without end`,
      );
    }
    const event: QueuedEvent = { atNs, sequence: this.#sequence++, fire };
    this.#heap.push(event);
    this.#siftUp(this.#heap.length - 1, event);
    return event;
  }

  /** The earliest event that was not cancelled, taken out; undefined when none is left. */
  pop(): QueuedEvent | undefined {
    for (;;) {
      const first = this.#heap[0];
      const last = this.#heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (this.#heap.length > 0) this.#siftDown(0, last);
      if (first.fire !== undefined) return first;
      this.#dead--;
    }
  }

  /** Cancelling an event that fired or was cancelled does nothing. */
  cancel(event: QueuedEvent): void {
    if (event.fire === undefined) return;
    event.fire = undefined;
    this.#dead++;
    if (this.#dead > 1024 && this.#dead > this.#heap.length / 2) this.#rebuild();
  }

  clear(): void {
    for (const event of this.#heap) event.fire = undefined;
    this.#heap = [];
    this.#dead = 0;
  }

  #rebuild(): void {
    // A sorted array is a heap.
    this.#heap = this.#heap
      .filter((event) => event.fire !== undefined)
      .sort((left, right) => left.atNs - right.atNs || left.sequence - right.sequence);
    this.#dead = 0;
  }

  #siftUp(start: number, event: QueuedEvent): void {
    const heap = this.#heap;
    let index = start;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || isBefore(parent, event)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = event;
  }

  #siftDown(start: number, event: QueuedEvent): void {
    const heap = this.#heap;
    let index = start;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = heap[childIndex];
      if (child === undefined) break;
      const right = heap[childIndex + 1];
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        childIndex++;
      }
      if (isBefore(event, child)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = event;
  }
}

function isBefore(left: QueuedEvent, right: QueuedEvent): boolean {
  return left.atNs < right.atNs || (left.atNs === right.atNs && left.sequence < right.sequence);
}
