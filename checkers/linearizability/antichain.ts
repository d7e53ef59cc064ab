/** Record: [next of its chain, state, mark, bits...]. */
export const HEADER = 3;
export const STATE = 1;
export const MARK = 2;
const FIRST_RECORDS = 64;

/** What the bits of configurations stand for, one bit of a word for each open operation. */
export interface ConfigurationBits {
  /** Words per kind of bits: the first ones of a configuration say what is pending, the last ones what was used. */
  readonly words: number;
  /** Writes that must happen. */
  readonly total: Int32Array;
  /** Crashed operations. */
  readonly optional: Int32Array;
  /** In both halves: compare-and-sets that must happen. */
  readonly exact: Int32Array;
}

/**
 * Configurations of which none can do everything that another one can.
 *
 * Each has a state, a mark of 0 or 1, and bits that all mean something bad. One dominates another of the same state where
 * it has no mark and no bit that the other one has not.
 */
export class Antichain {
  readonly stride: number;
  /** Bits in which two comparable configurations are equal: they only find candidates faster. */
  readonly #exact: Int32Array;
  #arena: Int32Array;
  #table = new Int32Array(FIRST_RECORDS * 2);
  #records = 0;
  #live = 0;

  /** `exact` has as many words as configurations have bits. */
  constructor(exact: Int32Array) {
    this.#exact = exact;
    this.stride = HEADER + exact.length;
    this.#arena = new Int32Array(FIRST_RECORDS * this.stride);
  }

  /** Configurations in it. */
  get size(): number {
    return this.#live;
  }

  /** Records ever added: their numbers are below this. Dominated ones among them are no longer in it. */
  get records(): number {
    return this.#records;
  }

  has(record: number): boolean {
    return (this.#arena[record * this.stride + STATE] as number) >= 0;
  }

  /** Copies a record out. */
  read(record: number, into: Int32Array): void {
    const from = record * this.stride;
    for (let word = 0; word < this.stride; word++) into[word] = this.#arena[from + word] as number;
  }

  /** Adds a configuration and drops those that it dominates. False where one dominates it already. */
  add(configuration: Int32Array): boolean {
    const { stride } = this;
    const slot = this.#slotOf(configuration, 0);
    let last = -1;
    for (let at = (this.#table[slot] as number) - 1; at >= 0; at = (this.#arena[at] as number) - 1) {
      const known = this.#arena[at + STATE] as number;
      if (known >= 0) {
        const order = compare(this.#arena, at, configuration, stride);
        if (order >= 0) return false;
        if (order === DOMINATED) {
          this.#arena[at + STATE] = -1;
          this.#live--;
        }
      }
      last = at;
    }
    if ((this.#records + 1) * stride > this.#arena.length) this.#grow();
    const to = this.#records++ * stride;
    for (let word = 1; word < stride; word++) this.#arena[to + word] = configuration[word] as number;
    this.#arena[to] = 0;
    if (last < 0) this.#table[slot] = to + 1;
    else this.#arena[last] = to + 1;
    this.#live++;
    return true;
  }

  #slotOf(words: Int32Array, at: number): number {
    let hash = Math.imul((words[at + STATE] as number) ^ 0x9e3779b9, 0x85ebca6b);
    for (let word = 0; word < this.#exact.length; word++) {
      const bits = (words[at + HEADER + word] as number) & (this.#exact[word] as number);
      hash = Math.imul(hash ^ (hash >>> 15) ^ bits, 0xc2b2ae35);
    }
    return (hash ^ (hash >>> 13)) & (this.#table.length - 1);
  }

  #grow(): void {
    const arena = new Int32Array(this.#arena.length * 2);
    arena.set(this.#arena);
    this.#arena = arena;
    this.#table = new Int32Array(this.#table.length * 2);
    for (let record = this.#records - 1; record >= 0; record--) {
      const at = record * this.stride;
      if ((arena[at + STATE] as number) < 0) continue;
      const slot = this.#slotOf(arena, at);
      arena[at] = this.#table[slot] as number;
      this.#table[slot] = at + 1;
    }
  }
}

const UNLIKE = -1;
const DOMINATED = -2;

/** 0 where the record dominates the configuration or equals it, DOMINATED the other way round, else UNLIKE. */
function compare(arena: Int32Array, at: number, configuration: Int32Array, stride: number): number {
  if (arena[at + STATE] !== configuration[STATE]) return UNLIKE;
  let isBetter = true;
  let isWorse = true;
  for (let word = MARK; word < stride; word++) {
    const mine = arena[at + word] as number;
    const other = configuration[word] as number;
    if ((mine & ~other) !== 0) isBetter = false;
    if ((other & ~mine) !== 0) isWorse = false;
    if (!isBetter && !isWorse) return UNLIKE;
  }
  return isBetter ? 0 : DOMINATED;
}

/** Sets bits of one word. */
export function setBits(words: Int32Array, at: number, bits: number): void {
  words[at] = (words[at] as number) | bits;
}

/** Clears bits of one word. */
export function clearBits(words: Int32Array, at: number, bits: number): void {
  words[at] = (words[at] as number) & ~bits;
}

/** Copies one configuration over another: short ones faster than the method of typed arrays. */
export function copyBits(from: Int32Array, to: Int32Array): void {
  for (let index = 0; index < from.length; index++) to[index] = from[index] as number;
}
