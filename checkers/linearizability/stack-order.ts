import { NONE, type ContainerOperations } from './container-operations.ts';
import { NEVER } from './operations.ts';

/** Later than every entry, one after the other: calls and returns of the removals that never happened. */
const LAST_CALL = NEVER - 1;
const LAST_RETURN = NEVER;

/** Called now and then; throws when the budget is spent. */
export type Look = () => void;
/** The same where `values` more are about to be looked at. */
export type LookAt = (values: number) => void;

/**
 * What contradicts itself in a stack whose values are inserted once each, or undefined: takes values away that cannot be in
 * the way of any other: those whose insertion and removal can touch; those that can lie at the bottom all the time; and
 * cuts the history at moments when the stack can be empty. Each step keeps the answer, so any order of steps decides; a
 * rest to which none applies is the contradiction (after Abdulla et al., PLDI 2025, and Lee & Mathur, OOPSLA 2025).
 */
export function findMisplaced(stack: ContainerOperations, spans: Spans, look: LookAt): Misplaced | undefined {
  look(spans.values.length + stack.emptyCall.length);
  return findNotEmpty(stack, spans) ?? findStuck(stack, spans, look);
}

export interface Misplaced {
  readonly kind: 'stuck' | 'not-empty';
  readonly values: readonly number[];
  readonly slots: readonly number[];
}

/** When values were put in and taken out; only values that were surely in at some time, in order of that. */
export interface Spans {
  readonly values: Int32Array;
  readonly removeCall: Int32Array;
  readonly removeReturn: Int32Array;
}

/** The spans of all values. Those that stayed in come out virtually, all at once, in the end. */
export function spansOf({
  valueCount,
  insertSlot,
  insertReturn,
  removeCall,
  removeReturn,
  removeSlot,
}: ContainerOperations): Spans {
  const calls = removeCall.map((call, value) => (removeSlot[value] === NONE ? LAST_CALL : call));
  const returns = removeReturn.map((ret, value) => (removeSlot[value] === NONE ? LAST_RETURN : ret));
  const kept: number[] = [];
  for (let value = 0; value < valueCount; value++) {
    if (insertSlot[value] === NONE || insertReturn[value] === NEVER) continue;
    if ((insertReturn[value] as number) < (calls[value] as number)) kept.push(value);
  }
  kept.sort((left, right) => (insertReturn[left] as number) - (insertReturn[right] as number));
  return { values: Int32Array.from(kept), removeCall: calls, removeReturn: returns };
}

function findNotEmpty(stack: ContainerOperations, { values, removeCall }: Spans): Misplaced | undefined {
  const { insertReturn, emptyCall, emptyReturn, emptySlot } = stack;
  for (let empty = 0, next = 0, from = 0, end = -1; empty < emptyCall.length; empty++) {
    const called = emptyCall[empty] as number;
    for (; next < values.length; next++) {
      const value = values[next] as number;
      const start = insertReturn[value] as number;
      if (start >= called && start >= end) break;
      if (start >= end) from = next;
      end = Math.max(end, removeCall[value] as number);
    }
    const first = values[from];
    if (first === undefined || (insertReturn[first] as number) >= called || (emptyReturn[empty] as number) >= end)
      continue;
    const covering = values.subarray(from, next).filter((value) => (removeCall[value] as number) > called);
    return { kind: 'not-empty', values: [...covering], slots: [emptySlot[empty] as number] };
  }
  return undefined;
}

/** A set of values none of which can be at the bottom, and that is never empty in between. */
function findStuck(
  stack: ContainerOperations,
  { values, removeCall, removeReturn }: Spans,
  look: LookAt,
): Misplaced | undefined {
  const { insertCall, insertReturn } = stack;
  const work = [values];
  for (let set = work.pop(); set !== undefined; set = work.pop()) {
    look(set.length);
    let firstReturn = NEVER;
    let lastCall = -1;
    for (const value of set) {
      firstReturn = Math.min(firstReturn, insertReturn[value] as number, removeReturn[value] as number);
      lastCall = Math.max(lastCall, insertCall[value] as number, removeCall[value] as number);
    }
    // What was put in before anything was over, and taken out after everything had begun, can lie at the bottom.
    const rest = set.filter(
      (value) => (insertCall[value] as number) >= firstReturn || (removeReturn[value] as number) <= lastCall,
    );
    if (rest.length === 0) continue;
    const cuts = stretchesOf(rest, insertReturn, removeCall);
    if (cuts.length > 2) {
      for (let index = 1; index < cuts.length; index++) work.push(rest.subarray(cuts[index - 1], cuts[index]));
    } else if (rest.length < set.length) work.push(rest);
    else return { kind: 'stuck', values: [...rest], slots: [] };
  }
  return undefined;
}

/** Where values in order of insertion can be cut because everything before is out: indices, 0 and the length included. */
function stretchesOf(values: Int32Array, insertReturn: Int32Array, removeCall: Int32Array): number[] {
  const cuts = [0];
  let end = -1;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (index > 0 && (insertReturn[value] as number) >= end) cuts.push(index);
    end = Math.max(end, removeCall[value] as number);
  }
  cuts.push(values.length);
  return cuts;
}
