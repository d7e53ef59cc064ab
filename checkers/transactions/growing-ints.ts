import { workingInts } from '../judging/working-memory.ts';
const FIRST_CAPACITY = 256;

/** A list of 32-bit integers that doubles when full: appending allocates nothing in between. */
export class GrowingInts {
  #items: Int32Array;
  #length = 0;

  /** `expected` items fit without copying: large buffers given up half full cost more than the memory. */
  constructor(expected: number = FIRST_CAPACITY) {
    this.#items = workingInts(Math.max(expected, FIRST_CAPACITY));
  }

  get length(): number {
    return this.#length;
  }

  /** The whole store, of which the first `length` items count: for hot loops that know their bounds. */
  get raw(): Int32Array {
    return this.#items;
  }

  push(item: number): void {
    if (this.#length === this.#items.length) {
      const larger = workingInts(this.#length * 2);
      larger.set(this.#items);
      this.#items = larger;
    }
    this.#items[this.#length++] = item;
  }

  /** The items so far, without copying: valid until the next push. */
  view(): Int32Array {
    return this.#items.subarray(0, this.#length);
  }
}
