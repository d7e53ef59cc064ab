import { FAULT_KINDS, type FaultKind } from '../kernel/fault.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { CampaignDefinition, FaultPackage, TargetEntry } from './campaign-definition.ts';
import { CampaignProblem, type CampaignPath } from './campaign-problem.ts';
import { MAX_PLANNED_RUNS } from './campaign-schema.ts';
import { unknownValue } from './parse-definition.ts';
import { SETTING_PREFIX } from './run-parameters.ts';

/** A fault package under its name; `all` is left to the target. */
export interface NamedFaults {
  readonly name: string;
  readonly kinds: 'all' | readonly FaultKind[];
}

/** One combination of everything but the seed, and where its parts stand in the file. */
export interface MatrixCell {
  readonly target: TargetEntry;
  readonly workload: string;
  readonly faults: NamedFaults;
  readonly parameters: Readonly<Record<string, JsonValue>>;
  readonly places: {
    readonly target: CampaignPath;
    readonly workload: CampaignPath;
    readonly faults: CampaignPath;
  };
}

/** All axes of a campaign, multiplied. Throws a CampaignProblem for axes that cannot be or are too long. */
export function expandMatrix(definition: CampaignDefinition): {
  readonly cells: readonly MatrixCell[];
  readonly seeds: readonly string[];
} {
  const seeds = seedsOf(definition);
  const workloads = definition.workloads ?? ['register'];
  const faults = (definition.faults ?? ['all']).map((faultPackage, index) =>
    namedFaults(faultPackage, ['faults', index]),
  );
  const axes = parameterAxes(definition.parameters);
  const factors = [definition.targets, workloads, faults, seeds, ...axes.map(([, values]) => values)];
  const size = factors.reduce((product, factor) => product * factor.length, 1);
  if (size > MAX_PLANNED_RUNS) {
    throw new CampaignProblem(
      [],
      `the matrix has ${size} runs (${factors.map((factor) => factor.length).join(' x ')}), expected at most ${MAX_PLANNED_RUNS}`,
    );
  }
  const combinations = combine(axes);
  const cells = definition.targets.flatMap((target, targetIndex) =>
    workloads.flatMap((workload, workloadIndex) =>
      faults.flatMap((named, faultIndex) =>
        combinations.map((parameters) => ({
          target: typeof target === 'string' ? { name: target } : target,
          workload,
          faults: named,
          parameters,
          places: {
            target: ['targets', targetIndex],
            workload: ['workloads', workloadIndex],
            faults: ['faults', faultIndex],
          },
        })),
      ),
    ),
  );
  return { cells, seeds };
}

function seedsOf({ seeds = 1 }: CampaignDefinition): readonly string[] {
  if (typeof seeds === 'number') return range(1, seeds);
  if (typeof seeds !== 'string') return seeds.map(String);
  const [from = 0, to = 0] = seeds.split('..').map(Number);
  if (to < from) throw new CampaignProblem(['seeds'], `seeds: expected a range that goes up, got ${seeds}`);
  const count = to - from + 1;
  if (count > MAX_PLANNED_RUNS) {
    throw new CampaignProblem(['seeds'], `seeds: expected at most ${MAX_PLANNED_RUNS}, got ${count}`);
  }
  return range(from, to);
}

function range(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
}

function namedFaults(given: FaultPackage, place: CampaignPath): NamedFaults {
  if (typeof given === 'string') {
    if (given === 'all') return { name: 'all', kinds: 'all' };
    if (given === 'none') return { name: 'none', kinds: [] };
    return packageOf(given.split('+').map((kind) => kindNamed(kind.trim(), place)));
  }
  if (!('name' in given)) return packageOf(given);
  return { name: given.name, kinds: given.kinds === 'none' ? [] : given.kinds };
}

/** Kinds in the order in which the product lists them: `[kill, partition]` is the same package as `partition+kill`. */
function packageOf(given: readonly FaultKind[]): NamedFaults {
  const kinds = FAULT_KINDS.filter((kind) => given.includes(kind));
  return { name: kinds.join('+'), kinds };
}

function kindNamed(name: string, place: CampaignPath): FaultKind {
  const kind = FAULT_KINDS.find((known) => known === name);
  if (kind === undefined)
    throw new CampaignProblem(place, unknownValue('fault', name, ['all', 'none', ...FAULT_KINDS]));
  return kind;
}

type ParameterAxis = readonly [name: string, values: readonly JsonValue[]];

/** Settings become axes of their own, named `set.NAME`. */
function parameterAxes(parameters: CampaignDefinition['parameters']): readonly ParameterAxis[] {
  const { set, ...options } = parameters ?? {};
  const settings = Object.entries(set ?? {}).map(([name, value]) => [`${SETTING_PREFIX}${name}`, value] as const);
  return [...Object.entries(options), ...settings].flatMap(([name, value]) => {
    if (value === undefined) return [];
    const values: readonly JsonValue[] = typeof value === 'object' ? value : [value];
    return [[name, values] as const];
  });
}

function combine(axes: readonly ParameterAxis[]): readonly Readonly<Record<string, JsonValue>>[] {
  let combinations: readonly Readonly<Record<string, JsonValue>>[] = [{}];
  for (const [name, values] of axes) {
    combinations = combinations.flatMap((each) => values.map((value) => ({ ...each, [name]: value })));
  }
  return combinations;
}
