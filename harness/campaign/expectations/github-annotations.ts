import type { CampaignRecord, ExpectationResult } from '../../store/campaign-record.ts';
import { describeExpectation } from './describe-expectation.ts';
import { isRed } from './is-red.ts';
import { lineOfText, quotedText } from './quoted-text.ts';

/** GitHub shows ten annotations of a kind per step; the last one says how many are left. */
const ANNOTATIONS_MAX = 10;
/** A longer command is left out: half of one is of no use, and GitHub cuts an annotation at 4 KB. */
const COMMAND_MAX = 1000;

/**
 * What did not come out as expected, as workflow commands of GitHub Actions: one line each, errors for what is red. `file`
 * is the campaign's file, relative to the repository.
 */
export function githubAnnotations(record: CampaignRecord, file: string): readonly string[] {
  const red = record.expectations.filter((result) => isRed(record, result));
  const shown = red.length > ANNOTATIONS_MAX ? red.slice(0, ANNOTATIONS_MAX - 1) : red;
  const lines = shown.map((result) => annotation(record, result, file));
  const left = red.length - shown.length;
  return left === 0 ? lines : [...lines, command('error', record.name, file, `and ${left} more`)];
}

function annotation(record: CampaignRecord, result: ExpectationResult, file: string): string {
  const example = record.results.find(({ run }) => run.id === result.runs[0]);
  const [seen] = result.outcome === 'broken' ? (example?.anomalies ?? []) : [];
  const details = [
    quotedText(`${describeExpectation(result.expectation)}: ${result.why}`),
    ...(seen === undefined ? [] : [quotedText(`${seen.anomaly}: ${seen.message}`)]),
    ...(seen === undefined || example === undefined || example.rerun.length > COMMAND_MAX
      ? []
      : [lineOfText(`again: ${example.rerun}`)]),
  ];
  return command('error', `${result.outcome}: ${record.name}`, file, details.join('\n'));
}

/** Syntax: https://docs.github.com/actions/reference/workflow-commands-for-github-actions. */
function command(name: 'error', title: string, file: string, message: string): string {
  return `::${name} file=${property(file)},title=${property(title)}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(quotedText(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
