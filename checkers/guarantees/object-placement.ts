import type { CheckContext } from '../../harness/kernel/checker.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonObject } from '../../harness/kernel/json.ts';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import { withinBudget, type Budget } from '../judging/budget.ts';
import { CheckOptions } from '../judging/check-options.ts';
import { Operations } from '../judging/operations.ts';
import { judged, undecided } from '../judging/results.ts';
import { linearizabilityChecker } from '../linearizability/index.ts';
import { registerModels } from '../sessions/index.ts';
import { judgeAll, problemsOf, readingOf } from '../sessions/register-model-checker.ts';
import type { RegisterProblem } from '../sessions/register-problem.ts';
import { convergenceChecker, setChecker } from '../totals/index.ts';
import { damageFacts, registerDamage } from './damage.ts';
import { invokedNames, type FamilyOfHistory, type HistoryFamily } from './history-family.ts';
import { OBJECT_MODELS } from './lattice.ts';
import { PlacementDraft, type Placement } from './placement.ts';
import { TimeShare } from './time-share.ts';

/** A history of single objects to be placed. */
export interface ObjectHistory extends FamilyOfHistory {
  readonly history: History;
  readonly context: CheckContext;
}

/** A placement, and what users would have noticed; null where nothing is known. */
export interface PlacedObjects {
  readonly placement: Placement;
  readonly damage: JsonObject | null;
}

/** The models that can be told of each family. */
const ASKED: Readonly<Record<HistoryFamily, readonly string[]>> = {
  registers: OBJECT_MODELS,
  sets: ['linearizable', 'convergent'],
  transactions: [],
  other: ['linearizable'],
};

/** Places a history of single objects. Time limits are shared out: half to linearizability, the rest to the others. */
export function placeObjects({ history, context, family, object }: ObjectHistory): PlacedObjects {
  const draft = new PlacementDraft(ASKED[family]);
  const share = new TimeShare(context);
  const run = { history, context, share, draft };
  draft.judge('linearizable', judgeLinearizable(run, object));
  switch (family) {
    case 'registers':
      draft.judge('convergent', share.run(convergenceChecker, history, context.options, 0.2));
      return { damage: new RegisterPlacement(run).judge(), placement: draft.place() };
    case 'sets':
      draft.judge('convergent', share.run(convergenceChecker, history, context.options, 0.5));
      return { damage: share.run(setChecker, history, context.options, 1).facts, placement: draft.place() };
    case 'transactions':
    case 'other':
      return { damage: null, placement: draft.place() };
  }
}

interface Run {
  readonly history: History;
  readonly context: CheckContext;
  readonly share: TimeShare;
  readonly draft: PlacementDraft;
}

function judgeLinearizable({ history, context, share }: Run, object: string | null): CheckResult {
  if (object === null && context.model === undefined) {
    const names = [...invokedNames(history)].join(', ');
    return undecided(names === '' ? 'the history has no operations' : `${names}: it cannot be told of which object`);
  }
  const options = object === null ? context.options : { ...context.options, model: object };
  return share.run(linearizabilityChecker, history, options, 0.5);
}

/**
 * Cheap models first. What breaks a model breaks all that imply it, and what shows sequential consistency shows all that
 * it implies, so that most of the dear ones need not be judged.
 */
const ORDER = [
  'safe',
  'regular',
  'two-atomic',
  'read-your-writes',
  'monotonic-reads',
  'monotonic-writes',
  'writes-follow-reads',
  'causal',
  'sequential',
  'pram',
  'causal-convergence',
  'causal-memory',
] as const;

class RegisterPlacement {
  readonly #run: Run;
  readonly #operations: Operations;
  readonly #problems = new Map<'store' | 'key', readonly RegisterProblem[] | string>();

  constructor(run: Run) {
    this.#run = run;
    this.#operations = new Operations(run.history);
  }

  /** Judges all models that are not settled yet; answers the damage. */
  judge(): JsonObject | null {
    const { context, share, draft } = this.#run;
    const reading = readingOf(context);
    for (const [position, name] of ORDER.entries()) {
      const model = registerModels.find((candidate) => candidate.name === name);
      const known = draft.verdictOf(name);
      if (model === undefined || (known !== undefined && known.verdict !== 'unknown')) continue;
      // One share stays for the damage. Sequential consistency shows what would have to be judged after it.
      const limited = share.limit(name === 'sequential' ? 0.5 : 1 / (ORDER.length - position + 1));
      const result = withinBudget(limited, (budget) => {
        const problems = this.#problemsOf(model.scope, budget);
        if (typeof problems === 'string') return undecided(problems);
        return judgeAll(model, problems, { scope: model.scope, reading, budget });
      });
      draft.judge(name, result);
    }
    return this.#damage();
  }

  #problemsOf(scope: 'store' | 'key', budget: Budget): readonly RegisterProblem[] | string {
    const known = this.#problems.get(scope);
    if (known !== undefined) return known;
    const problems = problemsOf(this.#operations, scope, readingOf(this.#run.context), budget);
    this.#problems.set(scope, problems);
    return problems;
  }

  #damage(): JsonObject | null {
    const { context, share } = this.#run;
    const options = new CheckOptions(context);
    const finals = { finalFromNs: options.number('finalFromNs'), nodes: options.texts('nodes') };
    const { facts } = withinBudget(share.limit(1), (budget) => {
      const problems = this.#problemsOf('key', budget);
      if (typeof problems === 'string') return undecided(problems);
      return judged([], damageFacts(this.#operations, registerDamage(this.#operations, problems, finals, budget)));
    });
    return Object.keys(facts).length === 0 ? null : facts;
  }
}
