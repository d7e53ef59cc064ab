import type { CheckResult, Finding, Verdict } from '../../harness/kernel/verdict.ts';
import { implied, LATTICE, strongestOf, weakestOf } from './lattice.ts';

/** What is known about one model. */
export interface ModelVerdict {
  readonly verdict: Verdict;
  /** The model or checker that was judged, where its verdict implies this one; the model itself where it was. */
  readonly decidedBy: string;
  /** Why it is unknown. */
  readonly reason?: string;
  /** Where it is broken: positions in {@link Placement.findings} of what breaks it, first the one that says most. */
  readonly findings?: readonly number[];
}

/** A step of the lattice on which the history falls: the weaker model holds, the stronger one is broken. */
export interface BrokenEdge {
  readonly stronger: string;
  readonly weaker: string;
  /** Position in {@link Placement.findings} of what breaks the stronger one. */
  readonly finding: number;
}

/**
 * Where a history stands in the lattice. Each model is in exactly one place: `models` with its verdict, or `notAsked`.
 * What implies a broken model is broken, and what a model that holds implies holds.
 */
export interface Placement {
  readonly models: Readonly<Record<string, ModelVerdict>>;
  /** The strongest models that hold, and the weakest that are broken. */
  readonly strongest: readonly string[];
  readonly weakestBroken: readonly string[];
  /** Models that could not be told: neither held nor broken. */
  readonly undecided: readonly string[];
  /** Models that are about other kinds of histories. */
  readonly notAsked: readonly string[];
  readonly edges: readonly BrokenEdge[];
  /** At least one for each of the weakest broken models. */
  readonly findings: readonly Finding[];
}

/** Which findings break a model, best first. */
type Breaking = (model: string) => readonly number[];

/** Puts a placement together. `breaking` is asked about broken models only. */
export function placementOf(
  verdicts: ReadonlyMap<string, ModelVerdict>,
  findings: readonly Finding[],
  breaking: Breaking,
): Placement {
  const models: Record<string, ModelVerdict> = {};
  for (const [model, verdict] of verdicts) {
    models[model] = verdict.verdict === 'invalid' ? { ...verdict, findings: breaking(model) } : verdict;
  }
  const having = (wanted: Verdict): string[] =>
    [...verdicts.keys()].filter((model) => models[model]?.verdict === wanted);
  return {
    models,
    strongest: strongestOf(having('valid')),
    weakestBroken: weakestOf(having('invalid')),
    undecided: having('unknown'),
    notAsked: [...LATTICE.keys()].filter((model) => !verdicts.has(model)),
    edges: edgesOf(models),
    findings,
  };
}

function edgesOf(models: Placement['models']): BrokenEdge[] {
  const edges: BrokenEdge[] = [];
  for (const [stronger, weakers] of LATTICE) {
    const [finding] = models[stronger]?.findings ?? [];
    if (finding === undefined) continue;
    for (const weaker of weakers) if (models[weaker]?.verdict === 'valid') edges.push({ stronger, weaker, finding });
  }
  return edges;
}

/** The placement of a history in which nothing could show: whatever was not broken is unknown. */
export function untested({ models, findings }: Placement, reason: string): Placement {
  const verdicts = Object.entries(models).map(([model, verdict]): [string, ModelVerdict] => [
    model,
    verdict.verdict === 'invalid' ? verdict : { verdict: 'unknown', decidedBy: model, reason },
  ]);
  return placementOf(new Map(verdicts), findings, (model) => models[model]?.findings ?? []);
}

/** Collects verdicts on models of single objects and draws what follows for others. */
export class PlacementDraft {
  readonly #judged = new Map<string, CheckResult>();
  readonly #asked: readonly string[];

  /** `asked`: the models that are about this kind of history, in the order of the lattice. */
  constructor(asked: readonly string[]) {
    this.#asked = asked;
  }

  /** Takes the result of a model's own check. */
  judge(model: string, result: CheckResult): void {
    this.#judged.set(model, result);
  }

  /** What is known about `model`: its own verdict, else one that follows from a stronger or weaker model. */
  verdictOf(model: string): ModelVerdict | undefined {
    const own = this.#judged.get(model);
    if (own !== undefined && own.verdict !== 'unknown') return { verdict: own.verdict, decidedBy: model };
    for (const [other, { verdict }] of this.#judged) {
      if (verdict === 'valid' && implied(other).has(model)) return { verdict, decidedBy: other };
      if (verdict === 'invalid' && implied(model).has(other)) return { verdict, decidedBy: other };
    }
    if (own === undefined) return undefined;
    return { verdict: 'unknown', decidedBy: model, ...(own.reason === undefined ? {} : { reason: own.reason }) };
  }

  /** One finding for each of the weakest broken models, equal ones once; each breaks all that imply its models. */
  place(): Placement {
    const verdicts = new Map<string, ModelVerdict>();
    for (const model of this.#asked) {
      const verdict = this.verdictOf(model);
      if (verdict !== undefined) verdicts.set(model, verdict);
    }
    const weakest = weakestOf([...verdicts.keys()].filter((model) => verdicts.get(model)?.verdict === 'invalid'));
    const shown: { readonly models: string[]; readonly finding: Finding }[] = [];
    for (const model of weakest) {
      const [finding] = this.#judged.get(model)?.findings ?? [];
      if (finding === undefined) continue;
      const same = shown.find((each) => isSame(each.finding, finding));
      if (same === undefined) shown.push({ models: [model], finding });
      else same.models.push(model);
    }
    const breaking = (model: string): number[] =>
      shown.flatMap(({ models }, position) =>
        models.some((broken) => broken === model || implied(model).has(broken)) ? [position] : [],
      );
    return placementOf(
      verdicts,
      shown.map(({ finding }) => finding),
      breaking,
    );
  }
}

/** Whether two checks found the same. */
function isSame(left: Finding, right: Finding): boolean {
  return left.anomaly === right.anomaly && left.message === right.message && left.ops.join() === right.ops.join();
}
