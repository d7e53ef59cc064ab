import type { SpecialEffort } from './special-way.ts';

/**
 * Reads texts as one of some beginnings and any of some further pieces after it, each known by whom it is of. Texts that
 * begin alike, read one after the other, are read once as far as they are alike.
 */
export class TextReader {
  readonly #beginnings: ReadonlyMap<string, number>;
  readonly #pieces: ReadonlyMap<string, number>;
  readonly #lengths: readonly number[];
  /** Nothing longer is a beginning. */
  readonly #longest: number;
  readonly #effort: SpecialEffort;
  #text = '';
  /** By place in the text: in how many ways one comes there, 2 standing for more. */
  readonly #ways: number[] = [];
  /** The piece that ends there and where it began, or the beginning and -1, where there is one way only. */
  readonly #of: number[] = [];
  readonly #from: number[] = [];

  /** No piece is empty. */
  constructor(beginnings: ReadonlyMap<string, number>, pieces: ReadonlyMap<string, number>, effort: SpecialEffort) {
    this.#beginnings = beginnings;
    this.#pieces = pieces;
    this.#effort = effort;
    this.#lengths = [...new Set([...pieces.keys()].map((piece) => piece.length))].sort((left, right) => left - right);
    this.#longest = [...beginnings.keys()].reduce((most, beginning) => Math.max(most, beginning.length), 0);
    this.#extend('', 0);
  }

  /** Whose beginning and whose pieces make up the text, in order, where that can be in one way only. */
  read(text: string): readonly number[] | 'no way' | 'several ways' {
    let alike = 0;
    while (alike < text.length && alike < this.#text.length && text[alike] === this.#text[alike]) alike++;
    this.#extend(text, alike + 1);
    const ways = this.#ways[text.length] as number;
    if (ways !== 1) return ways === 0 ? 'no way' : 'several ways';
    const makers: number[] = [];
    for (let at = text.length; at >= 0; at = this.#from[at] as number) makers.push(this.#of[at] as number);
    return makers.reverse();
  }

  /** Looks at the places from `first` on. */
  #extend(text: string, first: number): void {
    this.#text = text;
    for (let at = first; at <= text.length; at++) {
      this.#effort.step();
      const beginning = at > this.#longest ? undefined : this.#beginnings.get(text.slice(0, at));
      this.#ways[at] = beginning === undefined ? 0 : 1;
      this.#of[at] = beginning ?? 0;
      this.#from[at] = -1;
      for (const length of this.#lengths) {
        if (length > at) break;
        const ways = this.#ways[at - length] as number;
        if (ways === 0) continue;
        const piece = this.#pieces.get(text.slice(at - length, at));
        if (piece === undefined) continue;
        this.#ways[at] = Math.min(2, (this.#ways[at] as number) + ways);
        this.#of[at] = piece;
        this.#from[at] = at - length;
      }
    }
  }
}
