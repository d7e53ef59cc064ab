import { describe, expect, it } from 'vitest';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { randomOf } from '../../harness/kernel/random.ts';
import { checkerNamed } from '../registry.ts';
import { contextWith } from '../testing/sketch.ts';
import { ruledOutBy } from './levels.ts';
import { withContext } from './testing/finding-context.ts';
import { randomHistory, type RandomTransactions } from './testing/random-transactions.ts';
import { SIMULATED_ISOLATIONS } from './testing/simulated-database.ts';

const SAMPLES = 45;

/** Histories with more transactions than brute force could take, some with falsified reads. */
const SAMPLED: readonly RandomTransactions[] = Array.from({ length: SAMPLES }, (_, index) => {
  const random = randomOf(index);
  return {
    isolation: SIMULATED_ISOLATIONS[index % SIMULATED_ISOLATIONS.length] ?? 'read-committed',
    seed: index,
    transactions: 12,
    clients: random.int(2, 6),
    keys: random.int(1, 5),
    longest: 3,
    abortedPerMille: 100,
    indeterminatePerMille: 100,
    lies: index % 3 === 0 ? [{ nth: random.int(0, 6), lie: 'shorter' }] : [],
  };
});

/**
 * A finding fails alone when its checker, given its operations and those that wrote what they read, rules out every level
 * that the finding's anomaly rules out: by the same anomaly or by one that says at least as much, such as a circle by
 * the order of a process for one by real time.
 */
function failsAlone(finding: Finding, alone: readonly Finding[]): boolean {
  const anomalies = alone.map(({ anomaly }) => anomaly);
  if (anomalies.includes(finding.anomaly)) return true;
  const expected = ruledOutBy([finding.anomaly]);
  const ruledOut = ruledOutBy(anomalies);
  return expected.length > 0 && expected.every((level) => ruledOut.includes(level));
}

describe('the operations of a finding, alone with their context', () => {
  for (const [checker, dialect, least] of [
    ['list-append', 'append', 12],
    ['rw-register', 'w', 8],
    ['weak-isolation', 'w', 6],
  ] as const) {
    it(`fail the same check: ${checker}`, () => {
      const judge = checkerNamed(checker);
      const seen = new Set<string>();
      for (const sample of SAMPLED) {
        const history = randomHistory(sample, dialect);
        for (const finding of judge.check(history, contextWith()).findings) {
          seen.add(finding.anomaly);
          const alone = judge.check(withContext(history, finding), contextWith()).findings;
          expect(failsAlone(finding, alone), `${finding.anomaly} in ${JSON.stringify(sample)}`).toBe(true);
        }
      }
      expect(seen.size).toBeGreaterThanOrEqual(least);
    });
  }
});
