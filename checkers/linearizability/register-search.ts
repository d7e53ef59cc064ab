import { NEVER } from './operations.ts';
import { NO_VALUE, type RegisterOperations } from './register-operations.ts';
import type { SearchLimits, SearchResult } from './search-limits.ts';
import { searchInAttempts } from './search-attempts.ts';
import type { Automaton, SearchProblem } from './search-problem.ts';

/** The general search on one register: see {@link searchInAttempts}. */
export function searchRegister(register: RegisterOperations, limits: SearchLimits): SearchResult {
  return searchInAttempts(registerProblem(register), 'urgent', limits);
}

/** The search's question about a register. */
export function registerProblem(register: RegisterOperations): SearchProblem {
  const actions = new RegisterActions(register);
  const required = requiredOperations(register, actions);
  const crashed = crashedGroups(register, actions);
  const automaton = new RegisterAutomaton(actions);
  const { needs, makes } = automaton;
  return {
    automaton,
    ...required,
    isPure: automaton.purity(),
    ...crashed.groups,
    demand: {
      needs,
      makes,
      states: register.valueCount,
      crashedServeReads: !crashed.needsAny && !automaton.avoidsAny,
    },
  };
}

function requiredOperations(
  { count, call, ret }: RegisterOperations,
  actions: RegisterActions,
): Pick<SearchProblem, 'call' | 'ret' | 'action'> {
  let required = 0;
  for (let op = 0; op < count; op++) if (ret[op] !== NEVER) required++;
  const columns = { call: new Int32Array(required), ret: new Int32Array(required), action: new Int32Array(required) };
  let next = 0;
  for (let op = 0; op < count; op++) {
    if (ret[op] === NEVER) continue;
    columns.call[next] = call[op] as number;
    columns.ret[next] = ret[op] as number;
    columns.action[next++] = actions.numberOf(op);
  }
  return columns;
}

/** A register whose states are the numbers of values. */
class RegisterAutomaton implements Automaton {
  readonly initial = 0;
  /** Value numbers by action, or {@link NO_VALUE}. */
  readonly needs: Int32Array;
  readonly makes: Int32Array;
  readonly #avoids: Int32Array;

  constructor(actions: RegisterActions) {
    this.needs = actions.column('needs');
    this.makes = actions.column('makes');
    this.#avoids = actions.column('avoids');
  }

  step(state: number, action: number): number {
    const need = this.needs[action] as number;
    if (need >= 0 && need !== state) return -1;
    if (this.#avoids[action] === state) return -1;
    const make = this.makes[action] as number;
    return make >= 0 ? make : state;
  }

  get avoidsAny(): boolean {
    return this.#avoids.some((value) => value !== NO_VALUE);
  }

  /** 1 for actions that only observe. */
  purity(): Uint8Array {
    const isPure = new Uint8Array(this.makes.length);
    for (let action = 0; action < isPure.length; action++) isPure[action] = this.makes[action] === NO_VALUE ? 1 : 0;
    return isPure;
  }
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

  /** What the operations of each number need, avoid or make. */
  column(of: 'needs' | 'avoids' | 'makes'): Int32Array {
    const from = this.#register[of];
    const column = new Int32Array(this.#examples.length);
    for (let number = 0; number < column.length; number++)
      column[number] = from[this.#examples[number] as number] as number;
    return column;
  }
}

interface CrashedGroups {
  readonly groups: Pick<SearchProblem, 'groupAction' | 'groupStart' | 'optionalCall'>;
  /** Whether one of them needs a value. */
  readonly needsAny: boolean;
}

/** Crashed operations by what they do, each group oldest first. */
function crashedGroups({ count, call, ret, needs }: RegisterOperations, actions: RegisterActions): CrashedGroups {
  const groups = new Map<number, number[]>();
  let [crashed, needsAny] = [0, false];
  for (let op = 0; op < count; op++) {
    if (ret[op] !== NEVER) continue;
    crashed++;
    needsAny ||= needs[op] !== NO_VALUE;
    const action = actions.numberOf(op);
    const calls = groups.get(action);
    if (calls === undefined) groups.set(action, [call[op] as number]);
    else calls.push(call[op] as number);
  }
  const groupAction = new Int32Array(groups.size);
  const groupStart = new Int32Array(groups.size + 1);
  const optionalCall = new Int32Array(crashed);
  let group = 0;
  for (const [action, calls] of groups) {
    groupAction[group] = action;
    const start = groupStart[group] as number;
    optionalCall.set(calls, start);
    groupStart[++group] = start + calls.length;
  }
  return { groups: { groupAction, groupStart, optionalCall }, needsAny };
}
