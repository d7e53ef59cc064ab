import { Antichain, HEADER, type ConfigurationBits } from './antichain.ts';

/**
 * Makes configurations fewer by letting them do more: widening, as abstract interpretation calls it (Cousot & Cousot 1977,
 * section 9). All bits of a configuration mean something bad, so one in which some are cleared dominates it; where the
 * same bits are cleared in all, many become equal. Whatever has an order keeps one, and where none is left there was none.
 *
 * Bits once forgotten stay so until {@link begin}: configurations that come later must lose them as well, or they would be
 * as many again.
 */
export class Widening {
  readonly #bits: ConfigurationBits;
  /** As the bits of a configuration. */
  readonly #forgotten: Int32Array;
  readonly #counts: Int32Array;
  /** Told of every configuration that is looked at; false where the time is over. */
  readonly #goesOn: () => boolean;
  /** Bits that must stay: those of the operation that returns now. */
  #keptWord = 0;
  #keptBit = 0;
  #count = 0;

  constructor(bits: ConfigurationBits, goesOn: () => boolean) {
    this.#goesOn = goesOn;
    this.#bits = bits;
    this.#forgotten = new Int32Array(2 * bits.words);
    this.#counts = new Int32Array(64 * bits.words);
  }

  /** How often something was forgotten. */
  get count(): number {
    return this.#count;
  }

  /** Begins anew, at the return of the operation that this bit of this word stands for. */
  begin(word: number, bit: number): void {
    this.#forgotten.fill(0);
    this.#keptWord = word;
    this.#keptBit = bit;
  }

  /** Clears what is forgotten. O(words). */
  clear(configuration: Int32Array): void {
    for (let index = 0; index < this.#forgotten.length; index++) {
      configuration[HEADER + index] = (configuration[HEADER + index] as number) & ~(this.#forgotten[index] as number);
    }
  }

  /**
   * Forgets ever more until at most `most` configurations are left, or nothing is left to forget: first which crashed
   * operations were used, then anything. What divides configurations into halves goes first: that leaves the fewest for
   * the least that is forgotten. O(log b) passes over m configurations of b bits. What is left when the time is over is of no
   * use.
   */
  widen(wide: Antichain, most: number, exact: Int32Array): Antichain {
    let left = this.#cleared(wide, exact);
    for (let batch = 1; left.size > most; batch *= 2) {
      if (!this.#forget(left, batch)) break;
      this.#count++;
      left = this.#cleared(left, exact);
    }
    // Once more, without the records of those that are dominated.
    return this.#cleared(left, exact);
  }

  #cleared(wide: Antichain, exact: Int32Array): Antichain {
    const left = new Antichain(exact.slice());
    const configuration = new Int32Array(wide.stride);
    for (let record = 0; record < wide.records; record++) {
      if (!wide.has(record)) continue;
      if (!this.#goesOn()) break;
      wide.read(record, configuration);
      this.clear(configuration);
      left.add(configuration);
    }
    return left;
  }

  /** Forgets `batch` more bits. False where all configurations have the same ones. */
  #forget(wide: Antichain, batch: number): boolean {
    const { words, optional } = this.#bits;
    const counts = this.#counts.fill(0);
    const configuration = new Int32Array(wide.stride);
    for (let record = 0; record < wide.records; record++) {
      if (!wide.has(record)) continue;
      if (!this.#goesOn()) return false;
      wide.read(record, configuration);
      for (let index = 0; index < 2 * words; index++) {
        let left = configuration[HEADER + index] as number;
        while (left !== 0) {
          const at = 32 * index + 31 - Math.clz32(left & -left);
          counts[at] = (counts[at] as number) + 1;
          left &= left - 1;
        }
      }
    }
    const ranked: { readonly at: number; readonly gain: number }[] = [];
    for (const [at, count] of counts.entries()) {
      const [index, bit] = [at >> 5, 1 << (at & 31)];
      if (index % words === this.#keptWord && bit === this.#keptBit) continue;
      const gain = Math.min(count, wide.size - count);
      if (gain === 0) continue;
      const isCrashed = index >= words && ((optional[index - words] as number) & bit) !== 0;
      ranked.push({ at, gain: gain + (isCrashed ? wide.size : 0) });
    }
    ranked.sort((left, right) => right.gain - left.gain || left.at - right.at);
    for (const { at } of ranked.slice(0, batch)) {
      this.#forgotten[at >> 5] = (this.#forgotten[at >> 5] as number) | (1 << (at & 31));
    }
    return ranked.length > 0;
  }
}
