import type { JsonValue } from '../../harness/kernel/json.ts';
import type { ModelOp } from '../../harness/kernel/model.ts';
import { canonicalJson } from '../models/canonical-json.ts';
import type { ModelOperations } from './model-operations.ts';
import type { EvidenceEffort } from './evidence-effort.ts';
import { NEVER } from './operations.ts';
import { MOST_OPS, shrink } from './shrink.ts';
import { ValueMakers } from './value-makers.ts';

/** How evidence is looked for. */
export interface EvidenceSearch {
  /** Whether the operations have no order; with `at`, whether everything that returned before that entry has one. */
  readonly isWrong: (operations: ModelOperations, at?: number) => boolean;
  /** See {@link ObjectKind.elements}. */
  readonly elements?: (op: ModelOp) => readonly JsonValue[];
  /** See {@link ObjectKind.restsOnAll}. */
  readonly restsOnAll?: boolean;
  readonly effort: EvidenceEffort;
}

/**
 * A part of an object's history that is wrong by itself; or the one answer that no order of everything before explains.
 * Where `end` is known the operation that was answered there is among them.
 */
export interface ModelEvidence {
  /** Operation numbers in order of invocation. */
  readonly ops: readonly number[];
  /** The entry that makes the history wrong: everything before it has an order. -1 where that is not known. */
  readonly end: number;
}

/**
 * A small part of a wrong history that is wrong by itself.
 *
 * First pieces are left out that no correct history would miss: everything after the entry at which it went wrong,
 * observations, and elements together with all operations about them. Where that leaves too much, a part is looked for
 * that is closed: it holds what put the values in place that it saw. Only where there is none either, single operations
 * are left out, as long as the rest goes wrong at the same entry and not before. Where answers rest on everything before
 * them, as with counters, no part proves anything: then the answer itself is the evidence.
 */
export function modelEvidence(operations: ModelOperations, wrongAt: number, search: EvidenceSearch): ModelEvidence {
  const { effort } = search;
  const end = firstBadEntry(operations, wrongAt, search);
  const prefix = end < 0 ? operations : cutAt(operations, end);
  let ops: readonly number[] = tellingOps(prefix);
  const wrong: Test = (kept) => (search.isWrong(pick(prefix, kept)) ? kept : undefined);
  if (wrong(ops) === undefined) return { ops: ops.slice(-MOST_OPS), end };
  const last = end < 0 ? -1 : prefix.ret.indexOf(end);
  const before = last < 0 ? undefined : cutAt(prefix, end - 1);
  // Wrong only with the answer that made the history wrong: else it is wrong because of what it leaves out.
  const there: Test = (kept) =>
    before === undefined || (kept.includes(last) && !search.isWrong(pick(before, kept))) ? wrong(kept) : undefined;
  if (search.elements !== undefined) ops = withoutElements(prefix, ops, search.elements, wrong, effort);
  else if (ops.length > MOST_OPS) {
    const makers = new ValueMakers(prefix);
    if (last >= 0 && search.restsOnAll === true) return { ops: [last], end };
    const isClosable = last < 0 || explainsEarlier(prefix, makers, last, search.isWrong);
    const closed = isClosable ? effort.half(() => closedPart(makers, ops, there, effort)) : undefined;
    if (closed !== undefined) return { ops: closed, end };
  }
  ops = withoutPieces(ops, (op) => prefix.isPure[prefix.action[op] as number] === 1, wrong, effort);
  if (ops.length <= MOST_OPS) return { ops, end };
  if (last >= 0 && wrong([last]) !== undefined) return { ops: [last], end };
  const atEnd: Test = (kept) => (search.isWrong(pick(prefix, kept), end) ? kept : undefined);
  if (end >= 0) ops = effort.half(() => withoutPieces(ops, () => true, atEnd, effort));
  if (ops.length <= MOST_OPS) return { ops, end };
  if (last >= 0) {
    const recent = lastMoments(prefix, there, effort);
    if (recent !== undefined) return { ops: recent, end };
    // What is always legal alone, such as taking a lock, is told with the latest operation that rules it out.
    const rival = tellingOps(prefix)
      .slice(-RIVALS)
      .findLast((op) => op !== last && there([op, last].sort((left, right) => left - right)) !== undefined);
    return { ops: rival === undefined ? [last] : [rival, last].sort((left, right) => left - right), end };
  }
  ops = withoutPieces(ops, () => true, wrong, effort);
  return { ops: ops.length > MOST_OPS ? (wrong(ops.slice(-MOST_OPS)) ?? ops) : ops, end };
}

/** Operations before the wrong one that are held against it, one by one. */
const RIVALS = 1_000;

/** Answers before the wrong one that are looked at. */
const EARLIER = 8;

/**
 * Whether who put the values in place explains what was seen, as far as the answers before the wrong one tell: these are
 * right, so each must be with its makers alone. With sums it is not.
 */
