import type { CheckContext, Checker } from '../../harness/kernel/checker.ts';
import { HarnessError } from '../../harness/kernel/harness-error.ts';
import { TYPE_OK, type History } from '../../harness/kernel/history.ts';
import type { JsonObject, JsonValue } from '../../harness/kernel/json.ts';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import { CheckOptions } from '../judging/check-options.ts';
import { judged } from '../judging/results.ts';
import { levelNamed } from '../transactions/levels.ts';
import { familyOf, type HistoryFamily } from './history-family.ts';
import { LATTICE, transactional } from './lattice.ts';
import { placeObjects } from './object-placement.ts';
import { untested, type Placement } from './placement.ts';
import { placeTransactions } from './transaction-placement.ts';

/** The consistency that a history shows. */
export interface GuaranteeReport extends Placement {
  readonly family: HistoryFamily;
  /** The sequential object that `linearizable` is about: `cas-register`, `fifo-queue`, ...; null for transactions. */
  readonly object: string | null;
  /** Why the models in `notAsked` were not. */
  readonly notAskedBecause: string;
  /**
   * What users would have noticed. Registers: `{ lostAcknowledged, contradictedReads, staleness }`; sets: the counts of
   * the set checker (`lost`, `stale`, `unexpected`, ...); null where nothing is known.
   */
  readonly damage: JsonObject | null;
}

const NOT_ASKED: Readonly<Record<HistoryFamily, string>> = {
  registers: 'they are about transactions, and this history has none',
  sets: 'they are about registers or transactions, and this is a history of sets',
  transactions: 'they are about single objects, and this is a history of transactions',
  other: 'they are about registers, sets or transactions, and this history has none',
};

/**
 * Places a history in the lattice of consistency models: which ones hold, which are broken and by what, which could not be
 * told, and what was lost or stale. Models that a decided one settles are not judged again; models that are about other
 * kinds of histories are not asked at all. Nothing holds in a history in which no operation was answered, unless option
 * `power` is `any`.
 *
 * Options are handed on to the single checks: `finalFromNs`, `nodes`, and for single objects `model` and the options of the
 * linearizability checker.
 */
export function guarantees(history: History, context: CheckContext): GuaranteeReport {
  const { level: _, ...options } = context.options;
  const { family, object } = familyOf(history, new CheckOptions(context).text('model'));
  const { placement, damage } =
    family === 'transactions'
      ? { placement: placeTransactions(history, { ...context, options }), damage: null }
      : placeObjects({ history, context: { ...context, options }, family, object });
  const answered = history.columns.type.includes(TYPE_OK) || options['power'] === 'any';
  return {
    family,
    object,
    ...(answered ? placement : untested(placement, 'no operation was answered, so nothing was tested')),
    notAskedBecause: NOT_ASKED[family],
    damage,
  };
}

/**
 * The checker of that name: `facts` is the {@link GuaranteeReport} with `level` (the model that the verdict is about), and
 * the result's findings are those of the report that break this level. Option `level` names the model
 * that the verdict is about; the strongest one of the history's family where absent. Throws HarnessError `usage` for a
 * level that there is not, or not for this kind of history.
 */
export const guaranteesChecker: Checker = {
  name: 'guarantees',
  check(history: History, context: CheckContext): CheckResult {
    const asked = new CheckOptions(context).text('level');
    if (asked !== undefined) refuseUnknown(asked);
    const report = guarantees(history, context);
    const { findings } = report;
    const level = levelOf(report.family, asked);
    const known = report.models[level];
    const facts = { level, ...(report as unknown as Readonly<Record<string, JsonValue>>) };
    switch (known?.verdict) {
      case 'valid':
        return { verdict: 'valid', findings: [], facts };
      case 'invalid': {
        const own = (known.findings ?? []).flatMap((position) => findings[position] ?? []);
        return judged(own, facts, `${level} is broken, without a finding`);
      }
      case 'unknown':
        return judged([], facts, `${level}: ${known.reason ?? 'it was not decided'}`);
      case undefined:
        if (asked !== undefined && report.family !== 'other') {
          const told = Object.keys(report.models).join(', ');
          throw new HarnessError('usage', `level ${asked} cannot be told of ${report.family}; there are: ${told}`);
        }
        return judged([], facts, `${level}: it cannot be told from this kind of history`);
    }
  },
};

function refuseUnknown(level: string): void {
  if (LATTICE.has(level) || levelNamed(level) !== undefined) return;
  throw new HarnessError(
    'usage',
    `check option level: expected one of ${[...LATTICE.keys()].join(', ')}, came ${JSON.stringify(level)}`,
  );
}

/** The model in the lattice that a name means: aliases, and `causal`, which both families have. */
function levelOf(family: HistoryFamily, asked: string | undefined): string {
  if (family !== 'transactions') {
    const named = asked ?? 'linearizable';
    return LATTICE.has(named) ? named : (levelNamed(named) ?? named);
  }
  const named = levelNamed(asked ?? 'strict-serializable');
  return named === undefined ? (asked ?? '') : transactional(named);
}
