import type { History } from '../../harness/kernel/history.ts';
import { BudgetSpent } from './model-automaton.ts';
import { decideModel, type JudgedObject } from './decide-model.ts';
import { decideShortcut, type ShortcutVerdict } from './decide-shortcut.ts';
import { EVIDENCE_CACHE_BYTES, EvidenceEffort } from './evidence-effort.ts';
import { firstWrongBegin, firstWrongEntry, type PartOfHistory } from './longest-prefix.ts';
import { modelFinding } from './model-finding.ts';
import { modelOperationsOf, type ModelOperations, type ModelReading } from './model-operations.ts';
import { slotsOf } from './objects.ts';
import { NEVER, type OperationColumns } from './operations.ts';
import type { PartLimits, PartVerdict } from './part-verdict.ts';
import { searchProgress } from './search-progress.ts';
import { withSeenAdds } from './seen-adds.ts';
import { ValueIds } from './value-ids.ts';
import { MOST_NAMED } from './window-story.ts';

/** Judges the operations on one object: by a shortcut where the kind has one that applies, else by search. */
export function judgeModel(
  history: History,
  operations: OperationColumns,
  object: JudgedObject,
  limits: PartLimits,
): PartVerdict {
  const members = slotsOf(operations);
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
  const slots = Int32Array.from(contradiction?.slots ?? []).sort();
  const whole = withSeenAdds(object.kind?.name ?? '', history, operations, members, slots, MOST_NAMED);
  const suspects = contradiction === undefined ? members : (whole ?? slots);
  const read = modelOperationsOf(history, operations, suspects, readingOf(object));
  if (contradiction !== undefined && shortcut !== undefined) {
    const again = (part: ModelOperations): boolean | undefined =>
      isWrongByShortcut(part, history, operations, suspects, object, limits);
    const upper = read.ret.reduce((last, ret) => (ret === NEVER ? last : Math.max(last, ret)), -1);
    const prefixEnd = (): number | undefined => prefixEndOf(history, { operations, members }, object, upper, limits);
    const entries = contradiction.slots.map((slot) => operations.invoke[slot] as number);
    const told = { ...contradiction, entries, hasStates: whole !== undefined };
    const finding = modelFinding(history, read, object, { told, prefixEnd, isWrongAnyway: again }, limits);
    return { outcome: 'invalid', algorithm: shortcut.algorithm, finding, ignored: shortcut.ignored };
  }
  const result = decideModel(object, read, limits);
  const ignored = { ...read.ignored };
  const algorithm = result.specialWay ?? 'search';
  switch (result.outcome) {
    case 'valid':
      return { outcome: 'valid', algorithm, ignored };
    case 'undecided':
      return { outcome: 'undecided', algorithm, progress: searchProgress(history, result), ignored };
    case 'invalid': {
      if (limits.evidenceSteps === 0) return { outcome: 'invalid', algorithm, ignored };
      const finding = modelFinding(history, read, object, { reached: result.reached }, limits);
      return { outcome: 'invalid', algorithm, finding, ignored };
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

function readingOf({ model, kind }: JudgedObject): ModelReading {
  return { ...kind, model };
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

/** Steps of a search for the end of the longest prefix, where no shortcut tells. */
const PREFIX_STEPS = 10_000;
/** Answers that came before what they show had begun, which are left out of a prefix one by one. */
const MOST_EARLY = 64;

/** The entry at which a history that contradicts itself went wrong; undefined where that takes too long to find. */
function prefixEndOf(
  history: History,
  whole: PartOfHistory,
  object: JudgedObject,
  upper: number,
  limits: PartLimits,
): number | undefined {
  const effort = new EvidenceEffort(limits.evidenceSteps / 4, limits);
  const reading = readingOf(object);
  const bounded = { ...limits, cacheBytes: Math.min(limits.cacheBytes, EVIDENCE_CACHE_BYTES), maxSteps: PREFIX_STEPS };
  const isWrong = ({ operations, members }: PartOfHistory): boolean | undefined => {
    const shortcut = shortcutOf(history, operations, members, object, limits)?.outcome;
    if (shortcut === 'valid' || shortcut === 'invalid') return shortcut === 'invalid';
    const { outcome, steps } = decideModel(object, modelOperationsOf(history, operations, members, reading), bounded);
    effort.spend(steps);
    return outcome === 'undecided' ? undefined : outcome === 'invalid';
  };
  const isWrongWhole = (part: PartOfHistory, open: ReadonlySet<number>): boolean | undefined => {
    let { members } = part;
    for (let left = 0; left < MOST_EARLY; left++) {
      const verdict = shortcutOf(history, part.operations, members, object, limits);
      const [early] = verdict?.contradiction?.slots ?? [];
      const isEarly = verdict?.contradiction?.kind === 'phantom' && early !== undefined && open.has(early);
      if (!isEarly) return verdict === undefined ? undefined : verdict.outcome === 'invalid';
      members = members.filter((slot) => slot !== early);
    }
    return undefined;
  };
  return firstWrongEntry(whole, upper, isWrong, effort) ?? firstWrongBegin(whole, upper, isWrongWhole, effort);
}
