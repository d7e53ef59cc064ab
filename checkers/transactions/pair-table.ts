import { workingInts } from '../judging/working-memory.ts';
import { GrowingInts } from './growing-ints.ts';

const FIRST_SLOTS = 1024;

/**
 * Gives dense numbers to pairs of integers: (key, element) to version. Open addressing over typed arrays, because a
 * history of a million transactions asks some ten million times.
 */
export class PairTable {
  readonly #left: GrowingInts;
  readonly #right: GrowingInts;
  /** 1 + number of the pair that hashes here, or 0. At most half full. */
  #slots: Int32Array;

  /** `expected` pairs fit without growing. */
  constructor(expected: number) {
    this.#left = new GrowingInts(expected);
    this.#right = new GrowingInts(expected);
    let slots = FIRST_SLOTS;
    while (slots < expected * 2) slots *= 2;
    this.#slots = workingInts(slots);
  }

  get size(): number {
    return this.#left.length;
  }

  /** The number of the pair, or -1. */
  find(left: number, right: number): number {
    return (this.#slots[this.#slotOf(left, right)] as number) - 1;
  }

  /** The number of the pair, given now where it had none: then it equals the old size. */
  add(left: number, right: number): number {
    const slot = this.#slotOf(left, right);
    const known = this.#slots[slot] as number;
    if (known > 0) return known - 1;
    this.#left.push(left);
    this.#right.push(right);
    this.#slots[slot] = this.size;
    if (this.size * 2 > this.#slots.length) this.#grow();
    return this.size - 1;
  }

  leftOf(index: number): number {
    return this.#left.raw[index] as number;
  }

  rightOf(index: number): number {
    return this.#right.raw[index] as number;
  }

  #slotOf(left: number, right: number): number {
    const mask = this.#slots.length - 1;
    const lefts = this.#left.raw;
    const rights = this.#right.raw;
    let slot = hash(left, right) & mask;
    for (;;) {
      const known = this.#slots[slot] as number;
      if (known === 0 || (lefts[known - 1] === left && rights[known - 1] === right)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const mask = this.#slots.length * 2 - 1;
    const slots = workingInts(mask + 1);
    for (let index = 0; index < this.size; index++) {
      let slot = hash(this.leftOf(index), this.rightOf(index)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.#slots = slots;
  }
}

function hash(left: number, right: number): number {
  let mixed = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
