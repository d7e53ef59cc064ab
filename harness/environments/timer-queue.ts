import type { TimerId } from '../kernel/scheduler.ts';

interface Timer {
  readonly id: TimerId;
  readonly atNs: number;
  readonly callback: () => void;
}

/** A binary heap of timers by time, then by creation. Cancelled timers are dropped when they reach the top. */
export class TimerQueue {
  readonly #heap: Timer[] = [];
  readonly #live = new Set<TimerId>();
  #nextId: TimerId = 1;

  add(atNs: number, callback: () => void): TimerId {
    const timer: Timer = { id: this.#nextId++, atNs, callback };
    this.#live.add(timer.id);
    this.#heap.push(timer);
    this.#siftUp(this.#heap.length - 1);
    return timer.id;
  }

  cancel(id: TimerId): void {
    this.#live.delete(id);
  }

  clear(): void {
    this.#heap.length = 0;
    this.#live.clear();
  }

  peek(): Timer | undefined {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (this.#live.has(top.id)) return top;
      this.#dropTop();
    }
    return undefined;
  }

  takeDue(nowNs: number): Timer | undefined {
    const top = this.peek();
    if (top === undefined || top.atNs > nowNs) return undefined;
    this.#dropTop();
    this.#live.delete(top.id);
    return top;
  }

  #dropTop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#siftDown(0);
  }

  #siftUp(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #siftDown(start: number): void {
    let index = start;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= this.#heap.length) return;
      const right = left + 1;
      const least = right < this.#heap.length && this.#isBefore(right, left) ? right : left;
      if (!this.#isBefore(least, index)) return;
      this.#swap(least, index);
      index = least;
    }
  }

  #isBefore(left: number, right: number): boolean {
    const [one, other] = [this.#heap[left], this.#heap[right]] as [Timer, Timer];
    return one.atNs < other.atNs || (one.atNs === other.atNs && one.id < other.id);
  }

  #swap(left: number, right: number): void {
    const [one, other] = [this.#heap[left], this.#heap[right]] as [Timer, Timer];
    this.#heap[left] = other;
    this.#heap[right] = one;
  }
}
