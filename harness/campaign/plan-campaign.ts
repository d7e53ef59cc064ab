import { availableParallelism } from 'node:os';
import type { EnvironmentKind } from '../kernel/environment.ts';
import type { FaultKind } from '../kernel/fault.ts';
import { isHarnessError } from '../kernel/harness-error.ts';
import type { TargetPromise } from '../kernel/target.ts';
import type { CampaignRun, Expectation, OwnPromise } from '../store/campaign-record.ts';
import type { CampaignDefinition, Exclusion } from './campaign-definition.ts';
import { CampaignProblem, type CampaignPath } from './campaign-problem.ts';
import { expandMatrix, type MatrixCell } from './expand-matrix.ts';
import { parseDefinition } from './parse-definition.ts';
import { planExpectations, selectorOf, type SelectorNames } from './plan-expectations.ts';
import { DEFAULT_VARIANT, NO_MUTANT, selects } from './select-runs.ts';
import { stableHash } from './stable-hash.ts';

/** Everything that a campaign is going to be. */
export interface CampaignPlan {
  readonly name: string;
  /** Hash of the runs and the expectations. Budgets, parallelism and retries may change between sittings. */
  readonly hash: string;
  /** In the order in which they are made: every seed goes through all combinations before the next one. */
  readonly runs: readonly CampaignRun[];
  readonly expectations: readonly Expectation[];
  /** What the targets promise of themselves, one entry per target, variant, planted bug and workload. */
  readonly ownPromises: readonly OwnPromise[];
  readonly budget: { readonly runs?: number; readonly minutes?: number };
  /** Runs at the same time by environment, and over all. */
  readonly parallel: Readonly<Record<EnvironmentKind, number>> & { readonly total: number };
  readonly retries: number;
  /** Things the user should know, for example fault kinds that cannot be carried out here. */
  readonly notes: readonly string[];
}

/** Looks up what exists. Every method throws a usage HarnessError with one line for what cannot be. */
export interface CampaignLookup {
  /** Where a target lives unless told otherwise. */
  target(name: string): Promise<EnvironmentKind>;
  workload(name: string): Promise<void>;
  /** Resolves what the run command would do with these choices. */
  run(choices: RunChoices): Promise<ResolvedRun>;
}

/** What one run is asked to be, apart from its seed. */
export type RunChoices = Pick<MatrixCell, 'target' | 'workload' | 'parameters'> & {
  readonly faults: MatrixCell['faults']['kinds'];
};

export interface ResolvedRun {
  readonly environment: EnvironmentKind;
  readonly faults: readonly FaultKind[];
  readonly notes: readonly string[];
  /** What the target promises of the workload; absent where it promises nothing. */
  readonly promise?: TargetPromise;
}

/**
 * Plans a campaign from its definition. Throws a CampaignProblem, with the place in the definition, for whatever cannot
 * be: unknown names, combinations that no target offers, an empty or too large matrix, contradictory expectations.
 */
export async function planCampaign(value: unknown, lookup: CampaignLookup): Promise<CampaignPlan> {
  const definition = parseDefinition(value);
  const { cells, seeds } = expandMatrix(definition);
  const notes = new Set<string>();
  const names: SelectorNames = {
    targets: definition.targets.map((target) => (typeof target === 'string' ? target : target.name)),
    workloads: definition.workloads ?? ['register'],
    faults: cells.map((cell) => cell.faults.name),
  };
  const excluded = (definition.exclude ?? []).map((exclusion, index) =>
    exclusionOf(exclusion, ['exclude', index], names),
  );
  const resolve = new CellResolver(lookup);
  const resolved: { readonly cell: MatrixCell; readonly run: RunCore }[] = [];
  const promises = new Map<string, OwnPromise>();
  for (const cell of cells) {
    const environment = await resolve.environmentOf(cell);
    // Whoever excludes a combination knows that it cannot be.
    if (seeds.every((seed) => excluded.some((rule) => rule.matches(unresolved(cell, environment, seed))))) continue;
    const run = await resolve.resolve(cell);
    for (const note of run.notes) notes.add(`${cell.target.name}: ${note}`);
    const promise = ownPromise(cell, run);
    if (promise !== undefined) promises.set(JSON.stringify(promise.where), promise);
    resolved.push({ cell, run: { ...unresolved(cell, run.environment, ''), faults: run.faults } });
  }
  const runs = seeds.flatMap((seed) =>
    resolved.flatMap(({ run }) => {
      const planned = withId({ ...run, seed });
      return excluded.some((rule) => rule.matches(planned)) ? [] : [planned];
    }),
  );
  if (runs.length === 0) throw new CampaignProblem([], 'the matrix is empty: exclude leaves no run');
  refuseUseless(excluded);
  refuseTwins(runs);
  const expectations = planExpectations(definition.expectations ?? [], runs, names);
  return {
    name: definition.name,
    hash: stableHash({ runs: runs.map(({ id }) => id), expectations }),
    runs,
    expectations,
    ownPromises: [...promises.values()],
    budget: budgetOf(definition),
    parallel: parallelOf(definition.parallel),
    retries: definition.retries ?? 1,
    notes: [...notes],
  };
}

function ownPromise({ target, workload }: MatrixCell, { promise }: ResolvedRun): OwnPromise | undefined {
  if (promise === undefined) return undefined;
  const where = {
    target: target.name,
    variant: target.variant ?? DEFAULT_VARIANT,
    mutant: target.mutant ?? NO_MUTANT,
    workload,
  };
  return { where, level: promise.level, keepsAcknowledged: promise.keepsAcknowledged };
}

