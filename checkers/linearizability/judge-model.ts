import type { History } from '../../harness/kernel/history.ts';
import type { Model, ModelOp } from '../../harness/kernel/model.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { BudgetSpent } from './model-automaton.ts';
import { decideModel, type JudgedObject } from './decide-model.ts';
import { decideShortcut, type ShortcutVerdict } from './decide-shortcut.ts';
import { describeOperation } from './describe-operation.ts';
import { EVIDENCE_CACHE_BYTES, EVIDENCE_STEPS, EvidenceEffort } from './evidence-effort.ts';
import { modelEvidence } from './model-evidence.ts';
import { modelOperationsOf, type ModelOperations } from './model-operations.ts';
import { NEVER, type OperationColumns } from './operations.ts';
import type { PartLimits, PartVerdict } from './part-verdict.ts';
import { searchProgress } from './search-progress.ts';
import { ValueIds } from './value-ids.ts';

/** Judges the operations on one object: by a shortcut where the kind has one that applies, else by search. */
export function judgeModel(
  history: History,
  operations: OperationColumns,
  members: Int32Array,
  object: JudgedObject,
  limits: PartLimits,
): PartVerdict {
  const elements =
    object.kind?.singles === undefined ? undefined : groupByElement(history, operations, members, object.kind.singles);
  if (elements === undefined) return judgeWhole(history, operations, members, object, limits);
  let ignored = 0;
  for (const element of elements) {
    if (limits.nowMs() > limits.deadlineMs) {
      return { outcome: 'undecided', algorithm: BY_ELEMENT, progress: 'the time budget was spent', ignored: {} };
    }
    const part = judgeWhole(history, operations, element, object, limits);
    if (part.outcome !== 'valid') return { ...part, algorithm: BY_ELEMENT };
    ignored += part.ignored['failed'] ?? 0;
  }
  return { outcome: 'valid', algorithm: BY_ELEMENT, ignored: { failed: ignored } };
}

const BY_ELEMENT = 'search by element';

/** Operations by the one element that each is about; undefined where some operation is about several. */
function groupByElement(
  history: History,
  operations: OperationColumns,
  members: Int32Array,
  singles: readonly string[],
): Iterable<Int32Array> | undefined {
  const { columns, fNames } = history;
  const ids = new ValueIds(history, members.length);
  const groups: number[][] = [];
  for (const slot of members) {
    const entry = operations.invoke[slot] as number;
    if (!singles.includes(fNames[columns.f[entry] as number] ?? '')) return undefined;
    const element = ids.ofCode(columns.value[entry] as number);
    (groups[element] ??= []).push(slot);
  }
  return groups.map((group) => Int32Array.from(group));
}

function judgeWhole(
  history: History,
  operations: OperationColumns,
  members: Int32Array,
  object: JudgedObject,
  limits: PartLimits,
): PartVerdict {
  const shortcut = shortcutOf(history, operations, members, object, limits);
  if (shortcut?.outcome === 'undecided') return { ...shortcut, progress: 'the time budget was spent', ignored: {} };
  if (shortcut?.outcome === 'valid')
    return { outcome: 'valid', algorithm: shortcut.algorithm, ignored: shortcut.ignored };
  const { contradiction } = shortcut ?? {};
  if (shortcut !== undefined && limits.evidenceSteps === 0) return { ...shortcut };
  const suspects = contradiction === undefined ? members : Int32Array.from(contradiction.slots).sort();
  const { model, kind } = object;
  const { functions, blind = [] } = kind ?? {};
  const reading = { model, blind, ...(functions === undefined ? {} : { functions }) };
  const read = modelOperationsOf(history, operations, suspects, reading);
  if (contradiction !== undefined && shortcut !== undefined) {
    const again = (part: ModelOperations): boolean | undefined =>
      isWrongByShortcut(part, history, operations, suspects, object, limits);
    const finding = findingOf(history, read, object, -1, contradiction.kind, limits, again);
    return { outcome: 'invalid', algorithm: shortcut.algorithm, finding, ignored: shortcut.ignored };
  }
  const result = decideModel(object, read, limits);
  const ignored = { ...read.ignored };
  switch (result.outcome) {
    case 'valid':
      return { outcome: 'valid', algorithm: 'search', ignored };
    case 'undecided':
      return { outcome: 'undecided', algorithm: 'search', progress: searchProgress(history, result), ignored };
    case 'invalid': {
      if (limits.evidenceSteps === 0) return { outcome: 'invalid', algorithm: 'search', ignored };
      const finding = findingOf(history, read, object, result.reached, 'no-order', limits);
      return { outcome: 'invalid', algorithm: 'search', finding, ignored };
    }
  }
}

