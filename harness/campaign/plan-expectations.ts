import { isModulePath } from '../modules/import-module.ts';
import type { CampaignRun, Expectation, RunSelector } from '../store/campaign-record.ts';
import { ANOMALY_NAMES, promiseExcludes } from './anomaly-names.ts';
import type { PromiseEntry, SelectorFields, ViolationEntry } from './campaign-definition.ts';
import { CampaignProblem, type CampaignPath } from './campaign-problem.ts';
import { describeExpectation } from './expectations/describe-expectation.ts';
import { unknownValue } from './parse-definition.ts';
import { selects, selectorWords } from './select-runs.ts';
import { stableHash } from './stable-hash.ts';

/** Names that selectors of a campaign may use. */
export interface SelectorNames {
  readonly targets: readonly string[];
  readonly workloads: readonly string[];
  readonly faults: readonly string[];
}

/**
 * Reads what a campaign expects of its runs. Throws a CampaignProblem for unknown names, for expectations that are about
 * no run, and for those that cannot all come true.
 */
export function planExpectations(
  entries: readonly (PromiseEntry | ViolationEntry)[],
  runs: readonly CampaignRun[],
  names: SelectorNames,
): readonly Expectation[] {
  const expectations = entries.map((entry, index) => {
    const place: CampaignPath = ['expectations', index];
    const where = selectorOf(entry, place, names);
    const matching = runs.filter((run) => selects(where, run));
    if (matching.length === 0) {
      throw new CampaignProblem(place, `this expectation is about ${selectorWords(where)}, which matches no run`);
    }
    if ('shows' in entry) requireAnomaly(entry.shows, matching, [...place, 'shows']);
    return expectationOf(entry, where);
  });
  refuseTwins(expectations);
  for (const [index, expectation] of expectations.entries()) {
    if (expectation.kind === 'violation') requirePossible(expectation, index, expectations, runs);
  }
  return expectations;
}

function expectationOf(entry: PromiseEntry | ViolationEntry, where: RunSelector): Expectation {
  if ('promises' in entry) {
    return { kind: 'promise', where, level: entry.promises, keepsAcknowledged: entry.keepsAcknowledged ?? false };
  }
  return { kind: 'violation', where, anomaly: entry.shows, atLeast: entry.atLeast ?? 1 };
}

/** The fields of an entry that say which runs it is about. Throws a CampaignProblem for names that the file does not know. */
export function selectorOf(entry: SelectorFields, place: CampaignPath, names: SelectorNames): RunSelector {
  requireName('target', entry.target, names.targets, [...place, 'target']);
  requireName('workload', entry.workload, names.workloads, [...place, 'workload']);
  requireName('fault package', entry.faults, names.faults, [...place, 'faults']);
  return {
    ...(entry.target === undefined ? {} : { target: entry.target }),
    ...(entry.variant === undefined ? {} : { variant: entry.variant }),
    ...(entry.mutant === undefined ? {} : { mutant: entry.mutant }),
    ...(entry.workload === undefined ? {} : { workload: entry.workload }),
    ...(entry.environment === undefined ? {} : { environment: entry.environment }),
    ...(entry.faults === undefined ? {} : { faultPackage: entry.faults }),
  };
}

function requireName(what: string, name: string | undefined, known: readonly string[], place: CampaignPath): void {
  if (name === undefined || known.includes(name)) return;
  throw new CampaignProblem(place, unknownValue(what, name, [...new Set(known)]));
}

/** Workloads of the user's own may bring checkers with names of their own. */
function requireAnomaly(anomaly: string, runs: readonly CampaignRun[], place: CampaignPath): void {
  if (ANOMALY_NAMES.includes(anomaly) || runs.some(({ workload }) => isModulePath(workload))) return;
  throw new CampaignProblem(place, unknownValue('anomaly', anomaly, ANOMALY_NAMES));
}

function refuseTwins(expectations: readonly Expectation[]): void {
  const seen = new Map<string, Expectation>();
  for (const [index, expectation] of expectations.entries()) {
    const about = expectation.kind === 'promise' ? 'promise' : expectation.anomaly;
    const key = stableHash([expectation.kind, expectation.where, about]);
    const before = seen.get(key);
    if (before === undefined) {
      seen.set(key, expectation);
      continue;
    }
    const same = stableHash(before) === stableHash(expectation);
    const told = same ? 'is stated twice' : `contradicts "${words(before)}", which is about the same runs`;
    throw new CampaignProblem(['expectations', index], `"${words(expectation)}" ${told}`);
  }
}

/** Counts the runs that may show a violation without breaking a promise: fewer than asked for is a contradiction. */
function requirePossible(
  violation: Extract<Expectation, { readonly kind: 'violation' }>,
  index: number,
  expectations: readonly Expectation[],
  runs: readonly CampaignRun[],
): void {
  const place: CampaignPath = ['expectations', index];
  const group = runs.filter((run) => selects(violation.where, run));
  if (group.length < violation.atLeast) {
    throw new CampaignProblem(
      place,
      `"${words(violation)}" asks for ${violation.atLeast} runs, but it is about ${group.length} only`,
    );
  }
  const forbidding = expectations.filter(
    (other) => other.kind === 'promise' && promiseExcludes(other, violation.anomaly),
  );
  const free = group.filter((run) => !forbidding.some(({ where }) => selects(where, run)));
  const [first] = forbidding.filter(({ where }) => group.some((run) => selects(where, run)));
  if (first === undefined || free.length >= violation.atLeast) return;
  const left = free.length === 0 ? '' : `, which leaves ${free.length} of ${violation.atLeast} runs`;
  throw new CampaignProblem(place, `"${words(violation)}" contradicts "${words(first)}"${left}`);
}

function words(expectation: Expectation): string {
  return describeExpectation(expectation);
}
