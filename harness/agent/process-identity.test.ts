import { describe, expect, test } from 'vitest';
import { formatIdentity, isAlive, parseIdentity, processIdentity } from './process-identity.ts';

describe.skipIf(process.platform !== 'linux')('process identity', () => {
  test('knows this process, and not another one that got its number', () => {
    const own = processIdentity(process.pid);
    if (!own) throw new Error('this process has no identity');
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ ...own, startTicks: own.startTicks - 1 })).toBe(false);
    expect(isAlive({ ...own, bootId: 'another' })).toBe(false);
    expect(parseIdentity(formatIdentity(own))).toEqual(own);
  });

  test('a number that nobody has, and a label that is none', () => {
    expect(processIdentity(2 ** 30)).toBeUndefined();
    expect(parseIdentity('')).toBeUndefined();
    expect(parseIdentity('12@x@y')).toBeUndefined();
  });
});
