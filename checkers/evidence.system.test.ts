import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CheckContext } from '../harness/kernel/checker.ts';
import type { History } from '../harness/kernel/history.ts';
import type { Finding } from '../harness/kernel/verdict.ts';
import { checkerNamed, checkerNames } from './registry.ts';
import { evidenceCases, type EvidenceCase } from './testing/evidence-cases.ts';
import { whyNotAlone } from './testing/fails-alone.ts';
import { MOST_OPERATIONS } from './testing/finding-context.ts';
import { REPORTABLE_ANOMALIES } from './testing/reportable-anomalies.ts';
import { contextWith } from './testing/sketch.ts';

/** Anomalies that are no cycle and no window: as many operations as it takes. */
const UNBOUNDED = ['lost', 'undelivered', 'diverged', 'duplicated', 'unexpected', 'stale'];
const LONGEST_SENTENCE = 2_500;

/** What is wrong with a finding; nothing is right. */
function faultOf(checker: string, history: History, context: CheckContext, finding: Finding): string | undefined {
  const { anomaly, ops, message } = finding;
  const operations = new Set(
    ops.map((entry) =>
      Math.min(entry, history.columns.pair[entry] ?? entry) < 0
        ? entry
        : Math.min(entry, history.columns.pair[entry] ?? entry),
    ),
  );
  if (operations.size > MOST_OPERATIONS && !UNBOUNDED.includes(anomaly))
    return `${anomaly} has ${operations.size} operations`;
  if (!/^[A-Z\d"[{].*\.$/s.test(message)) return `no sentence: ${message}`;
  if (message.length > LONGEST_SENTENCE) return `${message.length} characters: ${message}`;
  if (/\. [A-Z]|undefined|NaN|\[object|[\p{Cc}\p{Cf}]/u.test(message)) return `no plain sentence: ${message}`;
  return whyNotAlone(checkerNamed(checker), history, context, finding);
}

function contextOf({ options, model }: EvidenceCase): CheckContext {
  return { ...contextWith(options), ...(model === undefined ? {} : { model }) };
}

describe.each(checkerNames().filter((name) => name in REPORTABLE_ANOMALIES || name === 'guarantees'))(
  '%s',
  (checker) => {
    it('has findings that stand by themselves, in one plain sentence each, for every anomaly that it can report', () => {
      const seen = new Set<string>();
      const faults: string[] = [];
      for (const each of evidenceCases(checker)) {
        const history = each.history();
        const context = contextOf(each);
        for (const finding of checkerNamed(checker).check(history, context).findings) {
          seen.add(finding.anomaly);
          const fault = faultOf(checker, history, context, finding);
          if (fault !== undefined) faults.push(`${each.title}: ${fault}`);
        }
      }
      expect(faults).toEqual([]);
      if (checker !== 'guarantees')
        expect([...seen].toSorted()).toEqual([...(REPORTABLE_ANOMALIES[checker] ?? [])].toSorted());
    });
  },
);

describe('the table of anomalies', () => {
  it('has every name that a checker gives a finding', () => {
    const known = new Set(Object.values(REPORTABLE_ANOMALIES).flat());
    const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !/test|generate/.test(name),
    );
    const named = sources.flatMap((name) => {
      const text = readFileSync(join(import.meta.dirname, name), 'utf8');
      return [...text.matchAll(/\banomaly: '([\w-]+)'|anomalies\.(?:add|set)\('([\w-]+)'/g)].map(
        ([, told, added]) => told ?? added ?? '',
      );
    });
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});
