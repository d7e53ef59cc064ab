import { describe, expect, it } from 'vitest';
import { contextWith, sketch } from '../testing/sketch.ts';
import { errorsChecker } from './errors-checker.ts';
import { logPatternsChecker } from './log-patterns-checker.ts';

describe('errors', () => {
  it('groups by function, outcome and code, most frequent first', () => {
    const result = errorsChecker.check(
      sketch([
        { process: 1, f: 'read', output: 1 },
        { process: 1, f: 'read', type: 'info', errorCode: 'timeout' },
        { process: 2, f: 'write', input: 1, type: 'fail', errorCode: 'not-sent' },
        { process: 3, f: 'write', input: 2, type: 'fail', errorCode: 'not-sent' },
        { process: 4, f: 'write', input: 3, to: Infinity },
      ]),
      contextWith(),
    );
    expect(result).toMatchObject({
      verdict: 'valid',
      facts: {
        total: 4,
        otherKinds: 0,
        errors: [
          { f: 'write', type: 'fail', code: 'not-sent', count: 2, firstOp: 4 },
          { f: 'read', type: 'info', code: 'timeout', count: 1 },
          { f: 'write', type: 'info', code: 'no-completion', count: 1 },
        ],
      },
    });
  });
});

describe('log-patterns', () => {
  const logs = { n1: ['starting', 'panic: index out of range', 'panic: again'], n2: ['all is well'] };

  it('finds the lines of each node', () => {
    const result = logPatternsChecker.check(sketch([]), contextWith({ patterns: ['^panic:', 'race'], logs }));
    expect(result.findings).toMatchObject([{ anomaly: 'log-pattern', count: 2 }]);
    expect(result.findings[0]?.message).toBe(
      'The log of n1 has 2 lines that match "^panic:", first: "panic: index out of range".',
    );
  });

  it('takes lines that were searched already, and leaves open what a match means where it does not decide', () => {
    const options = { patterns: ['^panic:'], logs: { n1: [[12, 'panic: again']] }, linesSearched: 40, decides: false };
    expect(logPatternsChecker.check(sketch([]), contextWith(options))).toMatchObject({
      verdict: 'unknown',
      reason: 'The log of n1 has 1 line that matches "^panic:", first, in line 12: "panic: again".',
      findings: [{ anomaly: 'log-pattern', count: 1 }],
      facts: { lines: 40 },
    });
    expect(logPatternsChecker.check(sketch([]), contextWith({ ...options, logs: {} })).verdict).toBe('valid');
  });

  it('is valid where nothing matches, and unknown where there is nothing to look for or in', () => {
    const verdict = (options: object): string =>
      logPatternsChecker.check(sketch([]), contextWith({ ...options })).verdict;
    expect(verdict({ patterns: ['race'], logs })).toBe('valid');
    expect(verdict({ patterns: [], logs })).toBe('unknown');
    expect(verdict({ patterns: ['race'] })).toBe('unknown');
    expect(() => verdict({ patterns: ['('], logs })).toThrow('is no regular expression');
  });
});
