import { upperBound } from '../../harness/kernel/bounds.ts';
import { TYPE_FAIL, TYPE_OK } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Budget } from '../judging/budget.ts';
import { identityOf } from '../judging/identity.ts';
import type { Operations } from '../judging/operations.ts';
import { ElementTable } from './element-table.ts';

/** In {@link SetObservations} columns: no such operation or point in time. */
export const NEVER = 0x7fffffff;

/** A read that contains something it must not contain, or contains it twice. */
export interface OddRead {
  readonly read: number;
  readonly element: JsonValue;
}

/**
 * What is known about each element of one set, as columns by element number. Points in time are entry indices;
 * {@link NEVER} stands for "did not happen".
 */
export interface SetObservations {
  readonly elements: ElementTable;
  /** First invocation that tries to add the element, the first one that may have, and the first one acknowledged. */
  readonly firstAdd: Int32Array;
  readonly firstPossibleAdd: Int32Array;
  readonly acknowledgedAdd: Int32Array;
  /** When the first acknowledgement came. */
  readonly acknowledgedAt: Int32Array;
  /** When it was first known to be there: acknowledged, or seen by a read that completed. */
  readonly knownAt: Int32Array;
  /** How many reads that began after it was known missed it. */
  readonly missedBy: Int32Array;
  /** Invocations of the `ok` reads, ascending, and the element numbers that each saw (-1 for strangers). */
  readonly reads: readonly number[];
  readonly seen: readonly Int32Array[];
  readonly duplicated: readonly OddRead[];
  /** Elements of which, when the read completed, no add had begun but such as definitely failed. */
  readonly unexpected: readonly OddRead[];
}

/**
 * Collects what adds and reads say about one set. `adds` and `reads` are invocations, ascending; reads are `ok` and
 * answer lists. O(adds log reads + total size of the reads).
 */
export function observeSet(
  operations: Operations,
  adds: readonly number[],
  reads: readonly number[],
  budget: Budget,
): SetObservations {
  const columns = addColumns(operations, adds, budget);
  const odd = { duplicated: [] as OddRead[], unexpected: [] as OddRead[] };
  const lastSeenBy = new Int32Array(columns.elements.size).fill(-1);
  const seen: Int32Array[] = [];
  for (const [ordinal, read] of reads.entries()) {
    seen.push(readElements(operations, columns, { ordinal, read, lastSeenBy, odd, budget }));
  }
  const missedBy = missesOf(columns.knownAt, reads, seen, budget);
  return { ...columns, missedBy, reads, seen, ...odd };
}

type AddColumns = Pick<
  SetObservations,
  'elements' | 'firstAdd' | 'firstPossibleAdd' | 'acknowledgedAdd' | 'acknowledgedAt' | 'knownAt'
>;

function addColumns(operations: Operations, adds: readonly number[], budget: Budget): AddColumns {
  const elements = new ElementTable();
  budget.reserve(adds.length * (6 * 4 + 80));
  const column = (): Int32Array => new Int32Array(adds.length).fill(NEVER);
  const [firstAdd, firstPossibleAdd, acknowledgedAdd, acknowledgedAt] = [column(), column(), column(), column()];
  for (const add of adds) {
    budget.step();
    const id = elements.add(operations.history.decode(operations.input(add)) ?? null);
    if (firstAdd[id] === NEVER) firstAdd[id] = add;
    const outcome = operations.outcome(add);
    if (outcome !== TYPE_FAIL && firstPossibleAdd[id] === NEVER) firstPossibleAdd[id] = add;
    const completion = operations.completion(add);
    if (outcome === TYPE_OK && completion < (acknowledgedAt[id] ?? NEVER)) {
      acknowledgedAdd[id] = add;
      acknowledgedAt[id] = completion;
    }
  }
  const knownAt = acknowledgedAt.slice();
  return { elements, firstAdd, firstPossibleAdd, acknowledgedAdd, acknowledgedAt, knownAt };
}

interface ReadTask {
  readonly ordinal: number;
  readonly read: number;
  /** By element: ordinal of the read that saw it last, to notice duplicates. */
  readonly lastSeenBy: Int32Array;
  readonly odd: { readonly duplicated: OddRead[]; readonly unexpected: OddRead[] };
  readonly budget: Budget;
}

function readElements(operations: Operations, columns: AddColumns, task: ReadTask): Int32Array {
  const { ordinal, read, lastSeenBy, odd } = task;
  const answer = operations.history.decode(operations.output(read));
  const list = Array.isArray(answer) ? (answer as readonly JsonValue[]) : [];
  task.budget.step(list.length);
  task.budget.reserve(list.length * 4);
  const completion = operations.completion(read);
  const ids = new Int32Array(list.length);
  const strangers = new Set<number | string>();
  for (let position = 0; position < list.length; position++) {
    const element = list[position] ?? null;
    const id = columns.elements.idOf(element);
    ids[position] = id;
    if (id < 0) {
      const stranger = identityOf(element);
      (strangers.has(stranger) ? odd.duplicated : odd.unexpected).push({ read, element });
      strangers.add(stranger);
      continue;
    }
    if (lastSeenBy[id] === ordinal) {
      odd.duplicated.push({ read, element });
      continue;
    }
    lastSeenBy[id] = ordinal;
    if ((columns.firstPossibleAdd[id] ?? NEVER) > completion) odd.unexpected.push({ read, element });
    else if (completion < (columns.knownAt[id] ?? NEVER)) columns.knownAt[id] = completion;
  }
  return ids;
}

/** Per element: reads that began after it was known, less those among them that saw it. */
function missesOf(
  knownAt: Int32Array,
  reads: readonly number[],
  seen: readonly Int32Array[],
  budget: Budget,
): Int32Array {
  const missed = new Int32Array(knownAt.length);
  for (let id = 0; id < knownAt.length; id++) {
    budget.step();
    missed[id] = reads.length - upperBound(reads, knownAt[id] ?? NEVER);
  }
  const counted = new Int32Array(knownAt.length).fill(-1);
  for (const [ordinal, ids] of seen.entries()) {
    budget.step(ids.length);
    const read = reads[ordinal] ?? 0;
    for (const id of ids) {
      if (id < 0 || counted[id] === ordinal) continue;
      counted[id] = ordinal;
      if ((knownAt[id] ?? NEVER) < read) missed[id] = (missed[id] ?? 0) - 1;
    }
  }
  return missed;
}
