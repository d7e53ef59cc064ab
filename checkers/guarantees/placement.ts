import type { CheckResult, Finding, Verdict } from '../../harness/kernel/verdict.ts';
import { implied, LATTICE, strongestOf, weakestOf } from './lattice.ts';

/** What is known about one model. */
export interface ModelVerdict {
  readonly verdict: Verdict;
  /** The model itself where it was judged, else the one whose verdict implies this one. */
  readonly decidedBy: string;
  readonly reason?: string;
}

/** A step of the lattice on which the history falls: the weaker model holds, the stronger one is broken. */
export interface BrokenEdge {
  readonly stronger: string;
  readonly weaker: string;
  /** Position in {@link Placement.findings} of what breaks the stronger one. */
  readonly finding: number;
}

/** Where a history stands in the lattice. */
export interface Placement {
  readonly models: Readonly<Record<string, ModelVerdict>>;
  /** The strongest models that hold, and the weakest that are broken. */
  readonly strongest: readonly string[];
  readonly weakestBroken: readonly string[];
  readonly undecided: readonly string[];
  readonly edges: readonly BrokenEdge[];
  /** One for each of the weakest broken models. */
  readonly findings: readonly Finding[];
}

/** Collects verdicts on models and draws what follows for others. */
export class PlacementDraft {
  readonly #judged = new Map<string, CheckResult>();

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

  place(): Placement {
    const models: Record<string, ModelVerdict> = {};
    for (const model of LATTICE.keys()) {
      const verdict = this.verdictOf(model);
      if (verdict !== undefined) models[model] = verdict;
    }
    const having = (wanted: Verdict): string[] =>
      Object.keys(models).filter((model) => models[model]?.verdict === wanted);
    const weakestBroken = weakestOf(having('invalid'));
    const findings = weakestBroken.flatMap((model) => this.#judged.get(model)?.findings.slice(0, 1) ?? []);
    return {
      models,
      strongest: strongestOf(having('valid')),
      weakestBroken,
      undecided: having('unknown'),
      edges: this.#edges(models, weakestBroken),
      findings,
    };
  }

  #edges(models: Placement['models'], weakestBroken: readonly string[]): BrokenEdge[] {
    const edges: BrokenEdge[] = [];
    for (const [stronger, weakers] of LATTICE) {
      if (models[stronger]?.verdict !== 'invalid') continue;
      const finding = weakestBroken.findIndex((model) => model === stronger || implied(stronger).has(model));
      for (const weaker of weakers) {
        if (models[weaker]?.verdict === 'valid') edges.push({ stronger, weaker, finding });
      }
    }
    return edges;
  }
}
