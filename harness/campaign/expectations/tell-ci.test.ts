import { describe, expect, it } from 'vitest';
import type { CampaignRecord, ExpectationResult } from '../../store/campaign-record.ts';
import { findingOf } from './baseline.ts';
import { githubAnnotations } from './github-annotations.ts';
import { markdownSummary } from './markdown-summary.ts';
import { HOSTILE, sketchRecord, sketchResult, sketchRun } from './testing/sketch-campaign.ts';

function recordOf(text: string, count = 1): CampaignRecord {
  const bad = sketchResult(sketchRun(), { anomalies: ['linearizability not-linearizable'], rerun: text });
  const result = { ...bad, anomalies: bad.anomalies.map((seen) => ({ ...seen, anomaly: text, message: text })) };
  const broken: ExpectationResult = {
    expectation: { kind: 'promise', where: { target: text }, level: 'linearizable', keepsAcknowledged: false },
    outcome: 'broken',
    why: text,
    runs: [result.run.id],
  };
  const met: ExpectationResult = { ...broken, outcome: 'met' };
  return sketchRecord({
    name: text,
    results: [result],
    expectations: [met, ...Array.from({ length: count }, () => broken)],
    groups: [
      {
        signature: text,
        target: text,
        workload: text,
        outcome: 'invalid',
        anomalies: [text],
        faults: ['partition'],
        runs: [result.run.id],
      },
    ],
  });
}

describe('annotations for GitHub', () => {
  it('say what is red and with which run, in one command each', () => {
    expect(githubAnnotations(recordOf('plain'), 'ci/nightly.yaml')).toEqual([
      '::error file=ci/nightly.yaml,title=broken%3A plain::plain keeps linearizable: plain%0Aplain: plain%0Aagain: plain',
    ]);
  });

  it('are ten at most', () => {
    const lines = githubAnnotations(recordOf('plain', 12), 'c.yaml');
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe('::error file=c.yaml,title=plain::and 3 more');
  });

  it.each(HOSTILE)('are one line with one command, whatever is in them: %j', (text) => {
    const lines = githubAnnotations(recordOf(text), text);
    expect(lines).toHaveLength(1);
    for (const line of lines) {
      expect(line).toMatch(/^::error file=[^,:]*,title=[^,:]*::/);
      expect(line).not.toMatch(/[\p{Cc}\u202e\u2066]/u);
      expect(line.length).toBeLessThan(3000);
    }
  });
});

describe('the summary in Markdown', () => {
  it('shows counts, expectations, groups with an example, and what the baseline no longer needs', () => {
    const record = recordOf('plain');
    const [first] = record.results;
    const [seen] = first?.anomalies ?? [];
    if (first === undefined || seen === undefined) throw new Error('expected a result');
    expect(markdownSummary(record, [findingOf(first.run, seen)])).toMatchInlineSnapshot(`
      "## Fault campaign \`plain\`

      1 of 1 runs in 6 s: 1 invalid

      | | expectation | what came out |
      |---|---|---|
      | ✅ met | \`plain keeps linearizable\` | \`plain\` |
      | ❌ broken | \`plain keeps linearizable\` | \`plain\` |

      ### What runs showed

      - 1 × \`plain\`
        - \`plain\`
        - again: \`plain\`

      ### Accepted findings that no run showed (remove with \`--update\`)

      - \`gossip register under partition: linearizability plain\`
      "
    `);
  });

  it.each(HOSTILE)('keeps every value inside its code span and its cell: %j', (text) => {
    const summary = markdownSummary(recordOf(text), []);
    const lines = summary.split('\n');
    for (const line of lines) {
      const outside = line.replaceAll(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
      expect(outside).not.toMatch(/[<>@\]`]|evil|pwned|xxx/);
      expect(line).not.toMatch(/\p{Cc}/u);
    }
    const rows = lines.filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(4);
  });
});