function shortcutOf(
  history: History,
  operations: OperationColumns,
  members: Int32Array,
  { kind }: JudgedObject,
  limits: PartLimits,
): ShortcutVerdict | undefined {
  if (kind === undefined) return undefined;
  let looks = 0;
  const look = (): void => {
    if (++looks % 64 === 0 && limits.nowMs() > limits.deadlineMs) throw new BudgetSpent('time');
  };
  try {
    return decideShortcut(kind.name, history, operations, members, look);
  } catch (error) {
    if (error instanceof BudgetSpent) return { outcome: 'undecided', algorithm: `${kind.name} shortcut`, ignored: {} };
    throw error;
  }
}

/** What the shortcut says about some of the operations alone; undefined where it does not apply to them. */
function isWrongByShortcut(
  part: ModelOperations,
  history: History,
  operations: OperationColumns,
  slots: Int32Array,
  object: JudgedObject,
  limits: PartLimits,
): boolean | undefined {
  const kept = new Set(part.call);
  const members = slots.filter((slot) => kept.has(operations.invoke[slot] as number));
  const verdict = shortcutOf(history, operations, members, object, limits);
  return verdict === undefined || verdict.outcome === 'undecided' ? undefined : verdict.outcome === 'invalid';
}

function findingOf(
  history: History,
  read: ModelOperations,
  object: JudgedObject,
  wrongAt: number,
  reason: string,
  limits: PartLimits,
  isWrongAnyway: (part: ModelOperations) => boolean | undefined = () => undefined,
): Omit<Finding, 'key'> {
  const { model, kind } = object;
  const effort = new EvidenceEffort(limits.evidenceSteps, limits);
  const bounded = {
    ...limits,
    cacheBytes: Math.min(limits.cacheBytes, EVIDENCE_CACHE_BYTES),
    maxSteps: EVIDENCE_STEPS,
  };
  const elements = kind?.elements?.bind(kind);
  const ops = modelEvidence(read, wrongAt, {
    isWrong(part, at) {
      const known = at === undefined ? isWrongAnyway(part) : undefined;
      effort.spend(part.count);
      if (known !== undefined) return known;
      const { outcome, reached, steps } = decideModel(object, part, bounded);
      effort.spend(steps);
      return outcome === 'invalid' && (at === undefined || reached === at);
    },
    ...(elements === undefined ? {} : { elements }),
    effort,
  });
  const entries = ops.map((op) => read.call[op] as number);
  return {
    anomaly: 'not-linearizable',
    ops: entries,
    count: 1,
    message: sentence(history, model, read, ops, reason),
    detail: { kind: reason, ...(wrongAt < 0 || wrongAt === NEVER ? {} : { linearizableUntil: wrongAt }) },
  };
}

/** Operations that a sentence names before it says "and so many more". */
const NAMED = 6;

function sentence(
  history: History,
  model: Model<unknown>,
  read: ModelOperations,
  ops: readonly number[],
  reason: string,
): string {
  const named = ops.slice(0, NAMED).map((op) => {
    const words = model.describeOp?.(read.actions[read.action[op] as number] as ModelOp);
    return describeOperation(history, read.call[op] as number, words);
  });
  const more = ops.length > NAMED ? `; and ${ops.length - NAMED} more` : '';
  const plain = ops.length === 1 ? REASONS['impossible'] : REASONS['no-order'];
  return `${(reason === 'no-order' ? undefined : REASONS[reason]) ?? plain}: ${named.join('; ')}${more}`;
}

const REASONS: Readonly<Record<string, string>> = {
  impossible: 'nothing that may have happened before explains the answer',
  'no-order': 'no order of these operations fits both their times and their answers',
  phantom: 'a value was seen that nobody put in',
  duplicate: 'a value was seen twice that was put in once',
  'future-read': 'a value was seen before it was put in',
  reordered: 'two values came out in the other order than they surely went in',
  'not-empty': 'a removal found nothing although something was surely in at every moment of it',
  stuck: 'none of these values can lie at the bottom, and there is no moment without any of them',
  lost: 'an acknowledged element was missing from a later read',
  'diverging-reads': 'two reads each miss something that the other one saw, or the earlier saw more',
};
