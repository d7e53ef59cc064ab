import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpusFolder } from '../../harness/history/testing/corpus-folder.ts';
import { readAnyHistory } from '../../harness/history/index.ts';
import { contextWith } from '../testing/sketch.ts';
import { totalsCheckers } from './index.ts';

const corpus = corpusFolder();

/** Verdicts of `index.csv` for the histories of elle-cli that these checkers judge. */
const expected: readonly [file: string, checker: string, verdict: string][] = [
  ['jepsen/bank-neg.edn', 'bank', 'valid'],
  ['jepsen/bank-negative-balances.json', 'bank', 'invalid'],
  ['jepsen/bank-tidb.edn', 'bank', 'invalid'],
  ['jepsen/bank.edn', 'bank', 'valid'],
  ['jepsen/bank.json', 'bank', 'valid'],
  ['jepsen/long-fork.edn', 'long-fork', 'invalid'],
  ['custom/comments.edn', 'causal-reverse', 'invalid'],
];

describe.skipIf(corpus === undefined)('histories of elle-cli', () => {
  it.each(expected)('%s by %s is %s', (file, name, verdict) => {
    const { history } = readAnyHistory(join(corpus ?? '', 'elle-cli', file));
    const checker = totalsCheckers.find((candidate) => candidate.name === name)!;
    expect(checker.check(history, contextWith()).verdict).toBe(verdict);
  });
});
