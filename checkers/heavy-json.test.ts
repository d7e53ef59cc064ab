import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../harness/kernel/json.ts';
import { heavyJson, isHeavy } from './heavy-json.ts';

const parsed = (value: JsonValue): unknown =>
  JSON.parse(Buffer.from(heavyJson(value, () => undefined)).toString('utf8'));

describe('writing heavy values', () => {
  it('writes what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = Buffer.from(heavyJson(value as JsonValue, () => undefined)).toString('utf8');
        expect(text).toBe(JSON.stringify(value));
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('keeps pairs of surrogates, single ones and what needs escapes, wherever a text is cut', () => {
    for (const shift of ['', 'x']) {
      const text = `${shift}${'😀'.repeat(40_000)}\ud800"\n${'\u0001'.repeat(70_000)}\udc00`;
      expect(parsed([text, { [text]: 1 }])).toEqual([text, { [text]: 1 }]);
    }
  });

  it('looks often, so that it can be stopped', () => {
    let looks = 0;
    heavyJson(Array<number>(500_000).fill(1), () => looks++);
    expect(looks).toBeGreaterThan(10);
    expect(() =>
      heavyJson('x'.repeat(2 ** 22), (bytes) => {
        if (bytes > 2 ** 20) throw new Error(`${bytes}`);
      }),
    ).toThrow(/^1\d{6}$/);
  });

  it('is for values of more than half a million members and characters', () => {
    expect(isHeavy('x'.repeat(500_000))).toBe(false);
    expect(isHeavy('x'.repeat(600_000))).toBe(true);
    expect(isHeavy(Array<number>(600_000).fill(0))).toBe(true);
    expect(isHeavy({ ['x'.repeat(300_000)]: ['x'.repeat(300_000)] })).toBe(true);
    expect(isHeavy([null, { a: [1, 2] }])).toBe(false);
  });
});
