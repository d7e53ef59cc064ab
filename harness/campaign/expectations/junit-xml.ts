import type { CampaignRecord, CampaignRun, CampaignRunResult, ExpectationResult } from '../../store/campaign-record.ts';
import { isRed } from './is-red.ts';
import { describeExpectation, describeGroup, describeRun } from './describe-expectation.ts';

/** How a test case came out, beside "passed". */
interface Trouble {
  readonly element: 'failure' | 'error' | 'skipped';
  readonly type?: string;
  readonly message: string;
  readonly text?: string;
}

interface TestCase {
  readonly name: string;
  readonly classname: string;
  readonly seconds: number;
  readonly trouble: Trouble | undefined;
}

/**
 * A campaign as JUnit XML, as Jenkins, GitLab and others read it: one suite for the expectations, and one for each group of
 * runs. A run fails where it broke an expectation; an anomaly that nobody ruled out is no failure. Runs that could not tell,
 * and those of other shards or beyond the budget, are skipped; failures of the harness are errors.
 */
export function junitXml(record: CampaignRecord): string {
  const suites = [expectationSuite(record), ...runSuites(record)];
  const cases = suites.flatMap((suite) => suite.cases);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: record.name, ...totals(cases) })}>`,
    ...suites.flatMap((suite) => [
      `  <testsuite${attributes({ name: suite.name, ...totals(suite.cases), timestamp: record.startedAt.slice(0, 19) })}>`,
      ...suite.cases.flatMap(caseLines),
      '  </testsuite>',
    ]),
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

interface TestSuite {
  readonly name: string;
  readonly cases: readonly TestCase[];
}

function expectationSuite(record: CampaignRecord): TestSuite {
  const { name, expectations } = record;
  return {
    name: `${name}: expectations`,
    cases: expectations.map((result) => ({
      name: describeExpectation(result.expectation),
      classname: `${name}.expectations`,
      seconds: 0,
      trouble: troubleOf(record, result),
    })),
  };
}

function troubleOf(record: CampaignRecord, result: ExpectationResult): Trouble | undefined {
  const { outcome, why } = result;
  switch (outcome) {
    case 'met':
    case 'accepted':
      return undefined;
    case 'broken':
    case 'lost-power':
      return { element: 'failure', type: outcome, message: why };
    case 'unclear':
      return isRed(record, result)
        ? { element: 'error', type: outcome, message: why }
        : { element: 'skipped', message: why };
  }
}

function runSuites(record: CampaignRecord): readonly TestSuite[] {
  const results = new Map(record.results.map((result) => [result.run.id, result]));
  const breaking = new Set(record.expectations.flatMap(({ outcome, runs }) => (outcome === 'broken' ? runs : [])));
  const groups = new Map<string, TestCase[]>();
  for (const run of record.planned) {
    const group = describeGroup(run);
    const cases = groups.get(group) ?? [];
    groups.set(group, cases);
    const result = results.get(run.id);
    cases.push({
      name: describeRun(run),
      classname: `${record.name}.${classname(run)}`,
      seconds: (result?.elapsedMs ?? 0) / 1000,
      trouble: runTrouble(result, breaking.has(run.id)),
    });
  }
  return [...groups].map(([group, cases]) => ({ name: `${record.name}: ${group}`, cases }));
}

function classname(run: CampaignRun): string {
  return [run.target, run.variant, run.mutant, run.workload].filter((part) => part !== undefined).join('.');
}

function runTrouble(result: CampaignRunResult | undefined, isBreaking: boolean): Trouble | undefined {
  if (result === undefined) return { element: 'skipped', message: 'this run was not made' };
  const text = [...result.anomalies.map((seen) => `${seen.check} ${seen.anomaly}: ${seen.message}`), result.rerun];
  if (isBreaking) {
    const anomalies = [...new Set(result.anomalies.map(({ anomaly }) => anomaly))].join(', ');
    return { element: 'failure', type: 'broken', message: anomalies, text: text.join('\n') };
  }
  const why = result.reasons.join('; ');
  if (result.outcome === 'harness-error') {
    return { element: 'error', type: 'harness-error', message: why, text: result.rerun };
  }
  return result.outcome === 'unknown' ? { element: 'skipped', message: why } : undefined;
}

function totals(cases: readonly TestCase[]): Readonly<Record<string, string>> {
  const count = (element: Trouble['element']): string =>
    String(cases.filter(({ trouble }) => trouble?.element === element).length);
  return {
    tests: String(cases.length),
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3),
  };
}

function caseLines({ name, classname, seconds, trouble }: TestCase): readonly string[] {
  const head = `    <testcase${attributes({ name, classname, time: seconds.toFixed(3) })}`;
  if (trouble === undefined) return [`${head}/>`];
  const { element, message, type, text } = trouble;
  const opening = `      <${element}${attributes({ message, ...(type === undefined ? {} : { type }) })}`;
  const inner = text === undefined ? `${opening}/>` : `${opening}>${escaped(text)}</${element}>`;
  return [`${head}>`, inner, '    </testcase>'];
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(value).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as XML 1.0 may hold it: characters that it has no place for are left out, not escaped. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|[\u007f-\u009f]/gu, '')
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
}
