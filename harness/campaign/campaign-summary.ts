import type { CampaignRecord, CampaignRun, RunOutcome } from '../store/campaign-record.ts';
import { RUN_OUTCOMES } from '../store/campaign-record.ts';
import { describeExpectation } from './expectations/describe-expectation.ts';
import { durationWords } from './campaign-progress.ts';

/** Groups of failures that are listed; the page has them all. */
const LISTED_GROUPS = 20;

/** What a person reads after a campaign: a table of outcomes, then the groups of failures with one example each. */
export function campaignSummary(record: CampaignRecord): string {
  return [
    ...table(record),
    ...groups(record),
    ...record.expectations.map(
      ({ expectation, outcome, why }) => `${outcome}: ${describeExpectation(expectation)}: ${why}`,
    ),
    closing(record),
  ].join('\n');
}

function table(record: CampaignRecord): readonly string[] {
  const rows = new Map<string, Map<RunOutcome, number>>();
  const planned = new Map<string, number>();
  for (const run of record.planned) planned.set(rowName(run), (planned.get(rowName(run)) ?? 0) + 1);
  for (const { run, outcome } of record.results) {
    const row = rows.get(rowName(run)) ?? new Map<RunOutcome, number>();
    row.set(outcome, (row.get(outcome) ?? 0) + 1);
    rows.set(rowName(run), row);
  }
  const cells = [
    ['', 'planned', ...RUN_OUTCOMES],
    ...[...planned].map(([name, count]) => [
      name,
      String(count),
      ...RUN_OUTCOMES.map((outcome) => String(rows.get(name)?.get(outcome) ?? '-')),
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}

function rowName(run: CampaignRun): string {
  const mutant = run.mutant === undefined ? undefined : `with ${run.mutant}`;
  return [run.target, run.variant, mutant, run.workload, run.environment, run.faultPackage].filter(Boolean).join(' ');
}

function groups(record: CampaignRecord): readonly string[] {
  const byId = new Map(record.results.map((result) => [result.run.id, result]));
  const lines = record.groups.slice(0, LISTED_GROUPS).flatMap((group) => {
    const example = byId.get(group.runs[0] ?? '');
    const told = example?.anomalies[0]?.message ?? example?.reasons[0] ?? '';
    return [
      `${group.runs.length} x ${group.signature}`,
      `    seed ${example?.run.seed ?? ''}: ${told}`,
      `    again: ${example?.rerun ?? ''}`,
    ];
  });
  const more = record.groups.length - LISTED_GROUPS;
  return more > 0 ? [...lines, `and ${more} more groups`] : lines;
}

function closing(record: CampaignRecord): string {
  const made = `${record.results.length} of ${record.planned.length} runs in ${durationWords(record.elapsedMs)}`;
  const part = record.shard === undefined ? '' : ` (shard ${record.shard.index}/${record.shard.of})`;
  return `${made}${part}${record.stopped === undefined ? '' : `; ${STOPPED[record.stopped]}, go on with --resume`}`;
}

const STOPPED: Readonly<Record<NonNullable<CampaignRecord['stopped']>, string>> = {
  interrupted: 'interrupted',
  'budget-runs': 'the budget of runs is spent',
  'budget-minutes': 'the budget of minutes is spent',
};
