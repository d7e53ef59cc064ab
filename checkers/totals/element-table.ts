import type { JsonValue } from '../../harness/kernel/json.ts';
import { identityOf } from '../judging/identity.ts';

/** Whole numbers up to this many times the number of elements are looked up in an array instead of a map. */
const DENSE_FACTOR = 8;
const FIRST_DENSE = 4096;

/** Numbers the elements of a set from 0, by value (see {@link identityOf}). Small whole numbers cost an array access. */
export class ElementTable {
  /** Element number + 1 by element, for small whole numbers. */
  #dense = new Int32Array(FIRST_DENSE);
  readonly #sparse = new Map<number | string, number>();
  readonly #elements: JsonValue[] = [];

  get size(): number {
    return this.#elements.length;
  }

  /** The number of `element`, given on first use. */
  add(element: JsonValue): number {
    const known = this.idOf(element);
    if (known >= 0) return known;
    const id = this.#elements.length;
    this.#elements.push(element);
    if (typeof element === 'number' && this.#fitsDense(element)) this.#dense[element] = id + 1;
    else this.#sparse.set(identityOf(element), id);
    return id;
  }

  /** The number of `element`, or -1 where it was never added. */
  idOf(element: JsonValue): number {
    // Misses of the array may be in the map: it holds what came before the array had grown.
    const dense = typeof element === 'number' ? (this.#dense[element] ?? 0) : 0;
    if (dense > 0) return dense - 1;
    return this.#sparse.size === 0 ? -1 : (this.#sparse.get(identityOf(element)) ?? -1);
  }

  elementOf(id: number): JsonValue {
    return this.#elements[id] ?? null;
  }

  #fitsDense(element: number): boolean {
    if (!Number.isInteger(element) || element < 0) return false;
    if (element < this.#dense.length) return true;
    if (element >= DENSE_FACTOR * Math.max(FIRST_DENSE, this.#elements.length)) return false;
    const grown = new Int32Array(Math.max(element + 1, this.#dense.length * 2));
    grown.set(this.#dense);
    this.#dense = grown;
    return true;
  }
}
