import { NO_PAIR } from '../kernel/history.ts';

/** Process ids below this are looked up in an array: they are dense in practice, and this is the hot path of reading. */
const DENSE_LIMIT = 1 << 20;

/** Index of the open invocation of each process. */
export class OpenOperations {
  #dense = new Int32Array(256).fill(NO_PAIR);
  readonly #sparse = new Map<number, number>();

  /** Index of the process's open invocation, or {@link NO_PAIR}. */
  indexOf(process: number): number {
    if (process < this.#dense.length) return this.#dense[process] ?? NO_PAIR;
    return process < DENSE_LIMIT ? NO_PAIR : (this.#sparse.get(process) ?? NO_PAIR);
  }

  open(process: number, index: number): void {
    if (process >= DENSE_LIMIT) {
      this.#sparse.set(process, index);
      return;
    }
    if (process >= this.#dense.length) this.#grow(process);
    this.#dense[process] = index;
  }

  close(process: number): void {
    if (process < this.#dense.length) this.#dense[process] = NO_PAIR;
    else this.#sparse.delete(process);
  }

  #grow(process: number): void {
    let size = this.#dense.length;
    while (size <= process) size *= 2;
    const grown = new Int32Array(size).fill(NO_PAIR);
    grown.set(this.#dense);
    this.#dense = grown;
  }
}
