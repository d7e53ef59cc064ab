/** A binary heap of (time, slot) pairs; the earliest first, the lower slot where times are equal. */
export class EventHeap {
  readonly #times: number[] = [];
  readonly #slots: number[] = [];

  get size(): number {
    return this.#times.length;
  }

  /** Time of the earliest event. Requires {@link size} > 0. */
  topTime(): number {
    return this.#times[0] as number;
  }

  push(time: number, slot: number): void {
    let at = this.#times.length;
    this.#times.push(time);
    this.#slots.push(slot);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Removes the earliest event and returns its slot. Requires {@link size} > 0. */
  pop(): number {
    const slot = this.#slots[0] as number;
    this.#swap(0, this.#times.length - 1);
    this.#times.pop();
    this.#slots.pop();
    const size = this.#times.length;
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      let least = at;
      if (left < size && this.#isBefore(left, least)) least = left;
      if (left + 1 < size && this.#isBefore(left + 1, least)) least = left + 1;
      if (least === at) return slot;
      this.#swap(at, least);
      at = least;
    }
  }

  #isBefore(left: number, right: number): boolean {
    const difference = (this.#times[left] as number) - (this.#times[right] as number);
    return difference < 0 || (difference === 0 && (this.#slots[left] as number) < (this.#slots[right] as number));
  }

  #swap(left: number, right: number): void {
    const time = this.#times[left] as number;
    const slot = this.#slots[left] as number;
    this.#times[left] = this.#times[right] as number;
    this.#slots[left] = this.#slots[right] as number;
    this.#times[right] = time;
    this.#slots[right] = slot;
  }
}
