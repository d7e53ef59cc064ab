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

/** 53-bit mixing state of a stream's identity: two independent 32-bit halves. */
interface StreamId {
  readonly high: number;
  readonly low: number;
}

/**
 * A stream that is a pure function of `seed`. The generator is xoroshiro128+ (pure-rand); labels are mixed into the
 * seed with two independent murmur3-style 32-bit hashes, so equal labels under equal parents give equal streams.
 */
export function randomOf(seed: number | string): Random {
  return streamOf(mix({ high: 0x9e3779b9, low: 0x85ebca6b }, String(seed)));
}

function streamOf(id: StreamId): Random {
  // Seeding costs more than a draw, and many forks are only forked again: seed on the first draw.
  let generator: ReturnType<typeof xoroshiro128plusFromState> | undefined;
  const next32 = (): number => {
    // The fourth word is odd, so the all-zero state, from which the generator never leaves, cannot be reached.
    generator ??= xoroshiro128plusFromState([id.high, id.low, avalanche(id.high ^ 0x5bd1e995), avalanche(id.low) | 1]);
    const word = generator.next();
    // The lowest bits of xoroshiro128+ are its weakest; remainders look at them first, so fold the strong half in.
    return (word ^ (word >>> 16)) >>> 0;
  };
  const below = (bound: number): number => {
    if (bound <= 1) return 0;
    const limit = 0x100000000 - (0x100000000 % bound);
    for (;;) {
      const draw = next32();
      if (draw < limit) return draw % bound;
    }
  };
  return {
    int(low, high) {
      if (!(high >= low) || high - low >= 0x100000000) {
        throw new RangeError(`random.int expects low <= high less than 2^32 apart, got ${low} and ${high}`);
      }
      return low + below(high - low + 1);
    },
    chance(numerator, denominator) {
      return below(denominator) < numerator;
    },
    pick(items) {
      const index = below(items.length);
      if (index >= items.length) throw new RangeError('random.pick expects at least one item');
      return items[index] as (typeof items)[number];
    },
    shuffle(items) {
      const result = [...items];
      for (let index = result.length - 1; index > 0; index--) {
        const other = below(index + 1);
        const kept = result[index] as (typeof items)[number];
        result[index] = result[other] as (typeof items)[number];
        result[other] = kept;
      }
      return result;
    },
    fork(label) {
      return streamOf(mix(id, String(label)));
    },
  };
}

function mix(id: StreamId, label: string): StreamId {
  let high = Math.imul(id.high ^ 0x27d4eb2f, 0xcc9e2d51);
  let low = Math.imul(id.low ^ label.length, 0x1b873593);
  for (let index = 0; index < label.length; index++) {
    const code = label.charCodeAt(index);
    high = Math.imul(rotate(high ^ code, 13), 5) + 0xe6546b64;
    low = Math.imul(rotate(low ^ Math.imul(code, 0x85ebca6b), 17), 9) + 0x52dce729;
  }
  return { high: avalanche(high ^ low), low: avalanche(low + Math.imul(high, 0x9e3779b1)) };
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
