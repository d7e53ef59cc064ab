import type { JsonValue } from '../../harness/kernel/json.ts';
import type { ModelOp } from '../../harness/kernel/model.ts';
import { canonicalJson } from '../models/canonical-json.ts';
import type { ModelOperations } from './model-operations.ts';
import { NEVER } from './operations.ts';
import { MOST_OPS, shrink } from './shrink.ts';

/** How evidence is looked for. */
export interface EvidenceSearch {
  readonly isWrong: (operations: ModelOperations) => boolean;
  /** See {@link ObjectKind.elements}. */
  readonly elements?: (op: ModelOp) => readonly JsonValue[];
  readonly nowMs: () => number;
  readonly deadlineMs: number;
}

/**
 * A small part of a wrong history that is wrong by itself: operation numbers in order of invocation.
 *
 * First pieces are left out that no correct history would miss: everything after the entry at which it went wrong,
 * observations, and elements together with all operations about them. Only where that leaves too much are single
 * operations left out, as long as the rest is still wrong.
 */
export function modelEvidence(operations: ModelOperations, wrongAt: number, search: EvidenceSearch): readonly number[] {
  const prefix = wrongAt < 0 ? operations : cutAt(operations, wrongAt);
  let ops: readonly number[] = Array.from({ length: prefix.count }, (_, op) => op).filter(
    (op) => prefix.ret[op] !== NEVER || prefix.isPure[prefix.action[op] as number] === 0,
  );
  const wrong = (kept: readonly number[]): readonly number[] | undefined =>
    search.isWrong(pick(prefix, kept)) ? kept : undefined;
  if (wrong(ops) === undefined) return ops.slice(-MOST_OPS);
  if (search.elements !== undefined) ops = withoutElements(prefix, ops, search.elements, wrong, search);
  ops = withoutPieces(ops, (op) => prefix.isPure[prefix.action[op] as number] === 1, wrong, search);
  if (ops.length > MOST_OPS) ops = withoutPieces(ops, () => true, wrong, search);
  return ops.slice(-MOST_OPS);
}

type Test = (kept: readonly number[]) => readonly number[] | undefined;

/** The history up to and with an entry; operations still open there are crashed. Keeps operation numbers. */
function cutAt(operations: ModelOperations, entry: number): ModelOperations {
  let count = 0;
  while (count < operations.count && (operations.call[count] as number) <= entry) count++;
  return {
    ...operations,
    count,
    ret: operations.ret.subarray(0, count).map((time) => (time > entry ? NEVER : time)),
  };
}

function pick(operations: ModelOperations, ops: readonly number[]): ModelOperations {
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
  search: EvidenceSearch,
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
    search,
  );
  return best;
}

function withoutPieces(
  ops: readonly number[],
  mayGo: (op: number) => boolean,
  wrong: Test,
  search: EvidenceSearch,
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
    search,
  );
  return best;
}