function explainsEarlier(
  operations: ModelOperations,
  makers: ValueMakers,
  last: number,
  isWrong: EvidenceSearch['isWrong'],
): boolean {
  const { call, ret } = operations;
  let looked = 0;
  for (let op = last - 1; op >= 0 && looked < EARLIER; op--) {
    if ((ret[op] as number) > (call[last] as number) || !makers.sawAny(op)) continue;
    looked++;
    if (isWrong(pick(operations, makers.closureOf([op])))) return false;
  }
  return true;
}

/**
 * Everything that ran in the last moments before the wrong answer, crashed operations included, where that is wrong from the
 * initial state; undefined where it is too much.
 */
function lastMoments(prefix: ModelOperations, wrong: Test, effort: EvidenceEffort): readonly number[] | undefined {
  const ops = tellingOps(prefix);
  for (let reach = 1; reach < MOST_OPS && reach <= ops.length && !effort.isSpent; reach++) {
    const from = prefix.call[ops[ops.length - reach] as number] as number;
    const part = ops.filter((op) => (prefix.ret[op] as number) >= from);
    if (part.length > MOST_OPS) return undefined;
    effort.spend(ops.length);
    if (wrong(part) !== undefined) return part;
  }
  return undefined;
}

/** How far back a closed part is looked for first; ever four times as far. */
const FIRST_REACH = 16;

/** A small part that holds, with every operation, the makers of what it saw; undefined where there is none. */
function closedPart(
  makers: ValueMakers,
  ops: readonly number[],
  wrong: Test,
  effort: EvidenceEffort,
): readonly number[] | undefined {
  const test: Test = (roots) => wrong(makers.closureOf(roots));
  for (let reach = FIRST_REACH; !effort.isSpent; reach *= 4) {
    const start = test(ops.slice(-reach));
    if (start === undefined && reach < ops.length) continue;
    const part = start === undefined ? [] : shrink(start, test, effort);
    return part.length <= MOST_OPS && part.some((op) => makers.sawAny(op)) ? part : undefined;
  }
  return undefined;
}

/**
 * The entry that makes the history wrong: the one at which the search failed, or a later one where it failed before its
 * time because it saw ahead. -1 where nothing is known.
 */
function firstBadEntry(operations: ModelOperations, failedAt: number, search: EvidenceSearch): number {
  if (failedAt < 0) return -1;
  const isBad = (entry: number): boolean => {
    const prefix = cutAt(operations, entry);
    return search.isWrong(pick(prefix, tellingOps(prefix)));
  };
  if (isBad(failedAt)) return failedAt;
  const returns = operations.ret.filter((ret) => ret !== NEVER && ret > failedAt).sort();
  let low = 0;
  let high = returns.length - 1;
  while (low < high && !search.effort.isSpent) {
    const middle = (low + high) >> 1;
    if (isBad(returns[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return returns[high] ?? -1;
}

/** All but observations that nobody answered. */
export function tellingOps({ count, ret, isPure, action }: ModelOperations): number[] {
  return Array.from({ length: count }, (_, op) => op).filter(
    (op) => ret[op] !== NEVER || isPure[action[op] as number] === 0,
  );
}

type Test = (kept: readonly number[]) => readonly number[] | undefined;

/** The history up to and with an entry; operations still open there are crashed. Keeps operation numbers. */
export function cutAt(operations: ModelOperations, entry: number): ModelOperations {
  let count = 0;
  while (count < operations.count && (operations.call[count] as number) <= entry) count++;
  return {
    ...operations,
    count,
    ret: operations.ret.subarray(0, count).map((time) => (time > entry ? NEVER : time)),
  };
}

/** The given operations alone. */
export function pick(operations: ModelOperations, ops: readonly number[]): ModelOperations {
  const column = (from: Int32Array): Int32Array => Int32Array.from(ops, (op) => from[op] as number);
  return {
    ...operations,
    count: ops.length,
    action: column(operations.action),
    call: column(operations.call),
    ret: column(operations.ret),
  };
}

function withoutElements(
  operations: ModelOperations,
  ops: readonly number[],
  elementsOf: (op: ModelOp) => readonly JsonValue[],
  wrong: Test,
  effort: EvidenceEffort,
): readonly number[] {
  const elements = operations.actions.map((action) => elementsOf(action).map(canonicalJson));
  const about = (op: number): readonly string[] => elements[operations.action[op] as number] ?? [];
  let best = ops;
  const all = [...new Set(ops.flatMap(about))];
  shrink(
    all,
    (kept) => {
      const left = new Set(kept);
      const remaining = wrong(ops.filter((op) => about(op).every((element) => left.has(element))));
      if (remaining !== undefined) best = remaining;
      return remaining === undefined ? undefined : kept;
    },
    effort,
  );
  return best;
}

function withoutPieces(
  ops: readonly number[],
  mayGo: (op: number) => boolean,
  wrong: Test,
  effort: EvidenceEffort,
): readonly number[] {
  let best = ops;
  shrink(
    ops.filter(mayGo),
    (kept) => {
      const left = new Set(kept);
      const remaining = wrong(ops.filter((op) => left.has(op) || !mayGo(op)));
      if (remaining !== undefined) best = remaining;
      return remaining === undefined ? undefined : kept;
    },
    effort,
  );
  return best;
}
