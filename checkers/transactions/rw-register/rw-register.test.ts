import { describe, expect, it } from 'vitest';
import type { History } from '../../../harness/kernel/history.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { CheckResult } from '../../../harness/kernel/verdict.ts';
import { contextWith } from '../../testing/sketch.ts';
import { findingAlone } from '../../testing/finding-context.ts';
import { isTested, type Level } from '../levels.ts';
import { REGISTER_ANOMALIES } from '../testing/register-anomalies.ts';
import { concurrently, inSequence } from '../testing/transaction-sketch.ts';
import { rwRegisterChecker } from './check-rw-register.ts';

const check = (history: History, options: Record<string, JsonValue> = {}): CheckResult =>
  rwRegisterChecker.check(history, contextWith(options));

/** Levels left open, but for those that are only ever told by stronger ones. */
const undecidedTested = ({ facts }: CheckResult): readonly Level[] =>
  (facts['undecided'] as readonly Level[]).filter(isTested);

describe('rw-register', () => {
  for (const [anomaly, [history, weakest]] of Object.entries(REGISTER_ANOMALIES)) {
    it(`finds ${anomaly}, rules out what it must, and shows operations that suffice`, () => {
      const result = check(history);
      expect(result.verdict).toBe('invalid');
      expect(result.findings.map((each) => each.anomaly)).toContain(anomaly);
      expect(result.facts['weakestRuledOut']).toEqual(weakest);
      for (const level of weakest) expect(check(history, { level }).verdict).toBe('invalid');
      for (const level of result.facts['strongestPossible'] as string[])
        expect(check(history, { level }).verdict).toBe('valid');
      for (const each of result.findings) {
        const names = check(findingAlone(history, each).withWriters).findings.map(({ anomaly: name }) => name);
        expect(names).toContain(each.anomaly);
      }
    });
  }

  const causalityLost = concurrently([
    [0, 'ok', 'wx1'],
    [1, 'ok', 'rx1 wx2'],
    [2, 'ok', 'rx2 wy1'],
    [3, 'ok', 'ry1 rx1'],
  ]);
  const longFork = concurrently([
    [0, 'ok', 'wx1'],
    [1, 'ok', 'wy1'],
    [2, 'ok', 'rx1 ry_'],
    [3, 'ok', 'rx_ ry1'],
  ]);
  it.each([
    [
      'a read that forgets what led to it',
      causalityLost,
      { 'read-atomic': 'valid', causal: 'invalid', prefix: 'invalid' },
    ],
    ['a long fork', longFork, { causal: 'valid', 'parallel-snapshot-isolation': 'valid', prefix: 'invalid' }],
    ['a long fork', longFork, { 'update-serializable': 'valid', 'monotonic-view': 'valid' }],
    [
      'a database that runs one by one',
      inSequence([
        [0, 'ok', 'wx1'],
        [1, 'ok', 'rx1'],
      ]),
      { prefix: 'valid', 'update-serializable': 'valid' },
    ],
  ] as const)('judges levels that no circle of dependencies tells: %s', (_, history, verdicts) => {
    const came = Object.keys(verdicts).map((level) => [level, check(history, { level }).verdict]);
    expect(Object.fromEntries(came)).toEqual(verdicts);
  });

  it('does not take sessions for granted', () => {
    const history = inSequence([
      [0, 'ok', 'wx1'],
      [0, 'ok', 'rx_'],
    ]);
    expect(check(history, { level: 'causal' }).verdict).toBe('valid');
  });

  it('tells of a read that came too late through who read', () => {
    const [history] = REGISTER_ANOMALIES['G-single-realtime'] ?? [];
    const [finding] = history === undefined ? [] : check(history).findings;
    expect(finding?.message).toBe(
      'T2.1 (transaction 1 of session 2) < T1.1 (transaction 1 of session 1) < T2.1 is a circle of transactions that each ' +
        'must come before the next: T2.1 read key "x" = 1 of T0.1 (transaction 1 of session 0), and T1.1 wrote 2 there after ' +
        'that (T0.1 < T1.1: T0.1 had completed before T1.1 was invoked); T1.1 had completed before T2.1 was invoked.',
    );
  });

  it.each([
    [
      'one wrote over what the other had written, as it read',
      ['wx1 wy1', 'rx1 wx2 wy2', 'rx1 ry2'],
      'T2 < T1 < T2',
      'T2 read key "x" = 1 of T0, and T1 wrote 2 there after that ' +
        '(T0 < T1: T1 read key "x" = 1, which T0 wrote); T2 read key "y" = 2, which T1 wrote.',
    ],
    [
      'only the reader tells in which order they wrote',
      ['wx1 wy1', 'wx2 wy2', 'rx1 ry2'],
      'T2 < T1 < T2',
      'T2 read key "x" = 1 of T0, and T1 wrote 2 there after that (T0 < T1: ' +
        'T1 must have written key "y" = 2 after T0\'s 1, because T2, which comes after T0 (T0 < T2), read it); ' +
        'T2 read key "y" = 2, which T1 wrote.',
    ],
    [
      'the reader found nothing yet',
      ['wx1 wy1', 'wz1', 'rx_ ry1'],
      'T2 < T0 < T2',
      'T2 read key "x" = nothing, the state before T0 wrote 1 there; T2 read key "y" = 1, which T0 wrote.',
    ],
  ])('puts the transaction that read into the circle of read skew: %s', (_, transactions, circle, reasons) => {
    const history = concurrently(transactions.map((steps, process) => [process, 'ok', steps]));
    const finding = check(history).findings.find(({ anomaly }) => anomaly === 'G-single');
    const message = finding?.message.replaceAll(/ \(process \d at 0\.000 s\)/g, '');
    expect(message).toBe(`${circle} is a circle of transactions that each must come before the next: ${reasons}`);
    const detail = finding?.detail as { readonly transactions: readonly object[]; readonly edges: readonly object[] };
    expect(detail.transactions[0]).toMatchObject({ process: 2 });
    expect(detail.edges.map((edge) => 'kind' in edge && edge.kind)).toEqual(['rw', 'wr']);
  });

  /** Histories in which no read tells the order of two writes, and neither order will do. Found by brute force. */
  const NEITHER_ORDER: Readonly<Record<string, readonly [history: History, weakest: readonly string[]]>> = {
    'G-single': [
      concurrently([
        [0, 'ok', 'ry_ wx1'],
        [1, 'ok', 'rx_ wx2'],
        [2, 'ok', 'rx2 wy1 wx3'],
      ]),
      ['consistent-view', 'repeatable-read', 'parallel-snapshot-isolation'],
    ],
    'G-nonadjacent': [
      concurrently([
        [0, 'ok', 'rx_ wy1'],
        [1, 'ok', 'wx1'],
        [2, 'ok', 'rx_ wy2'],
        [3, 'ok', 'ry_ rx1'],
      ]),
      ['update-serializable', 'repeatable-read', 'snapshot-isolation'],
    ],
    'G2-item': [
      concurrently([
        [0, 'ok', 'ry1 wx1'],
        [1, 'ok', 'ry_ wy1'],
        [2, 'ok', 'rx_ wy2'],
      ]),
      ['update-serializable', 'repeatable-read'],
    ],
  };
  for (const [anomaly, [history, weakest]] of Object.entries(NEITHER_ORDER)) {
    it(`finds ${anomaly} where neither order of two writes will do`, () => {
      const result = check(history);
      expect(result.facts['weakestRuledOut']).toEqual(weakest);
      expect(undecidedTested(result)).toEqual([]);
      const finding = result.findings.find((each) => each.anomaly === anomaly);
      expect(finding?.message).toContain('Nobody read in which order these wrote: ');
      expect(finding?.detail).toHaveProperty('otherOrders.0.edges');
      for (const level of weakest) expect(check(history, { level }).verdict).toBe('invalid');
      for (const level of result.facts['strongestPossible'] as string[])
        expect(check(history, { level }).verdict).toBe('valid');
    });
  }

  it('takes a read of what the transaction writes only later for one of the future', () => {
    // Found by brute force: 1 case in 184 of `npm run prove:checkers -- transactions/rw-register --seed 3`.
    const result = check(concurrently([[0, 'ok', 'wx1 rx2 wx2']]));
    expect(result.findings.map(({ anomaly }) => anomaly)).toEqual(['future-read', 'internal']);
    expect(result.facts['weakestRuledOut']).toEqual(['read-committed']);
  });

  it('does not hold it against a write that an aborted transaction tried the same and overwrote that', () => {
    const history = concurrently([
      [0, 'ok', 'wx1'],
      [1, 'fail', 'wx1 wx2'],
      [2, 'ok', 'rx1'],
    ]);
    expect(check(history).verdict).toBe('valid');
  });

  it('keeps what was settled before the budget ended', () => {
    const history = inSequence(
      Array.from({ length: 3000 }, (_, index) => [index % 7, 'ok', index % 2 === 0 ? `wx${index}` : `rx${index - 1}`]),
    );
    const interrupted = (level: string): CheckResult => {
      let now = 0;
      const context = {
        ...contextWith({ level }, { timeMs: 1000 }),
        nowMs: () => now,
        onProgress: (doing: string) => (now = doing.startsWith('trying orders') ? 2000 : now),
      };
      return rwRegisterChecker.check(history, context);
    };
    expect(interrupted('read-committed').verdict).toBe('valid');
    expect(interrupted('serializable')).toMatchObject({
      verdict: 'unknown',
      reason: 'the time budget was spent while trying orders of writes against G2-item-realtime',
    });
  });

  it('takes keys to be sequentially consistent or linearizable where told so', () => {
    const stale = inSequence([
      [0, 'ok', 'wx1'],
      [0, 'ok', 'wx2'],
      [1, 'ok', 'rx2'],
      [1, 'ok', 'rx1'],
    ]);
    expect(check(stale, { level: 'serializable' }).verdict).toBe('valid');
    const sequential = check(stale, { level: 'serializable', sequentialKeys: true });
    expect(sequential.findings.map(({ anomaly }) => anomaly)).toEqual(['cyclic-versions']);
    expect(sequential.findings[0]?.message).toMatch(/from 1 to 2 \(T0\.1 .*, T0\.2 .*\)\.$/);
    const emptied = inSequence([
      [0, 'ok', 'wx1'],
      [0, 'ok', 'rx_'],
    ]);
    expect(check(emptied, { level: 'read-uncommitted' }).verdict).toBe('valid');
    for (const assumption of ['sequentialKeys', 'linearizableKeys']) {
      const result = check(emptied, { level: 'read-uncommitted', [assumption]: true });
      expect(result.findings.map(({ anomaly }) => anomaly)).toEqual(['cyclic-versions']);
    }
    const crossed = inSequence([
      [0, 'ok', 'wx1 wy2'],
      [1, 'ok', 'wx2 wy1'],
      [2, 'ok', 'rx2'],
      [3, 'ok', 'ry2'],
    ]);
    expect(check(crossed, { level: 'read-uncommitted', linearizableKeys: true }).verdict).toBe('invalid');
    expect(check(crossed, { level: 'serializable' }).verdict).toBe('valid');
  });

  it('does not answer where a value was written twice', () => {
    const result = check(
      concurrently([
        [0, 'ok', 'wx1'],
        [1, 'ok', 'wx1'],
      ]),
    );
    expect(result).toMatchObject({ verdict: 'unknown', findings: [] });
  });
});
