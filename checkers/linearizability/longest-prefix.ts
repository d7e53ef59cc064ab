import type { EvidenceEffort } from './evidence-effort.ts';
import { ENDED_OPEN, NEVER, type OperationColumns } from './operations.ts';

/** Up to this many operations the end of the longest prefix is looked for. */
const MOST_OPERATIONS = 50_000;

/** Some of the operations of one object. */
export interface PartOfHistory {
  readonly operations: OperationColumns;
  readonly members: Int32Array;
}

/**
 * The entry that makes a history wrong: everything before it has an order. `upper` is one at which it is wrong for certain;
 * ever farther before it, and then between, `isWrong` is asked, because what is wrong stays wrong when it goes on.
 * Undefined where the history is too long, or `isWrong` does not know.
 */
export function firstWrongEntry(
  { operations, members }: PartOfHistory,
  upper: number,
  isWrong: (part: PartOfHistory) => boolean | undefined,
  effort: EvidenceEffort,
): number | undefined {
  if (members.length > MOST_OPERATIONS) return undefined;
  const ends = members.map((slot) => operations.complete[slot] as number).filter((entry) => entry <= upper);
  return firstOf(ends.sort(), (entry) => isWrong(cutAt({ operations, members }, entry)), effort, members.length);
}

/**
 * As {@link firstWrongEntry}, less exact but for judges that must know every answer: operations that had begun by an entry
 * count as a whole, with what they answered later. Where those have an order, so has everything before the entry.
 */
export function firstWrongBegin(
  { operations, members }: PartOfHistory,
  upper: number,
  isWrong: (part: PartOfHistory, open: ReadonlySet<number>) => boolean | undefined,
  effort: EvidenceEffort,
): number | undefined {
  if (members.length > MOST_OPERATIONS) return undefined;
  const begins = members.map((slot) => operations.invoke[slot] as number).filter((entry) => entry <= upper);
  const ask = (entry: number): boolean | undefined => {
    const begun = members.filter((slot) => (operations.invoke[slot] as number) <= entry);
    const open = new Set(begun.filter((slot) => (operations.complete[slot] as number) > entry));
    return isWrong({ operations, members: begun }, open);
  };
  return firstOf(begins.sort(), ask, effort, members.length);
}

/** The first of the entries for which the answer is yes; it is for the last one, and stays so once it is. */
function firstOf(
  entries: Int32Array,
  ask: (entry: number) => boolean | undefined,
  effort: EvidenceEffort,
  costs: number,
): number | undefined {
  let [low, high] = [0, entries.length - 1];
  for (let step = 1; low < high; step *= 2) {
    if (effort.isSpent) return undefined;
    effort.spend(costs);
    // From the end in ever larger steps, then by halves between the last two.
    const isNear = low === 0;
    const place = isNear ? Math.max(0, high - step) : (low + high) >> 1;
    const answer = ask(entries[place] as number);
    if (answer === undefined) return undefined;
    if (answer) high = place;
    else low = place + 1;
  }
  return entries[high];
}

/** The members as they were right after an entry, in columns of their own: those that had not ended by then are open. */
function cutAt({ operations, members }: PartOfHistory, entry: number): PartOfHistory {
  const begun = members.filter((slot) => (operations.invoke[slot] as number) <= entry);
  const isOpen = (slot: number): boolean => (operations.complete[slot] as number) > entry;
  return {
    operations: {
      count: begun.length,
      invoke: begun.map((slot) => operations.invoke[slot] as number),
      complete: begun.map((slot) => (isOpen(slot) ? NEVER : (operations.complete[slot] as number))),
      ended: Uint8Array.from(begun, (slot) => (isOpen(slot) ? ENDED_OPEN : (operations.ended[slot] as number))),
    },
    members: begun.map((_, place) => place),
  };
}
