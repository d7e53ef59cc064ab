import { describe, expect, it } from 'vitest';
import { Antichain, HEADER, MARK, STATE } from './antichain.ts';

function configuration(state: number, bits: number, mark = 0): Int32Array {
  const words = new Int32Array(HEADER + 1);
  words[STATE] = state;
  words[MARK] = mark;
  words[HEADER] = bits;
  return words;
}

describe('antichain', () => {
  it('refuses what is dominated, and drops what the new one dominates', () => {
    const chain = new Antichain(new Int32Array(1));
    expect(chain.add(configuration(1, 0b011))).toBe(true);
    expect(chain.add(configuration(1, 0b011))).toBe(false);
    expect(chain.add(configuration(1, 0b111))).toBe(false);
    expect(chain.add(configuration(1, 0b011, 1))).toBe(false);
    expect(chain.add(configuration(1, 0b101))).toBe(true);
    expect(chain.add(configuration(2, 0b111))).toBe(true);
    expect(chain.size).toBe(3);
    expect(chain.add(configuration(1, 0b001))).toBe(true);
    expect([0, 1, 2, 3].map((record) => chain.has(record))).toEqual([false, false, true, true]);
  });

  it('finds what it knows after it has grown', () => {
    // Pairs of bits of which each has one: no two are comparable.
    const pairs = Array.from({ length: 500 }, (_, number) =>
      configuration(number % 3, 0xffff & (number | (~number << 9))),
    );
    const chain = new Antichain(Int32Array.of(0xff));
    const added = pairs.filter((pair) => chain.add(pair));
    expect(added.length).toBeGreaterThan(100);
    expect(pairs.some((pair) => chain.add(pair))).toBe(false);
  });
});
