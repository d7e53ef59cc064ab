import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import { syntheticRun } from '../testing/synthetic-run.ts';
import { comparisonFigures, type ComparisonEntry } from './comparison-figures.ts';
import { comparisonTable } from './comparison-table.ts';
import { renderComparison } from './render-comparison.ts';
import { tradeOffs } from './trade-off-chart.ts';

const strong: ComparisonEntry = { ...syntheticRun({ operations: 2000, system: 'strong' }), promiseKept: 'kept' };
const eventual: ComparisonEntry = { ...syntheticRun({ operations: 2000, system: 'eventual' }), promiseKept: 'kept' };

describe('comparison', () => {
  it('tells the side that had no majority from the one that had', () => {
    const { minority, majority, faults } = comparisonFigures(strong);
    expect(minority.answered / minority.asked).toBeLessThan(0.1);
    expect(majority.answered / majority.asked).toBeGreaterThan(0.8);
    expect(faults.map(({ interval }) => interval.kind)).toEqual(['partition', 'kill', 'clock', 'pause', 'partition']);
    const eventualSides = comparisonFigures(eventual).minority;
    expect(eventualSides.answered / eventualSides.asked).toBeGreaterThan(0.8);
  });

  it('reads what was lost and what converged from the checks, whoever gave it', () => {
    const check = { use: { checker: 'x' }, verdict: 'invalid', findings: [], elapsedMs: 1 } as const;
    const record = {
      ...strong.record,
      checks: [
        { ...check, name: 'set', facts: { lost: 3, acknowledged: 90 } },
        { ...check, name: 'convergence', facts: { convergedKeys: 4, keys: 5 } },
      ],
    };
    expect(comparisonFigures({ ...strong, record })).toMatchObject({
      lost: { count: 3, of: 90, atLeast: false },
      converged: { keys: 4, of: 5 },
    });
  });

  it('says that losses cannot be told where no check can, and takes the lower bound where one can', () => {
    const placed = (facts: CheckResult['facts']): ComparisonEntry => ({
      ...eventual,
      guarantees: { verdict: 'invalid', findings: [], facts },
    });
    expect(comparisonFigures(eventual).lost).toBeUndefined();
    expect(comparisonFigures(placed({ damage: { lostAcknowledged: 0 } })).lost).toBeUndefined();
    const lossy = placed({ strongest: ['pram'], undecided: ['causal'], damage: { lostAcknowledged: 7 } });
    expect(comparisonFigures(lossy).lost).toEqual({ count: 7, atLeast: true });
    const table = comparisonTable([lossy]);
    expect(table).toMatch(/acknowledged writes lost +at least 7\n/);
    expect(table).toMatch(/strongest level it satisfied +pram \(undecided: causal\)\n/);
  });

  it('shows every fault by both sides, anomalies by count with an example, and what the levels mean', () => {
    const guarantees = { verdict: 'valid', findings: [], facts: { strongest: ['linearizable'] } } as const;
    const table = comparisonTable([strong, eventual]);
    expect(table).toMatch(/answered in \S*partition\S*, majority \/ minority +[\d.]+ % \/ [\d.]+ %/);
    expect(table).toMatch(/answered in \S*kill\S*, spared \/ hit/);
    expect(table).toMatch(/anomalies +none +stale-read × \d+/);
    const text = renderComparison({ entries: [{ ...strong, guarantees }, eventual] });
    expect(text).toContain('It behaves like one machine');
    expect(text.match(/<article class="finding">/g)).toHaveLength(comparisonFigures(eventual).anomalies.length);
  });

  it('prints a table whose columns stand under each other', () => {
    const lines = comparisonTable([strong, eventual]).split('\n');
    const column = lines[0]?.indexOf('gossip') ?? -1;
    expect(lines[0]).toMatch(/raft +gossip$/);
    expect(column).toBeGreaterThan(0);
    const verdict = lines.find((line) => line.startsWith('verdict')) ?? '';
    expect(verdict.slice(column)).toBe('invalid');
    expect(lines.some((line) => /^answered in partitions, minority +\d/.test(line))).toBe(true);
  });

  it('lets no control character of a name reach the terminal', () => {
    const record = { ...strong.record, request: { ...strong.record.request, target: 'evil\u001b]0;x\u0007\nname' } };
    const table = comparisonTable([{ ...strong, record }]);
    expect(table).toContain('evil␛]0;x␇ name');
  });

  it('groups by workload where there are several, and leaves unknown cells open', () => {
    const set = { ...strong.record, request: { ...strong.record.request, workload: 'set' } };
    const table = comparisonTable([strong, eventual, { ...strong, record: set }]);
    expect(table).toMatch(/\nregister\n {2}verdict/);
    expect(table).toMatch(/\nset\n {2}verdict +valid +–\n/);
  });

  it('places systems only where both of their figures are known', () => {
    expect(tradeOffs([strong, eventual].map(comparisonFigures)).map(({ system }) => system)).toEqual([
      'raft',
      'gossip',
    ]);
    const unshaken = { ...strong, history: syntheticRun({ operations: 0 }).history };
    expect(tradeOffs([comparisonFigures(unshaken)])).toEqual([]);
  });

  it('makes a page that links to nothing but files beside it', () => {
    const text = renderComparison({
      entries: [
        { ...strong, reportHref: 'raft/report.html' },
        { ...eventual, reportHref: 'javascript:alert(1)' },
      ],
    });
    expect(text).toContain('href="raft/report.html"');
    expect(text).not.toContain('javascript:');
  });
});
