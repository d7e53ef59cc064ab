import { describe, expect, it } from 'vitest';
import type { Expectation } from '../../store/campaign-record.ts';
import { baselineOf, findingOf, formatBaseline, parseBaseline, EMPTY_BASELINE } from './baseline.ts';
import { compareBaseline } from './compare-baseline.ts';
import { sketchResult, sketchRun } from './testing/sketch-campaign.ts';

const expected: readonly Expectation[] = [
  { kind: 'promise', where: {}, level: 'linearizable', keepsAcknowledged: false },
  { kind: 'violation', where: {}, anomaly: 'lost', atLeast: 1 },
];
const broken = sketchResult(sketchRun(), { anomalies: ['linearizability not-linearizable'] });
const again = sketchResult(sketchRun(), { anomalies: ['linearizability not-linearizable'] });
const safe = sketchResult(sketchRun({ target: 'redis', variant: 'safe' }), { anomalies: ['convergence diverged'] });
const results = [safe, broken, again];
const outcome = { results, planned: results.map(({ run }) => run) };

describe('a baseline', () => {
  it('is the same text whatever the order of runs, one line per finding, and reads back', () => {
    const { updated } = compareBaseline(outcome, expected, EMPTY_BASELINE);
    const text = formatBaseline(updated);
    expect(text).toBe(`{
  "version": 1,
  "accepted": [
    {"target":"gossip","workload":"register","faults":"partition","check":"linearizability","anomaly":"not-linearizable"},
    {"target":"redis","variant":"safe","workload":"register","faults":"partition","check":"convergence","anomaly":"diverged"}
  ]
}
`);
    const turned = { ...outcome, results: results.toReversed() };
    expect(formatBaseline(compareBaseline(turned, expected, EMPTY_BASELINE).updated)).toBe(text);
    expect(formatBaseline(parseBaseline(text, 'b.json'))).toBe(text);
    expect(formatBaseline(parseBaseline(formatBaseline(EMPTY_BASELINE), 'b.json'))).toContain('"accepted": []');
  });

  it('tells what no run showed any more, and drops it only once all runs were made', () => {
    const [seen] = broken.anomalies;
    if (seen === undefined) throw new Error('expected an anomaly');
    const old = { ...findingOf(broken.run, seen), anomaly: 'gone' };
    const baseline = baselineOf([old]);
    const whole = compareBaseline(outcome, expected, baseline);
    expect(whole.obsolete).toEqual([old]);
    expect([...whole.updated.values()]).not.toContainEqual(old);
    const partial = compareBaseline({ ...outcome, planned: [...outcome.planned, sketchRun()] }, expected, baseline);
    expect(partial.obsolete).toEqual([]);
    expect([...partial.updated.values()]).toContainEqual(old);
    // What nobody was asked, or could not tell, is not gone.
    expect(compareBaseline(outcome, [], baseline).obsolete).toEqual([]);
    const doubtful = results.map((result) => (result === again ? { ...result, outcome: 'unknown' as const } : result));
    expect(compareBaseline({ ...outcome, results: doubtful }, expected, baseline).obsolete).toEqual([]);
  });

  it('takes in only what broke a promise', () => {
    const onlyViolation = expected.slice(1);
    expect(compareBaseline(outcome, onlyViolation, EMPTY_BASELINE).updated.size).toBe(0);
  });

  it.each([
    ['{', 'b.json is not valid JSON'],
    ['[]', 'expected a baseline of version 1'],
    ['{"version":2,"accepted":[]}', 'expected a baseline of version 1'],
    ['{"version":1,"accepted":[3]}', 'b.json: accepted[0]: expected an object'],
    ['{"version":1,"accepted":[{"target":"x"}]}', 'b.json: accepted[0]: expected workload, a text'],
    ['{"version":1,"accepted":[{"traget":"x"}]}', 'unknown field "traget"'],
  ])('refuses %s', (text, message) => {
    expect(() => parseBaseline(text, 'b.json')).toThrow(message);
  });
});
