import { NEVER } from './operations.ts';
import { NO_VALUE, type RegisterOperations } from './register-operations.ts';
import type { SearchLimits, SearchResult } from './search-limits.ts';
import { searchInAttempts } from './search-attempts.ts';
import type { SearchProblem } from './search-problem.ts';

/** The general search on one register: see {@link searchInAttempts}. */
export function searchRegister(register: RegisterOperations, limits: SearchLimits): SearchResult {
  return searchInAttempts(registerProblem(register), 'urgent', limits);
}

/** The search's question about a register. */
export function registerProblem(register: RegisterOperations): SearchProblem {
  const { needs: allNeeds, avoids: allAvoids, makes: allMakes, call, ret } = register;
  const groups = crashedGroups(register);
  const first = [...groups.values()].map((group) => group[0] as number);
  const actions = new RegisterActions(register);
  let required = 0;
  for (let op = 0; op < register.count; op++) if (ret[op] !== NEVER) required++;
  const [callOf, retOf, actionOf] = [new Int32Array(required), new Int32Array(required), new Int32Array(required)];
  let next = 0;
  for (let op = 0; op < register.count; op++) {
    if (ret[op] === NEVER) continue;
    callOf[next] = call[op] as number;
    retOf[next] = ret[op] as number;
    actionOf[next++] = actions.numberOf(op);
  }
  const groupAction = Int32Array.from(first, (op) => actions.numberOf(op));
  const needs = actions.column(allNeeds);
  const avoids = actions.column(allAvoids);
  const makes = actions.column(allMakes);
  const groupStart = new Int32Array(groups.size + 1);
  [...groups.values()].forEach((group, index) => {
    groupStart[index + 1] = (groupStart[index] as number) + group.length;
  });
  return {
    automaton: {
      initial: 0,
      step(state, action) {
        const need = needs[action] as number;
        if (need >= 0 && need !== state) return -1;
        if (avoids[action] === state) return -1;
        const make = makes[action] as number;
        return make >= 0 ? make : state;
      },
    },
    call: callOf,
    ret: retOf,
    action: actionOf,
    isPure: Uint8Array.from(makes, (make) => (make === NO_VALUE ? 1 : 0)),
    groupAction,
    groupStart,
    optionalCall: Int32Array.from([...groups.values()].flat(), (op) => call[op] as number),
    demand: {
      needs,
      makes,
      states: register.valueCount,
      crashedServeReads: first.every((op) => allNeeds[op] === NO_VALUE) && !avoids.some((value) => value !== NO_VALUE),
    },
  };
}

/** Numbers what operations do: those that need, avoid and make the same have the same number. */
class RegisterActions {
  readonly #register: RegisterOperations;
  readonly #numbers = new Map<number, number>();
  /** An operation of each number. */
  readonly #examples: number[] = [];

  constructor(register: RegisterOperations) {
    this.#register = register;
  }

  numberOf(op: number): number {
    const { needs, avoids, makes, valueCount } = this.#register;
    // What avoids a value neither needs nor makes one.
    const avoided = avoids[op] as number;
    const changes = ((needs[op] as number) + 1) * (valueCount + 1) + (makes[op] as number) + 1;
    const what = avoided === NO_VALUE ? changes : -1 - avoided;
    const known = this.#numbers.get(what);
    if (known !== undefined) return known;
    const number = this.#examples.length;
    this.#numbers.set(what, number);
    this.#examples.push(op);
    return number;
  }

  column(from: Int32Array): Int32Array {
    return Int32Array.from(this.#examples, (op) => from[op] as number);
  }
}

/** Crashed operations by what they do, each group oldest first. */
function crashedGroups({ count, ret, needs, makes, valueCount }: RegisterOperations): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let op = 0; op < count; op++) {
    if (ret[op] !== NEVER) continue;
    const what = ((needs[op] as number) + 1) * valueCount + (makes[op] as number);
    const group = groups.get(what);
    if (group === undefined) groups.set(what, [op]);
    else group.push(op);
  }
  return groups;
}
