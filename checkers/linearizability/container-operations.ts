import { NULL_CODE, type History } from '../../harness/kernel/history.ts';
import { ENDED_FAIL, ENDED_OPEN, NEVER, type OperationColumns } from './operations.ts';
import { UnreadableOperation } from './unreadable-operation.ts';
import { ValueIds } from './value-ids.ts';

/** Nobody: no such operation. */
export const NONE = -1;

/**
 * The operations of a queue or stack whose values are inserted once each, by value. Operations are named by their slot in
 * {@link OperationColumns}; values are numbers.
 */
export interface ContainerOperations {
  readonly valueCount: number;
  /** By value: when it was put in and taken out. {@link NEVER} where that has no end, or never was. */
  readonly insertCall: Int32Array;
  readonly insertReturn: Int32Array;
  readonly removeCall: Int32Array;
  readonly removeReturn: Int32Array;
  readonly insertSlot: Int32Array;
  readonly removeSlot: Int32Array;
  /** Removals that found nothing, in order of invocation. */
  readonly emptyCall: Int32Array;
  readonly emptyReturn: Int32Array;
  readonly emptySlot: Int32Array;
  /** Crashed removals, of which nobody knows what they took, in order of invocation. */
  readonly unknownCall: Int32Array;
  readonly unknownSlot: Int32Array;
  readonly failed: number;
}

/** A history that contradicts itself before any order is asked for; the slots that show it. */
export interface SlotContradiction {
  readonly kind:
    'phantom' | 'duplicate' | 'future-read' | 'reordered' | 'not-empty' | 'stuck' | 'lost' | 'diverging-reads';
  readonly slots: readonly number[];
  /** For a `phantom` in a list: where in the answer it is. */
  readonly place?: number;
}

/** Reads the operations; undefined where a value is inserted twice, or is null. */
export function containerOperationsOf(
  history: History,
  operations: OperationColumns,
  members: Int32Array,
  names: { readonly insert: string; readonly remove: string },
): ContainerOperations | SlotContradiction | undefined {
  const { columns, fNames } = history;
  const ids = new ValueIds(history, members.length);
  const capacity = members.length;
  const never = (): Int32Array => new Int32Array(capacity).fill(NEVER);
  const nobody = (): Int32Array => new Int32Array(capacity).fill(NONE);
  const by = { insertCall: never(), insertReturn: never(), removeCall: never(), removeReturn: never() };
  const slots = { insertSlot: nobody(), removeSlot: nobody() };
  const empties: number[] = [];
  const unknown: number[] = [];
  let failed = 0;
  let twice: readonly number[] | undefined;
  for (const slot of members) {
    const call = operations.invoke[slot] as number;
    const ret = operations.complete[slot] as number;
    const ended = operations.ended[slot] as number;
    const f = fNames[columns.f[call] as number] ?? '';
    if (f !== names.insert && f !== names.remove) {
      throw new UnreadableOperation(call, `expected ${names.insert} and ${names.remove}; entry ${call} is ${f}`);
    }
    if (ended === ENDED_FAIL) {
      failed++;
      continue;
    }
    if (f === names.insert) {
      const code = columns.value[call] as number;
      const value = ids.ofCode(code);
      if (code === NULL_CODE || slots.insertSlot[value] !== NONE) return undefined;
      slots.insertSlot[value] = slot;
      by.insertCall[value] = call;
      by.insertReturn[value] = ret;
    } else if (ended === ENDED_OPEN) unknown.push(slot);
    else if (columns.value[ret] === NULL_CODE) empties.push(slot);
    else {
      const value = ids.ofCode(columns.value[ret] as number);
      const earlier = slots.removeSlot[value] as number;
      if (earlier !== NONE) twice ??= [earlier, slot, value];
      slots.removeSlot[value] = slot;
      by.removeCall[value] = call;
      by.removeReturn[value] = ret;
    }
  }
  if (twice !== undefined) {
    const [first = NONE, second = NONE, value = NONE] = twice;
    const found = [slots.insertSlot[value] as number, first, second].filter((slot) => slot !== NONE);
    return { kind: 'duplicate', slots: found };
  }
  const at = (slots: readonly number[], times: Int32Array): Int32Array =>
    Int32Array.from(slots, (slot) => times[slot] as number);
  const container: ContainerOperations = {
    valueCount: ids.size,
    ...by,
    ...slots,
    emptyCall: at(empties, operations.invoke),
    emptyReturn: at(empties, operations.complete),
    emptySlot: Int32Array.from(empties),
    unknownCall: at(unknown, operations.invoke),
    unknownSlot: Int32Array.from(unknown),
    failed,
  };
  return firstMisfit(container) ?? container;
}

/** A value taken out that nobody put in, or taken out before it was put in. */
function firstMisfit(container: ContainerOperations): SlotContradiction | undefined {
  const { valueCount, insertSlot, insertCall, removeSlot, removeReturn } = container;
  for (let value = 0; value < valueCount; value++) {
    const removed = removeSlot[value] as number;
    if (removed === NONE) continue;
    const inserted = insertSlot[value] as number;
    if (inserted === NONE) return { kind: 'phantom', slots: [removed] };
    if ((removeReturn[value] as number) < (insertCall[value] as number)) {
      return { kind: 'future-read', slots: [inserted, removed] };
    }
  }
  return undefined;
}
