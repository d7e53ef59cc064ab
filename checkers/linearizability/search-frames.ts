const FIELDS = 8;
const MOST_AT_FIRST = 1 << 16;

/**
 * The stack of a search: one frame per configuration on the path, in one typed array. The accessors are the top frame's.
 */
export class SearchFrames {
  #slots: Int32Array;
  #top = -FIELDS;

  /** Makes room for a stack of the `expected` depth at once, if that is not very much. */
  constructor(expected: number) {
    this.#slots = new Int32Array(FIELDS * Math.max(1, Math.min(MOST_AT_FIRST, expected)));
  }

  get depth(): number {
    return this.#top / FIELDS + 1;
  }

  get bytes(): number {
    return this.#slots.byteLength;
  }

  push(
    cursor: number,
    trailLength: number,
    state: number,
    newest: number,
    earliestReturn: number,
    urgent: number,
    phase: number,
  ): void {
    this.#top += FIELDS;
    if (this.#top === this.#slots.length) {
      const grown = new Int32Array(this.#slots.length * 2);
      grown.set(this.#slots);
      this.#slots = grown;
    }
    const at = this.#top;
    this.#slots[at] = cursor;
    this.#slots[at + 1] = trailLength;
    this.#slots[at + 2] = state;
    this.#slots[at + 3] = newest;
    this.#slots[at + 4] = earliestReturn;
    this.#slots[at + 5] = urgent;
    this.#slots[at + 6] = -1;
    this.#slots[at + 7] = phase;
  }

  pop(): void {
    this.#top -= FIELDS;
  }

  /** Which candidate to try next. */
  get cursor(): number {
    return this.#slots[this.#top] as number;
  }
  set cursor(value: number) {
    this.#slots[this.#top] = value;
  }

  /** Length of the trail, the object's state and the newest operation when the frame was entered. */
  get trailLength(): number {
    return this.#slots[this.#top + 1] as number;
  }
  get state(): number {
    return this.#slots[this.#top + 2] as number;
  }
  get newest(): number {
    return this.#slots[this.#top + 3] as number;
  }

  /** The earliest return among the operations not taken. */
  get earliestReturn(): number {
    return this.#slots[this.#top + 4] as number;
  }

  /** The untaken operation that returns first. */
  get urgent(): number {
    return this.#slots[this.#top + 5] as number;
  }

  /** Which kind of candidates the cursor goes over. */
  get phase(): number {
    return this.#slots[this.#top + 7] as number;
  }
  set phase(value: number) {
    this.#slots[this.#top + 7] = value;
  }

  /** Group of the crashed operation that was taken from here, or -1. */
  get crashedGroup(): number {
    return this.#slots[this.#top + 6] as number;
  }
  set crashedGroup(value: number) {
    this.#slots[this.#top + 6] = value;
  }
}
