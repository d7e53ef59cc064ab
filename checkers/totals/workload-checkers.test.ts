import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { contextWith, keepOps, sketch } from '../testing/sketch.ts';
import { op } from '../testing/workload-case.ts';
import { workloadCases } from '../testing/workload-cases.ts';
import { totalsCheckers } from './index.ts';

describe.each(workloadCases)('$checker: $title', ({ checker: name, ops, options = {}, expected }) => {
  it('is judged right, with findings that still fail when taken alone', () => {
    const checker = totalsCheckers.find((candidate) => candidate.name === name)!;
    const history = sketch(ops);
    const result = checker.check(history, contextWith(options));
    const came = result.verdict === 'unknown' ? ['unknown'] : result.findings.map(({ anomaly }) => anomaly);
    expect(came).toEqual(expected);
    expect(result.verdict).toBe(expected.length === 0 ? 'valid' : expected[0] === 'unknown' ? 'unknown' : 'invalid');
    for (const { anomaly, ops: proof, message } of result.findings) {
      const alone = checker.check(keepOps(history, proof), contextWith(options));
      expect(alone.findings.map((finding) => finding.anomaly)).toContain(anomaly);
      expect(message).toMatch(/^[A-Z].*\.$/);
      expect(message).not.toMatch(/undefined|NaN|\[object/);
    }
  });
});

describe('hostile histories', () => {
  const nonsense: readonly JsonValue[] = [
    null,
    0,
    -1,
    1e300,
    '',
    'x',
    [],
    {},
    [null],
    [[null, null, null]],
    { a: [] },
    [{ events: [{ key: 1 }] }],
  ];
  const names = [
    'add',
    'read',
    'write',
    'cas',
    'enqueue',
    'dequeue',
    'drain',
    'generate',
    'txn',
    'send',
    'poll',
    'watch',
    'put',
    'acquire',
    'release',
    'broadcast',
    'transfer',
  ];
  const ops = names.flatMap((f, process) =>
    nonsense.flatMap((value) => [op(process, f, value, value), op(process + 50, f, value, value, { key: 'k' })]),
  );
  it.each(totalsCheckers.map((checker) => [checker.name, checker] as const))(
    '%s gives a verdict for nonsense',
    (_, checker) => {
      const result = checker.check(sketch(ops), contextWith());
      expect(['valid', 'invalid', 'unknown']).toContain(result.verdict);
    },
  );
});
