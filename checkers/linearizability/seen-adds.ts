import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { GROWING } from './grow-set.ts';
import { ENDED_FAIL, ENDED_OK, type OperationColumns } from './operations.ts';
import { ValueIds } from './value-ids.ts';

/**
 * The slots and, of an object that only grows, the adds of all that their reads saw: without these it would never have been
 * in the state that the slots alone leave it in. In ascending order; undefined where they are more than `most`.
 * O(operations of the object).
 */
export function withSeenAdds(
  object: string,
  history: History,
  operations: OperationColumns,
  members: Int32Array,
  slots: Int32Array,
  most: number,
): Int32Array | undefined {
  const growing = GROWING[object];
  if (growing === undefined) return slots;
  const { columns, fNames } = history;
  const isAdd = (slot: number): boolean =>
    fNames[columns.f[operations.invoke[slot] as number] as number] === growing.add;
  const ids = new ValueIds(history, members.length);
  const seen = new Set<number>();
  for (const slot of slots) {
    if (isAdd(slot) || operations.ended[slot] !== ENDED_OK) continue;
    const answer = history.decode(columns.value[operations.complete[slot] as number] as number);
    if (!Array.isArray(answer)) continue;
    for (const element of answer as readonly JsonValue[]) seen.add(ids.ofValue(element));
    if (seen.size > most) return undefined;
  }
  if (seen.size === 0) return slots;
  const kept = new Set(slots);
  for (const slot of members) {
    if (operations.ended[slot] === ENDED_FAIL || !isAdd(slot)) continue;
    if (seen.has(ids.ofCode(columns.value[operations.invoke[slot] as number] as number))) kept.add(slot);
    if (kept.size > most) return undefined;
  }
  return Int32Array.from(kept).sort();
}
