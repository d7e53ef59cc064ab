import { describe, expect, it } from 'vitest';
import { compilePatterns, logPatternUse } from './log-pattern-use.ts';

const CRASHED = new Map([
  ['n1', 'starting\n\npanic: index out of range\ngoroutine 1 [running]:\n'],
  ['n2', 'starting\n'],
]);

describe('the check for lines in node logs', () => {
  it('looks for crashes in real clusters, which leave the run in doubt', () => {
    expect(logPatternUse(CRASHED, [], 'docker')?.options).toMatchObject({
      logs: { n1: [[3, 'panic: index out of range']], n2: [] },
      linesSearched: 4,
      decides: false,
    });
    expect(logPatternUse(CRASHED, [], 'sim')).toBeUndefined();
    expect(logPatternUse(new Map([['n1', '']]), [], 'process')).toBeUndefined();
  });

  it('looks for what is asked for instead, anywhere, and lets it decide', () => {
    expect(logPatternUse(CRASHED, ['^start'], 'sim')?.options).toMatchObject({
      patterns: ['^start'],
      logs: { n1: [[1, 'starting']], n2: [[1, 'starting']] },
      decides: true,
    });
  });

  it('hands over no more lines than anybody reads, and the part of a long one that matches', () => {
    const many = logPatternUse(new Map([['n1', 'panic: \n'.repeat(3_000)]]), [], 'process');
    expect(many?.options).toMatchObject({ logs: { n1: { length: 1_000 } }, linesSearched: 3_000 });
    const long = logPatternUse(new Map([['n1', `panic: ${'x'.repeat(9_000)}`]]), [], 'process');
    expect(long?.options).toMatchObject({ logs: { n1: [[1, `panic: ${'x'.repeat(493)}`]] } });
  });

  it('refuses what is no regular expression', () => {
    expect(() => compilePatterns(['('])).toThrow('--log-pattern "(" is no regular expression');
  });
});
