import { JustInTime } from './just-in-time.ts';
import { NEVER } from './operations.ts';
import { NO_VALUE, type RegisterOperations } from './register-operations.ts';
import { Search, type SearchLimits, type SearchResult } from './search.ts';
import type { SearchProblem } from './search-problem.ts';

/** Steps of the first attempts, per operation and besides: enough for most correct histories to be done. */
const FIRST_STEPS = 8;
const SPARE_STEPS = 1000;
/** Attempts before the number of steps grows, and by how much. */
const ATTEMPTS = 6;
const GROWTH = 4;
/** Configurations at a time of the walks through the history before any further attempt, and how many more later. */
const FIRST_WIDTHS: readonly number[] = [16, 64];
const WIDER = 8;

/**
 * The general search on one register: first depth first, which is soon done with most histories; then in walks through
 * the history with ever more configurations at a time, where an order is found although few of them are kept, and none is
 * found for certain where all are; and in between depth first again, in attempts that differ in the order in which they
 * try candidates. One way may be lost in a hopeless corner for hours where another takes no wrong turn at all. Only the
 * attempts after the first look ahead for shortages, because that costs more than it gains on easy histories.
 */
export function searchRegister(register: RegisterOperations, limits: SearchLimits): SearchResult {
  const problem = registerProblem(register);
  const most = limits.maxSteps ?? Infinity;
  const first = FIRST_STEPS * register.count + SPARE_STEPS;
  let result = new Search(problem, { ...limits, order: 'urgent', maxSteps: Math.min(most, first) }).run();
  let { steps, reached } = result;
  const isOpen = (): boolean => result.outcome === 'undecided' && steps < most && limits.nowMs() <= limits.deadlineMs;
  const note = (next: SearchResult): void => {
    result = next;
    steps += next.steps;
    reached = Math.max(reached, next.reached);
  };
  const walk = (width: number, looksAhead: boolean): void => {
    const inTime = new JustInTime(problem, { ...limits, looksAhead, maxSteps: most - steps }, width);
    if (inTime.bytes <= limits.cacheBytes) note(inTime.run());
  };
  for (const width of FIRST_WIDTHS) if (isOpen()) walk(width, false);
  let width = Math.max(...FIRST_WIDTHS);
  for (let attempt = 0; isOpen(); attempt++) {
    if (attempt % 2 === 0) walk((width *= WIDER), true);
    if (!isOpen()) break;
    const maxSteps = Math.min(most - steps, first * GROWTH ** Math.floor(attempt / ATTEMPTS));
    const order = attempt % 2 === 0 ? 'urgent' : 'invocation';
    const salt = attempt % ATTEMPTS < 2 ? 0 : attempt;
    note(new Search(problem, { ...limits, order, salt, looksAhead: true, maxSteps }).run());
  }
  return { ...result, reached: result.outcome === 'undecided' ? reached : result.reached, steps };
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
