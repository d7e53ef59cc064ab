import { expect, test } from 'vitest';
import type { ClockProbe } from '../../kernel/target.ts';
import { readClocks } from './clock-readings.ts';

const ADDRESSES = new Map([
  ['n1', 'a'],
  ['n2', 'b'],
]);

function probe(kind: ClockProbe['kind'], resolutionMs: number, read: ClockProbe['read']): ClockProbe {
  return { kind, name: 'probe', resolutionMs, read };
}

test('offsets are against the middle of the round trip, a coarse clock is taken in the middle of its step', async () => {
  let nowMs = 1_000_000;
  const read = async (): Promise<number> => {
    nowMs += 10;
    return 1_005_000;
  };
  const options = { timeoutMs: 100, wallNowMs: () => nowMs };
  const one = new Map([['n1', 'a']]);
  const exact = await readClocks(probe('self-report', 1, read), one, options);
  expect(exact).toMatchObject({ offsetsMs: { n1: 4_995 }, errorMs: { n1: 5.5 } });
  const coarse = await readClocks(probe('coarse', 1_000, read), one, options);
  expect(coarse).toMatchObject({ offsetsMs: { n1: 5_485 }, errorMs: { n1: 505 } });
});

test('a node that refuses at first is asked again, one that never answers is left out in time', async () => {
  let refusals = 2;
  const read: ClockProbe['read'] = async (address) => {
    if (address === 'b') return new Promise(() => undefined);
    if (refusals-- > 0) throw new Error('refused');
    return Date.now();
  };
  const startedMs = Date.now();
  const { offsetsMs } = await readClocks(probe('self-report', 1, read), ADDRESSES, {
    timeoutMs: 400.7,
    wallNowMs: Date.now,
  });
  expect(Object.keys(offsetsMs)).toEqual(['n1']);
  expect(Date.now() - startedMs).toBeLessThan(10_000);
});

test('without a probe there are no readings', async () => {
  const readings = await readClocks(undefined, ADDRESSES, { timeoutMs: 1, wallNowMs: Date.now });
  expect(readings).toEqual({ probe: undefined, offsetsMs: {}, errorMs: {} });
});
