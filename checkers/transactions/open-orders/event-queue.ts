/** Events by when they are due, the earliest first: a binary heap. Equal ones in order of their numbers. */
export class EventQueue {
  readonly #due: Float64Array;
  readonly #heap: number[] = [];

  constructor(due: Float64Array) {
    this.#due = due;
  }

  push(event: number): void {
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = heap[above] as number;
      if (!this.#isBefore(event, other)) break;
      heap[place] = other;
      place = above;
    }
    heap[place] = event;
  }

  pop(): number | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let below = place * 2 + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && this.#isBefore(heap[below + 1] as number, heap[below] as number)) below++;
      if (!this.#isBefore(heap[below] as number, last)) break;
      heap[place] = heap[below] as number;
      place = below;
    }
    heap[place] = last;
    return first;
  }

  #isBefore(one: number, other: number): boolean {
    const difference = (this.#due[one] as number) - (this.#due[other] as number);
    return difference === 0 || Number.isNaN(difference) ? one < other : difference < 0;
  }
}
