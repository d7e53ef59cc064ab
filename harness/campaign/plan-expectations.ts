import type { CampaignRun, Expectation, RunSelector } from '../store/campaign-record.ts';
import type { PromiseEntry, SelectorFields, ViolationEntry } from './campaign-definition.ts';
import { CampaignProblem, type CampaignPath } from './campaign-problem.ts';
import { unknownValue } from './parse-definition.ts';
import { selects, selectorWords } from './select-runs.ts';

/** Names that selectors of a campaign may use. */
export interface SelectorNames {
  readonly targets: readonly string[];
  readonly workloads: readonly string[];
  readonly faults: readonly string[];
}

/** Reads what a campaign expects of its runs. Throws a CampaignProblem for what cannot be or says nothing. */
export function planExpectations(
  entries: readonly (PromiseEntry | ViolationEntry)[],
  runs: readonly CampaignRun[],
  names: SelectorNames,
): readonly Expectation[] {
  return entries.map((entry, index) => {
    const place: CampaignPath = ['expectations', index];
    const where = selectorOf(entry, place, names);
    if (!runs.some((run) => selects(where, run))) {
      throw new CampaignProblem(place, `this expectation is about ${selectorWords(where)}, which matches no run`);
    }
    return expectationOf(entry, where);
  });
}

function expectationOf(entry: PromiseEntry | ViolationEntry, where: RunSelector): Expectation {
  if ('promises' in entry) {
    return { kind: 'promise', where, level: entry.promises, keepsAcknowledged: entry.keepsAcknowledged ?? false };
  }
  return { kind: 'violation', where, anomaly: entry.shows, atLeast: entry.atLeast ?? 1 };
}

/** The fields of an entry that say which runs it is about. Throws a CampaignProblem for names that the file does not know. */
export function selectorOf(entry: SelectorFields, place: CampaignPath, names: SelectorNames): RunSelector {
  known('target', entry.target, names.targets, place);
  known('workload', entry.workload, names.workloads, place);
  known('faults', entry.faults, names.faults, place);
  return {
    ...(entry.target === undefined ? {} : { target: entry.target }),
    ...(entry.variant === undefined ? {} : { variant: entry.variant }),
    ...(entry.mutant === undefined ? {} : { mutant: entry.mutant }),
    ...(entry.workload === undefined ? {} : { workload: entry.workload }),
    ...(entry.environment === undefined ? {} : { environment: entry.environment }),
    ...(entry.faults === undefined ? {} : { faultPackage: entry.faults }),
  };
}

function known(
  what: 'target' | 'workload' | 'faults',
  name: string | undefined,
  names: readonly string[],
  place: CampaignPath,
): void {
  if (name === undefined || names.includes(name)) return;
  const what2 = what === 'faults' ? 'fault package' : what;
  throw new CampaignProblem([...place, what], unknownValue(what2, name, [...new Set(names)]));
}
