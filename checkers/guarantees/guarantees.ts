import type { CheckContext, Checker } from '../../harness/kernel/checker.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonObject, JsonValue } from '../../harness/kernel/json.ts';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import { withinBudget } from '../judging/budget.ts';
import { CheckOptions } from '../judging/check-options.ts';
import type { FinalReadOptions } from '../judging/final-reads.ts';
import { Operations } from '../judging/operations.ts';
import { judged } from '../judging/results.ts';
import { linearizabilityChecker } from '../linearizability/index.ts';
import { sessionsCheckers } from '../sessions/index.ts';
import { problemsOf } from '../sessions/register-model-checker.ts';
import { convergenceChecker, setChecker } from '../totals/index.ts';
import { damageFacts, registerDamage } from './damage.ts';
import { LATTICE, OBJECT_MODELS } from './lattice.ts';
import { PlacementDraft, type Placement } from './placement.ts';
import { placeTransactions } from './transaction-placement.ts';

/** What kind of history it is, which decides which models can be told. */
export type HistoryFamily = 'registers' | 'sets' | 'transactions' | 'other';

/** The consistency that a history shows. */
export interface GuaranteeReport extends Placement {
  readonly family: HistoryFamily;
  /**
   * What users would have noticed. Registers: `{ lostAcknowledged, contradictedReads, staleness }`; sets: the counts of
   * the set checker (`lost`, `stale`, `unexpected`, ...); null where nothing is known.
   */
  readonly damage: JsonObject | null;
}

/**
 * Places a history in the lattice of consistency models: which ones hold, which are broken and by what, and what was lost
 * or stale. Models that a decided one settles are not judged again. Time limits are shared out: half to the strongest
 * model, the rest in equal parts to the others.
 *
 * Options are handed on to the single checks: `finalFromNs`, `nodes`, and `model` for linearizability.
 */
export function guarantees(history: History, context: CheckContext): GuaranteeReport {
  const operations = new Operations(history);
  const family = familyOf(operations);
  if (family === 'transactions') return { family, ...placeTransactions(history, context), damage: null };
  const draft = new PlacementDraft();
  const share = new TimeShare(context);
  const model = family === 'sets' ? { model: 'set' } : {};
  draft.judge('linearizable', share.run(linearizabilityChecker, history, { ...model, ...context.options }, 0.5));
  if (family === 'registers' || family === 'sets')
    draft.judge('convergent', share.run(convergenceChecker, history, context.options, 0.2));
  if (family === 'registers') judgeRegisters(draft, share, history, context);
  return { family, ...draft.place(), damage: damageOf(family, operations, share, context) };
}

/**
 * The checker of that name: `facts` is the {@link GuaranteeReport} without its findings. Option `level` names the model
 * that the verdict is about; the strongest one of the history's family where absent.
 */
export const guaranteesChecker: Checker = {
  name: 'guarantees',
  check(history: History, context: CheckContext): CheckResult {
    const { findings, ...report } = guarantees(history, context);
    const strongest = report.family === 'transactions' ? 'strict-serializable' : 'linearizable';
    const level = new CheckOptions(context).text('level') ?? strongest;
    const known = report.models[level];
    const facts = { level, ...(report as unknown as Readonly<Record<string, JsonValue>>) };
    if (known?.verdict === 'valid') return { verdict: 'valid', findings: [], facts };
    if (known?.verdict === 'invalid') return judged(findings, facts, `${level} is broken, without a finding`);
    const why =
      known?.reason ?? (LATTICE.has(level) ? 'it cannot be told from this kind of history' : 'there is no such model');
    return judged([], facts, `${level}: ${why}`);
  },
};

function familyOf(operations: Operations): HistoryFamily {
  const names = new Set(operations.history.fNames);
  if (names.has('txn')) return 'transactions';
  if (names.has('add')) return 'sets';
  return names.has('write') || names.has('cas') ? 'registers' : 'other';
}

/** Weak models first: what breaks one of them needs no judging of the stronger ones. */
function judgeRegisters(draft: PlacementDraft, share: TimeShare, history: History, context: CheckContext): void {
  const names = OBJECT_MODELS.toReversed();
  for (const [position, name] of names.entries()) {
    const checker = sessionsCheckers.find((candidate) => candidate.name === name);
    const known = draft.verdictOf(name);
    if (checker === undefined || (known !== undefined && known.verdict !== 'unknown')) continue;
    draft.judge(name, share.run(checker, history, context.options, 1 / (names.length - position)));
  }
}

function damageOf(
  family: HistoryFamily,
  operations: Operations,
  share: TimeShare,
  context: CheckContext,
): JsonObject | null {
  if (family === 'sets') return share.run(setChecker, operations.history, context.options, 1).facts;
  if (family !== 'registers') return null;
  const options = new CheckOptions(context);
  const finals: FinalReadOptions = { finalFromNs: options.number('finalFromNs'), nodes: options.texts('nodes') };
  const { facts } = withinBudget(context, (budget) => {
    const problems = problemsOf(operations, 'key', budget);
    if (typeof problems === 'string') return judged([], {}, problems);
    return judged([], damageFacts(registerDamage(operations, problems, finals, budget)));
  });
  return Object.keys(facts).length === 0 ? null : facts;
}

/** Hands out shares of the time that is left. */
class TimeShare {
  readonly #context: CheckContext;
  readonly #endMs: number;

  constructor(context: CheckContext) {
    this.#context = context;
    this.#endMs = context.nowMs() + context.limits.timeMs;
  }

  /** Runs a checker with this share of the time that is left. */
  run(checker: Checker, history: History, options: CheckContext['options'], share: number): CheckResult {
    const timeMs = Math.max(0, this.#endMs - this.#context.nowMs()) * share;
    const { level: _, ...rest } = options;
    return checker.check(history, { ...this.#context, limits: { ...this.#context.limits, timeMs }, options: rest });
  }
}
