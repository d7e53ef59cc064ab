import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/**
 * A stream of random draws. Probabilities are integer ratios, so that no platform's floating point decides a run.
 *
 * Streams are forked by label and never shared: a draw added in one place shifts no draw elsewhere.
 */
export interface Random {
  /** A whole number in [low, high], both included. Requires low <= high and high - low < 2^32. */
  int(low: number, high: number): number;
  /** True in `numerator` of `denominator` cases. */
  chance(numerator: number, denominator: number): boolean;
  /** One of the items, evenly. Throws RangeError on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** A new array with the items in random order. */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream that depends on this stream's seed and the label only, not on what was drawn so far. */
  fork(label: string | number): Random;
}

/** Identity of a stream: two independent 32-bit halves. */
interface StreamId {
  readonly high: number;
  readonly low: number;
}

/**
 * A stream that is a pure function of `seed`. The generator is xoroshiro128+ (pure-rand); labels are mixed into the
 * seed with two independent murmur3-style 32-bit hashes, so equal labels under equal parents give equal streams.
 */
export function randomOf(seed: number | string): Random {
  return new SeededRandom(mixText(0x9e3779b9, 0x85ebca6b, String(seed)));
}

/** A class, because streams are made by the million: forking allocates one small object. */
class SeededRandom implements Random {
  readonly #id: StreamId;
  /** Seeding costs more than a draw, and many forks are only forked again: seeded on the first draw. */
  #generator: ReturnType<typeof xoroshiro128plusFromState> | undefined;

  constructor(id: StreamId) {
    this.#id = id;
  }

  int(low: number, high: number): number {
    if (!(high >= low) || high - low >= 0x100000000) {
      throw new RangeError(`random.int expects low <= high less than 2^32 apart, got ${low} and ${high}`);
    }
    return low + this.#below(high - low + 1);
  }

  chance(numerator: number, denominator: number): boolean {
    return this.#below(denominator) < numerator;
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('random.pick expects at least one item');
    return items[this.#below(items.length)] as T;
  }

  shuffle<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let index = result.length - 1; index > 0; index--) {
      const other = this.#below(index + 1);
      const kept = result[index] as T;
      result[index] = result[other] as T;
      result[other] = kept;
    }
    return result;
  }

  fork(label: string | number): Random {
    const { high, low } = this.#id;
    return new SeededRandom(typeof label === 'number' ? mixNumber(high, low, label) : mixText(high, low, label));
  }

  #below(bound: number): number {
    if (bound <= 1) return 0;
    const limit = 0x100000000 - (0x100000000 % bound);
    for (;;) {
      const draw = this.#next32();
      if (draw < limit) return draw % bound;
    }
  }

  #next32(): number {
    const { high, low } = this.#id;
    // The fourth word is odd, so the all-zero state, from which the generator never leaves, cannot be reached.
    this.#generator ??= xoroshiro128plusFromState([high, low, avalanche(high ^ 0x5bd1e995), avalanche(low) | 1]);
    const word = this.#generator.next();
    // The lowest bits of xoroshiro128+ are its weakest; remainders look at them first, so fold the strong half in.
    return (word ^ (word >>> 16)) >>> 0;
  }
}

function mixText(high: number, low: number, label: string): StreamId {
  let upper = Math.imul(high ^ 0x27d4eb2f, 0xcc9e2d51);
  let lower = Math.imul(low ^ label.length, 0x1b873593);
  for (let index = 0; index < label.length; index++) {
    const code = label.charCodeAt(index);
    upper = Math.imul(rotate(upper ^ code, 13), 5) + 0xe6546b64;
    lower = Math.imul(rotate(lower ^ Math.imul(code, 0x85ebca6b), 17), 9) + 0x52dce729;
  }
  return finish(upper, lower);
}

/** Numbers are mixed as their two 32-bit halves; a number and its text are different labels. */
function mixNumber(high: number, low: number, label: number): StreamId {
  const lowHalf = label | 0;
  const highHalf = Math.floor(label / 0x100000000) | 0;
  const upper = Math.imul(rotate(Math.imul(high ^ 0x165667b1, 0xcc9e2d51) ^ lowHalf, 13), 5) + 0xe6546b64;
  const lower = Math.imul(rotate(Math.imul(low, 0x1b873593) ^ Math.imul(lowHalf ^ highHalf, 0x85ebca6b), 17), 9);
  return finish(upper ^ highHalf, lower + 0x52dce729);
}

function finish(upper: number, lower: number): StreamId {
  return { high: avalanche(upper ^ lower), low: avalanche(lower + Math.imul(upper, 0x9e3779b1)) };
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function avalanche(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
}
