import type { SpecialEffort } from './special-way.ts';

/** What a place in the text takes. */
const PLACE_BYTES = 24;

/**
 * Reads texts as one of some beginnings and any of some further pieces after it, each known by whom it is of. Texts that
 * begin alike, read one after the other, are read once as far as they are alike.
 */
export class TextReader {
  readonly #beginnings: ReadonlyMap<string, number>;
  readonly #pieces: ReadonlyMap<string, number>;
  readonly #lengths: readonly number[];
  readonly #beginningLengths: readonly number[];
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
    this.#lengths = lengthsOf(pieces);
    this.#beginningLengths = lengthsOf(beginnings);
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

  /** Looks at the places from `first` on, from each place that one comes to. */
  #extend(text: string, first: number): void {
    this.#effort.reserve(Math.max(0, text.length + 1 - this.#ways.length) * PLACE_BYTES);
    this.#effort.step(costOf(text.length));
    this.#text = text;
    for (let at = first; at <= text.length; at++) this.#ways[at] = 0;
    for (const length of this.#beginningLengths) {
      if (length > text.length) break;
      if (length < first) continue;
      this.#effort.step(costOf(length));
      const maker = this.#beginnings.get(text.slice(0, length));
      if (maker !== undefined) this.#come(length, 1, maker, -1);
    }
    const longest = this.#lengths.at(-1) ?? 0;
    for (let at = Math.max(0, first - longest); at < text.length; at++) {
      const ways = this.#ways[at] as number;
      if (ways === 0) continue;
      this.#effort.step();
      for (const length of this.#lengths) {
        if (at + length < first) continue;
        if (at + length > text.length) break;
        this.#effort.step(costOf(length));
        const maker = this.#pieces.get(text.slice(at, at + length));
        if (maker !== undefined) this.#come(at + length, ways, maker, at);
      }
    }
  }

  #come(at: number, ways: number, maker: number, from: number): void {
    this.#ways[at] = Math.min(2, (this.#ways[at] as number) + ways);
    this.#of[at] = maker;
    this.#from[at] = from;
  }
}

/** Steps that it takes to cut a text of so many characters out and to look it up. */
function costOf(length: number): number {
  return 1 + (length >> 3);
}

function lengthsOf(texts: ReadonlyMap<string, number>): readonly number[] {
  return [...new Set([...texts.keys()].map((text) => text.length))].sort((left, right) => left - right);
}
