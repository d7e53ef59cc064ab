import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Budget } from '../judging/budget.ts';
import type { ElementCodes } from './element-codes.ts';
import { GrowingInts } from './growing-ints.ts';

/** A list that a read found. */
export type List = readonly JsonValue[];

/** In {@link ReadLists.lengthOf}: not a completed read of a list. */
export const NO_LIST = -1;

const NOTHING: List = [];

/**
 * The lists that completed reads found. Nearly always one is a beginning of the longest list that was read of its key, and
 * its length says all about it; so lengths are what is kept, and a list itself is decoded again where it is asked for.
 */
export class ReadLists {
  readonly #elements: ElementCodes;
  /** The list of a micro-operation, as the history has it. */
  readonly #decode: (mop: number) => JsonValue | undefined;
  /** Length per micro-operation, {@link NO_LIST}, or -2 - length for a list that disagrees with the key's longest. */
  readonly #lengths: GrowingInts;
  /** By key. */
  readonly #longest: List[] = [];
  readonly #longestReader: number[] = [];
  readonly #contested = new Set<number>();
  #differing = 0;

  constructor(elements: ElementCodes, expected: number, decode: (mop: number) => JsonValue | undefined) {
    this.#elements = elements;
    this.#lengths = new GrowingInts(expected);
    this.#decode = decode;
  }

  /** Says of the next micro-operation that it is no completed read of a list. */
  addNone(): void {
    this.#lengths.push(NO_LIST);
  }

  /** Says of the next micro-operation which list it found in the key, and what transaction it belongs to. */
  add(key: number, list: List, txn: number, budget: Budget): void {
    this.#lengths.push(list.length);
    const longest = this.#longest[key];
    if (longest === undefined || list.length > longest.length) {
      if (longest !== undefined && !this.#begins(longest, list)) this.#contested.add(key);
      this.#longest[key] = list;
      this.#longestReader[key] = txn;
    } else if (!this.#begins(list, longest)) this.#contested.add(key);
    budget.step(list.length);
  }

  /** Compares once more where not all reads of a key agreed, now that its longest one is known. */
  finish(keys: Int32Array, budget: Budget): void {
    if (this.#contested.size === 0) return;
    const lengths = this.#lengths.raw;
    for (let mop = 0; mop < keys.length; mop++) {
      budget.step();
      if (lengths[mop] === NO_LIST || !this.#contested.has(keys[mop] as number)) continue;
      const list = this.of(mop) ?? NOTHING;
      budget.step(list.length + 10);
      if (this.#begins(list, this.longest(keys[mop] as number))) continue;
      lengths[mop] = -2 - list.length;
      this.#differing++;
    }
  }

  /** How many reads disagree with the longest one of their key. */
  get differing(): number {
    return this.#differing;
  }

  /** How long the list was that a micro-operation found, or {@link NO_LIST}. */
  lengthOf(mop: number): number {
    const length = this.#lengths.raw[mop] as number;
    return length < NO_LIST ? -2 - length : length;
  }

  /** Whether the list found is how the longest one of its key begins. False for what found none. */
  agrees(mop: number): boolean {
    return (this.#lengths.raw[mop] as number) > NO_LIST;
  }

  /** The list that a micro-operation found; undefined where {@link lengthOf} says that it found none. */
  of(mop: number): List | undefined {
    if (mop >= this.#lengths.length || this.#lengths.raw[mop] === NO_LIST) return undefined;
    return (this.#decode(mop) as List | null | undefined) ?? NOTHING;
  }

  /** The first longest list that was read of a key; empty where nothing was ever found. */
  longest(key: number): List {
    return this.#longest[key] ?? NOTHING;
  }

  /** The transaction that read it, or -1 where nothing was ever found. */
  longestReader(key: number): number {
    return this.longest(key).length === 0 ? -1 : (this.#longestReader[key] as number);
  }

  #begins(list: List, whole: List): boolean {
    for (let place = 0; place < list.length; place++) {
      const [one, other] = [list[place] as JsonValue, whole[place] as JsonValue];
      if (one === other) continue;
      if (typeof one !== 'object' || typeof other !== 'object') return false;
      if (this.#elements.encode(one) !== this.#elements.encode(other)) return false;
    }
    return true;
  }
}
