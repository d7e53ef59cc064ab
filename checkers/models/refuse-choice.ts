import { HarnessError } from '../../harness/kernel/harness-error.ts';
import { TYPE_INVOKE, type History } from '../../harness/kernel/history.ts';
import type { Model, ModelOp } from '../../harness/kernel/model.ts';

/** A model that answers lists of states where one state is expected. Its code is always `usage`. */
export class ModelWithChoice extends HarnessError {}

/** No object has answered this: one that judges answers rules it out. */
const NEVER_ANSWERED = 'an answer that nothing ever gave';

/**
 * Throws {@link ModelWithChoice} for a model that answers lists of states, as those do that {@link powerSet} is for: to the
 * search such a list is one state, `[]` included, and every history would be valid.
 *
 * A state may be a list by itself, so the lists alone say nothing. What tells is an answer that cannot be: a model of the
 * first kind rules it out with an empty list, and never with undefined. O(entries), a few steps.
 */
export function refuseChoice(model: Model<unknown>, history: History): void {
  if ((model as { readonly nondeterministic?: unknown }).nondeterministic === true) throw needsPowerSet(model);
  const states = model.init();
  if (!Array.isArray(states) || states.length === 0) return;
  const ops = oneOfEachFunction(history, model.tellsProcesses === true);
  const rulesOutBy = (state: unknown, isSo: (next: unknown) => boolean): boolean =>
    ops.some((op) => {
      try {
        return isSo(model.step(state, op));
      } catch {
        // It was not made for such an answer, or for such a state.
        return false;
      }
    });
  const [first] = states as readonly unknown[];
  const byNothing = rulesOutBy(first, (next) => Array.isArray(next) && next.length === 0);
  if (byNothing && !rulesOutBy(states, (next) => next === undefined)) throw needsPowerSet(model);
}

function needsPowerSet({ name }: Model<unknown>): ModelWithChoice {
  return new ModelWithChoice('usage', `model ${name} answers lists of states: wrap it, powerSet(model)`);
}

function oneOfEachFunction(history: History, tellsProcesses: boolean): readonly ModelOp[] {
  const { columns, fNames } = history;
  const firsts = new Map<number, number>();
  for (let index = 0; index < columns.type.length && firsts.size < fNames.length; index++) {
    const f = columns.f[index] as number;
    if (columns.type[index] === TYPE_INVOKE && !firsts.has(f)) firsts.set(f, index);
  }
  return [...firsts].map(([f, index]) => ({
    f: fNames[f] ?? '',
    input: history.decode(columns.value[index] as number) ?? null,
    output: NEVER_ANSWERED,
    ...(tellsProcesses ? { process: columns.process[index] as number } : {}),
  }));
}