/** Looks combinations up, each part once, and blames the part that cannot be. */
class CellResolver {
  readonly #lookup: CampaignLookup;
  readonly #seen = new Map<string, ResolvedRun>();

  constructor(lookup: CampaignLookup) {
    this.#lookup = lookup;
  }

  /** Where a cell's cluster lives; found without the rest, because excluded combinations need not exist. */
  async environmentOf({ target, workload, places }: MatrixCell): Promise<EnvironmentKind> {
    const { environment } = await this.#blame(places.target, `target ${target.name}`, async () => ({
      ...NOTHING,
      environment: await this.#lookup.target(target.name),
    }));
    await this.#blame(places.workload, `workload ${workload}`, async () => {
      await this.#lookup.workload(workload);
      return NOTHING;
    });
    return target.environment ?? environment;
  }

  /** Adds one part after the other: the one with which it cannot be any more is to blame. */
  async resolve(cell: MatrixCell): Promise<ResolvedRun> {
    const { target, workload, places } = cell;
    const bare = { target, workload, parameters: {}, faults: [] } as const;
    await this.#run(places.target, bare);
    await this.#run(places.faults, { ...bare, faults: cell.faults.kinds });
    return await this.#run(['parameters'], { ...bare, faults: cell.faults.kinds, parameters: cell.parameters });
  }

  async #run(place: CampaignPath, choices: RunChoices): Promise<ResolvedRun> {
    return await this.#blame(place, stableHash(choices), async () => await this.#lookup.run(choices));
  }

  async #blame(place: CampaignPath, key: string, look: () => Promise<ResolvedRun>): Promise<ResolvedRun> {
    const before = this.#seen.get(key);
    if (before !== undefined) return before;
    try {
      const found = await look();
      this.#seen.set(key, found);
      return found;
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      throw new CampaignProblem(place, error.message);
    }
  }
}

const NOTHING: ResolvedRun = { environment: 'sim', faults: [], notes: [] };

type RunCore = Omit<CampaignRun, 'id'>;

function unresolved(
  { target, workload, faults, parameters }: MatrixCell,
  environment: EnvironmentKind,
  seed: string,
): RunCore {
  return {
    target: target.name,
    ...(target.variant === undefined ? {} : { variant: target.variant }),
    ...(target.mutant === undefined ? {} : { mutant: target.mutant }),
    ...(target.image === undefined ? {} : { image: target.image }),
    workload,
    environment,
    faultPackage: faults.name,
    faults: faults.kinds === 'all' ? [] : faults.kinds,
    seed,
    parameters: { ...parameters, ...(target.nodes === undefined ? {} : { nodes: target.nodes }) },
  };
}

function withId(run: RunCore): CampaignRun {
  return { id: stableHash(run), ...run };
}

/** An exclusion, and whether it ever left anything out. */
interface ExclusionRule {
  readonly place: CampaignPath;
  readonly used: () => boolean;
  matches(run: RunCore): boolean;
}

function exclusionOf(exclusion: Exclusion, place: CampaignPath, names: SelectorNames): ExclusionRule {
  const where = selectorOf(exclusion, place, names);
  const isSeed = exclusion.seed === undefined ? undefined : seedMatcher(String(exclusion.seed));
  const parameters = Object.entries(exclusion.parameters ?? {});
  let used = false;
  return {
    place,
    used: () => used,
    matches(run) {
      const matching =
        selects(where, run) &&
        (isSeed === undefined || isSeed(run.seed)) &&
        parameters.every(([name, value]) => stableHash(value) === stableHash(run.parameters[name] ?? null));
      used ||= matching;
      return matching;
    },
  };
}

/** A seed, or all in a range like `2..10`. */
function seedMatcher(given: string): (seed: string) => boolean {
  const range = /^(\d{1,15})\.\.(\d{1,15})$/.exec(given);
  if (range === null) return (seed) => seed === given;
  return (seed) => /^\d+$/.test(seed) && Number(seed) >= Number(range[1]) && Number(seed) <= Number(range[2]);
}

function refuseUseless(rules: readonly ExclusionRule[]): void {
  const useless = rules.find((rule) => !rule.used());
  if (useless !== undefined) throw new CampaignProblem(useless.place, 'this exclusion matches no run');
}

function refuseTwins(runs: readonly CampaignRun[]): void {
  const ids = new Set<string>();
  for (const run of runs) {
    if (ids.has(run.id)) {
      const words = [run.target, run.variant, run.workload, run.faultPackage, `seed ${run.seed}`].filter(Boolean);
      throw new CampaignProblem([], `the same run is planned twice: ${words.join(', ')}; say each value once`);
    }
    ids.add(run.id);
  }
}

function budgetOf({ budget }: CampaignDefinition): CampaignPlan['budget'] {
  return {
    ...(budget?.runs === undefined ? {} : { runs: budget.runs }),
    ...(budget?.minutes === undefined ? {} : { minutes: budget.minutes }),
  };
}

/** Simulated runs use a core each; clusters of processes or containers share the machine and want it for themselves. */
export function parallelOf(given: CampaignDefinition['parallel']): CampaignPlan['parallel'] {
  if (typeof given === 'number') return { sim: given, docker: given, process: given, total: given };
  const sim = given?.sim ?? availableParallelism();
  const docker = given?.docker ?? 1;
  const process = given?.process ?? 1;
  return { sim, docker, process, total: sim + docker + process };
}
