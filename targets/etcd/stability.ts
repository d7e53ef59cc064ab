/** Watches whether repeated looks at something see the same for long enough. */
export class Stability {
  readonly #holdMs: number;
  #since: { readonly seen: string; readonly ms: number } | undefined;

  constructor(holdMs: number) {
    this.#holdMs = holdMs;
  }

  /**
   * Takes in a look that lasted from `fromMs` to `toMs`; undefined is a look that saw trouble. True once all looks for at
   * least `holdMs`, from the end of the first one to the beginning of this one, have seen the same.
   */
  isStable(seen: string | undefined, fromMs: number, toMs: number): boolean {
    if (seen === undefined) this.#since = undefined;
    else if (this.#since?.seen !== seen) this.#since = { seen, ms: toMs };
    return this.#since !== undefined && fromMs - this.#since.ms >= this.#holdMs;
  }
}
