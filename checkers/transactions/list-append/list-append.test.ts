import { describe, expect, it } from 'vitest';
import type { History } from '../../../harness/kernel/history.ts';
import type { CheckResult } from '../../../harness/kernel/verdict.ts';
import { contextWith } from '../../testing/sketch.ts';
import { findingAlone } from '../../testing/finding-context.ts';
import { isTested, type Level } from '../levels.ts';
import { LIST_ANOMALIES } from '../testing/list-anomalies.ts';
import { concurrently, inSequence } from '../testing/transaction-sketch.ts';
import { listAppendChecker } from './check-list-append.ts';

const check = (history: History, level = 'strict-serializable'): CheckResult =>
  listAppendChecker.check(history, contextWith({ level }));

/** Levels left open, but for those that are only ever told by stronger ones. */
const undecidedTested = ({ facts }: CheckResult): readonly Level[] =>
  (facts['undecided'] as readonly Level[]).filter(isTested);

describe('list-append', () => {
  for (const [anomaly, [history, weakest]] of Object.entries(LIST_ANOMALIES)) {
    it(`finds ${anomaly}, rules out what it must, and shows operations that suffice`, () => {
      const result = check(history);
      const finding = result.findings.find((each) => each.anomaly === anomaly);
      expect(result.verdict).toBe('invalid');
      expect(finding?.message).not.toBe('');
      expect(result.facts['weakestRuledOut']).toEqual(weakest);
      for (const level of weakest) expect(check(history, level).verdict).toBe('invalid');
      for (const level of result.facts['strongestPossible'] as string[])
        expect(check(history, level).verdict).toBe('valid');
      for (const each of result.findings) {
        const names = check(findingAlone(history, each).withWriters).findings.map(({ anomaly: name }) => name);
        expect(names).toContain(each.anomaly);
      }
    });
  }

  it('explains every edge of a cycle', () => {
    const [history] = LIST_ANOMALIES['G-single'] ?? [];
    const finding = history === undefined ? undefined : check(history).findings[0];
    expect(finding).toMatchObject({ anomaly: 'G-single', ops: [1, 0], count: 1 });
    expect(finding?.message).toBe(
      'T1 (process 1 at 0.000 s) < T0 (process 0 at 0.000 s) < T1 is a circle of transactions that each must come before ' +
        'the next: T1 read key "y" = [], without the 1 that T0 appended next; T1 read key "x" = [1], which ends in T0\'s 1.',
    );
    expect(finding?.detail).toMatchObject({
      shortest: true,
      edges: [
        { from: 1, to: 0, kind: 'rw', key: 'y' },
        { from: 0, to: 1, kind: 'wr', key: 'x' },
      ],
    });
  });

  it('does not call it write skew where one of the two also overwrote the other', () => {
    const history = concurrently([
      [0, 'ok', 'rx_ ay1 az1'],
      [1, 'ok', 'ry_ ax1 az2'],
      [2, 'ok', 'rx[1] ry[1] rz[1,2]'],
    ]);
    expect(check(history).findings.map(({ anomaly }) => anomaly)).toEqual(['G-single']);
  });

  it('sees that both orders of two unread appends contradict a consistent view', () => {
    // Found by brute force: 1 case in 258,543 of `npm run prove:checkers -- transactions/list-append --seed 11`.
    const history = concurrently([
      [0, 'ok', 'ay1 ay2 az1'],
      [1, 'ok', 'ax1 az2 ry_'],
      [2, 'ok', 'ry[1,2] rx_'],
    ]);
    const result = check(history);
    expect(result.facts['weakestRuledOut']).toContain('consistent-view');
    const finding = result.findings.find(({ anomaly }) => anomaly === 'G-single');
    expect(finding?.message).toContain('so its append to key "z", which nobody read either, came before that of T0');
  });

  it('tries every order of unread appends', () => {
    // Found by brute force: 1 case in 12,228 of `npm run prove:checkers -- transactions/list-append --seed 147926641`.
    const result = check(
      concurrently([
        [0, 'ok', 'rx[1] ry_'],
        [1, 'ok', 'rx_ ay1'],
        [2, 'ok', 'ay2 rx_'],
        [3, 'ok', 'ax1'],
      ]),
    );
    expect(result.facts['weakestRuledOut']).toEqual(['update-serializable', 'repeatable-read', 'snapshot-isolation']);
    const finding = result.findings.find(({ anomaly }) => anomaly === 'G-nonadjacent');
    expect(finding?.ops).toHaveLength(4);
    expect(finding?.message).toMatch(
      /^Nobody read in which order these wrote: T1 .*, T2 .* to key "y"; whichever came first/,
    );
    expect(finding?.detail).toMatchObject({ otherOrders: [{ shortest: true }] });
  });

  it('calls no level possible that no circle tells, unless it is shown', () => {
    // Every transaction is seen whole, but what led to it is not.
    const history = concurrently([
      [0, 'ok', 'ax1'],
      [1, 'ok', 'rx[1] ay1'],
      [2, 'ok', 'ry[1] rx_'],
    ]);
    const levels = ['monotonic-atomic-view', 'read-atomic', 'causal', 'monotonic-view'];
    expect(levels.map((level) => check(history, level).verdict)).toEqual(['valid', 'valid', 'invalid', 'unknown']);
    expect(check(history, 'monotonic-view').reason).toContain('no test of its own');
    expect(check(history, 'causal').findings.map(({ message }) => message)).toEqual([
      'T2 (process 2 at 0.000 s) < T0 (process 0 at 0.000 s) < T1 (process 1 at 0.000 s) < T2 is a circle of transactions ' +
        'that each must come before the next: T2 read key "x" = [] without T0\'s 1; T1 read key "x" = [1] with T0\'s 1; ' +
        'T2 read key "y" = [1] with T1\'s 1.',
    ]);
  });

  it('lets readers disagree about writers where updates are serializable, and forget what they overwrote in a prefix', () => {
    const longFork = concurrently([
      [0, 'ok', 'ax1'],
      [1, 'ok', 'ay1'],
      [2, 'ok', 'rx[1] ry_'],
      [3, 'ok', 'rx_ ry[1]'],
    ]);
    expect(check(longFork, 'update-serializable').verdict).toBe('valid');
    expect(check(longFork, 'prefix').findings.map(({ anomaly }) => anomaly)).toEqual(['G-prefix']);
    const lostUpdate = concurrently([
      [0, 'ok', 'rx_ ax1'],
      [1, 'ok', 'rx_ ax2'],
    ]);
    expect(check(lostUpdate, 'prefix').verdict).toBe('valid');
    expect(check(lostUpdate, 'update-serializable').verdict).toBe('invalid');
  });

  it('rules out update serializability where every order of two unread appends misleads a reader', () => {
    const result = check(
      concurrently([
        [0, 'ok', 'az1 ak1 ap1'],
        [1, 'ok', 'az2 aq1 al1'],
        [2, 'ok', 'rk_ am1'],
        [3, 'ok', 'rm_ rq[1]'],
        [4, 'ok', 'rl_ an1'],
        [5, 'ok', 'rn_ rp[1]'],
      ]),
    );
    expect(result.facts['weakestRuledOut']).toEqual(['update-serializable', 'repeatable-read']);
    const finding = result.findings.find(({ anomaly }) => anomaly === 'G-update');
    expect(finding?.message).toMatch(/^Nobody read in which order these wrote: T0 .*, T1 .* to key "z"; whichever/);
  });

  it('leaves snapshot isolation possible where one order of unread appends allows it', () => {
    const result = check(
      concurrently([
        [0, 'ok', 'rx[1] ry_'],
        [1, 'ok', 'rx_ ay1'],
        [2, 'ok', 'ay2'],
        [3, 'ok', 'ax1'],
      ]),
    );
    expect(result.facts['weakestRuledOut']).toEqual(['update-serializable', 'repeatable-read']);
    expect(undecidedTested(result)).toEqual([]);
  });

  it('rules out snapshot isolation, however many unread appends there are to order', () => {
    const writers = Array.from({ length: 12 }, (_, index) => [index, 'ok', `rx_ ay${index}`] as const);
    const result = check(concurrently([...writers, [12, 'ok', 'rx[1] ry_'], [13, 'ok', 'ax1']]));
    expect(result.facts['weakestRuledOut']).toEqual(['update-serializable', 'repeatable-read', 'snapshot-isolation']);
    expect(undecidedTested(result)).toEqual([]);
    const finding = result.findings.find(({ anomaly }) => anomaly === 'G-nonadjacent');
    expect(finding?.ops).toHaveLength(4);
  });

  it('takes an indeterminate append that somebody read as having happened', () => {
    expect(
      check(
        concurrently([
          [0, 'info', 'ax1'],
          [1, 'ok', 'rx[1]'],
        ]),
      ).verdict,
    ).toBe('valid');
  });

  it('does not answer where an element was appended twice', () => {
    const result = check(
      concurrently([
        [0, 'ok', 'ax1'],
        [1, 'ok', 'ax1'],
        [2, 'ok', 'rx[1,1]'],
      ]),
    );
    expect(result).toMatchObject({ verdict: 'unknown', findings: [] });
    expect(result.reason).toContain('once per key');
    expect(result.facts['possible']).toEqual([]);
  });

  it('does not answer what it cannot read, and names the entry', () => {
    const result = check(inSequence([[0, 'ok', 'wx1']]));
    expect(result).toMatchObject({ verdict: 'unknown' });
    expect(result.reason).toContain('entry 1');
  });

  it('says unknown when nothing committed, and when time is up', () => {
    expect(check(concurrently([[0, 'info', 'ax1']])).verdict).toBe('unknown');
    let now = 0;
    const many = inSequence(Array.from({ length: 3000 }, (_, index) => [0, 'ok', `ax${index}`] as const));
    const hurried = { ...contextWith({}, { timeMs: 5 }), nowMs: () => now++ };
    expect(listAppendChecker.check(many, hurried)).toMatchObject({ verdict: 'unknown', findings: [] });
  });

  it('handles many readers and appenders at the end of a list without squaring them', () => {
    const count = 8000;
    const readers = Array.from({ length: count }, (_, index) => [index, 'ok', 'rx_'] as const);
    const writers = Array.from({ length: count }, (_, index) => [count + index, 'ok', `ax${index}`] as const);
    const result = check(concurrently([...readers, ...writers]));
    expect(result.verdict).toBe('valid');
    expect(result.facts['edges']).toBeLessThan(10 * count);
  });

  it('sees both lost updates when a reader is also an appender at the end of a list', () => {
    const updaters = Array.from({ length: 40 }, (_, index) => [index, 'ok', `rx_ ax${index}`] as const);
    const result = check(concurrently(updaters));
    expect(result.facts['anomalies']).toEqual({ 'lost-update': 1, 'G-single': 1 });
    const alone = check(
      concurrently([[99, 'ok', 'rx_ ax99'], ...updaters.map(([process]) => [process, 'ok', 'rx_'] as const)]),
    );
    expect(alone.verdict).toBe('valid');
  });
});
