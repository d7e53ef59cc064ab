import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Operations } from '../judging/operations.ts';
import { quote } from '../judging/wording.ts';
import type { SlotContradiction } from './container-operations.ts';
import { GROWING } from './grow-set.ts';

/** A contradiction of one object, told in words. */
export interface ToldContradiction extends Pick<SlotContradiction, 'kind' | 'place'> {
  /** Invocations of {@link SlotContradiction.slots}, in the order of these. */
  readonly entries: readonly number[];
}

/** Why an object's operations are wrong, as a clause: what the operations of the contradiction show, and no more. */
export function contradictionWords(operations: Operations, object: string, told: ToldContradiction): string {
  const { kind, place, entries } = told;
  switch (kind) {
    case 'phantom': {
      const seen = place === undefined ? undefined : listOf(operations, entries[0])[place];
      return seen === undefined
        ? 'a value was seen that nobody put in'
        : `${quote(seen)} was seen, which nobody put in`;
    }
    case 'duplicate':
      return 'a value was seen twice that was put in once';
    case 'future-read':
      return 'a value was seen before it was put in';
    case 'reordered':
      return reorderedWords(operations, entries);
    case 'not-empty':
      return 'a removal found nothing although something was surely in at every moment of it';
    case 'stuck':
      return 'none of these values can lie at the bottom, and there is no moment without any of them';
    case 'lost':
      return lostWords(operations, object, entries);
    case 'diverging-reads': {
      const isLate = entries.every((entry) => operations.f(entry) === 'read');
      if (isLate) return 'a read shows less than another one that was over before it began';
      return GROWING[object]?.ordered === true
        ? 'neither of two reads begins with what the other one shows'
        : 'two reads each miss something that the other one saw';
    }
  }
}

/** Values that stayed in have no removal among the operations: these did not come out in another order, but not at all. */
function reorderedWords(operations: Operations, entries: readonly number[]): string {
  const removals = entries.filter((entry) => operations.f(entry) === 'dequeue');
  const known = removals.filter((entry) => operations.isOk(entry));
  if (2 * known.length === entries.length) return 'two values came out in the other order than they surely went in';
  return known.length === removals.length
    ? 'a value came out while one that had surely gone in before it was still in'
    : 'more values were overtaken by later ones than the removals without answer can have taken out';
}

/** The first operation is an add that came too early, the second one what it must come after. */
function lostWords(operations: Operations, object: string, entries: readonly number[]): string {
  const [add = -1, after = -1, ...reads] = entries;
  const growing = GROWING[object];
  if (operations.f(after) !== growing?.add) {
    return 'an element is missing from a read that began after its add was answered';
  }
  const element = quote(operations.history.decode(operations.input(add)));
  const isSeen = reads.some((read) => listOf(operations, read).some((seen) => quote(seen) === element));
  return growing.ordered && isSeen
    ? 'a read shows two elements in the other order than they were surely added'
    : 'an element is missing from a read that saw another one, whose add began after the first was answered';
}

function listOf(operations: Operations, entry: number | undefined): readonly JsonValue[] {
  const answer =
    entry === undefined || !operations.isOk(entry) ? undefined : operations.history.decode(operations.output(entry));
  return Array.isArray(answer) ? (answer as readonly JsonValue[]) : [];
}
