import type { CampaignRecord, CampaignRunResult, ExpectationResult, RunOutcome } from '../../store/campaign-record.ts';
import { RUN_OUTCOMES } from '../../store/campaign-record.ts';
import { findingWords, type AcceptedFinding } from './baseline.ts';
import { describeExpectation } from './describe-expectation.ts';
import { lineOfText, quotedText } from './quoted-text.ts';

/** Groups of failures that a summary lists; the rest is counted. */
const GROUPS_MAX = 20;

const MARKS: Readonly<Record<ExpectationResult['outcome'], string>> = {
  met: '✅ met',
  accepted: '☑️ accepted',
  broken: '❌ broken',
  'lost-power': '⚠️ lost power',
  unclear: '❔ unclear',
};

/**
 * A campaign in Markdown, for the summary page of a CI job. Everything that a system under test or a file named is in code
 * spans: it is no markup, no link and no mention there.
 */
export function markdownSummary(record: CampaignRecord, obsolete: readonly AcceptedFinding[]): string {
  const sections = [
    `## Fault campaign ${code(record.name)}`,
    counts(record),
    expectationTable(record.expectations),
    groupList(record),
    obsoleteList(obsolete),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function counts({ results, planned, shard, stopped, elapsedMs }: CampaignRecord): string {
  const byOutcome = RUN_OUTCOMES.map((outcome): [RunOutcome, number] => [
    outcome,
    results.filter((result) => result.outcome === outcome).length,
  ]);
  const parts = byOutcome.filter(([, count]) => count > 0).map(([outcome, count]) => `${count} ${outcome}`);
  const made = `${results.length} of ${planned.length} runs${shard === undefined ? '' : ` (shard ${shard.index} of ${shard.of})`}`;
  const end = stopped === undefined ? '' : `, stopped early: ${stopped}`;
  return `${made} in ${Math.round(elapsedMs / 1000)} s${end}: ${parts.join(', ') || 'none'}`;
}

function expectationTable(expectations: readonly ExpectationResult[]): string {
  if (expectations.length === 0) return 'Nothing was expected of these runs.';
  const rows = expectations.map(
    ({ expectation, outcome, why }) =>
      `| ${MARKS[outcome]} | ${cell(describeExpectation(expectation))} | ${cell(why)} |`,
  );
  return ['| | expectation | what came out |', '|---|---|---|', ...rows].join('\n');
}

function groupList({ groups, results }: CampaignRecord): string {
  if (groups.length === 0) return '';
  const byId = new Map(results.map((result) => [result.run.id, result]));
  const items = groups.slice(0, GROUPS_MAX).flatMap(({ signature, runs }) => {
    const example = byId.get(runs[0] ?? '');
    return [`- ${runs.length} × ${code(signature)}`, ...(example === undefined ? [] : exampleLines(example))];
  });
  const left = groups.length - GROUPS_MAX;
  return ['### What runs showed', '', ...items, ...(left > 0 ? [`- and ${left} more groups`] : [])].join('\n');
}

function exampleLines({ anomalies, reasons, rerun }: CampaignRunResult): readonly string[] {
  const says = anomalies[0]?.message ?? reasons[0];
  return [...(says === undefined ? [] : [`  - ${code(says)}`]), `  - again: ${span(lineOfText(rerun))}`];
}

function obsoleteList(obsolete: readonly AcceptedFinding[]): string {
  if (obsolete.length === 0) return '';
  const items = obsolete.map((finding) => `- ${code(findingWords(finding))}`);
  return ['### Accepted findings that no run showed (remove with `--update`)', '', ...items].join('\n');
}

function code(text: string): string {
  return span(quotedText(text));
}

/** A code span in a table: a bar would end the cell. */
function cell(text: string): string {
  return code(text).replaceAll('|', '\\|');
}

/** A code span, fenced by more backticks than there are in a row inside; so commands stay what they are. */
function span(text: string): string {
  if (text === '') return '';
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const gap = longest === 0 ? '' : ' ';
  return `${fence}${gap}${text}${gap}${fence}`;
}
