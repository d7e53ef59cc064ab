import { describe, expect, it } from 'vitest';
import { suggestName } from './suggest-name.ts';

describe('suggestName', () => {
  it.each([
    ['regster', ['register', 'cas-register'], 'register'],
    ['Register', ['register', 'cas-register'], 'register'],
    ['fifo-queue', ['set', 'queue', 'stack'], 'queue'],
    ['mutex', ['reentrant-mutex', 'set'], 'reentrant-mutex'],
    ['queue', ['fifo-queue', 'unordered-queue'], undefined],
    ['nope', ['register', 'kv'], undefined],
    ['kw', ['register', 'kv'], 'kv'],
  ])('%s among %j', (given, known, meant) => expect(suggestName(given, known)).toBe(meant));
});
