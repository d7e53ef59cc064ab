import type { SearchProblem } from './search-problem.ts';

/** How many required operations need each state, and how many operations make it. Empty without demand. */
export function countDemand({ demand, action, groupAction, groupStart }: SearchProblem): [Int32Array, Int32Array] {
  if (demand === undefined) return [new Int32Array(0), new Int32Array(0)];
  const needed = new Int32Array(demand.states);
  const makers = new Int32Array(demand.states);
  const add = (counts: Int32Array, state: number, by: number): void => {
    if (state >= 0) counts[state] = (counts[state] as number) + by;
  };
  for (const what of action) {
    add(needed, demand.needs[what] as number, 1);
    add(makers, demand.makes[what] as number, 1);
  }
  for (let group = 0; group < groupAction.length; group++) {
    const size = (groupStart[group + 1] as number) - (groupStart[group] as number);
    add(makers, demand.makes[groupAction[group] as number] as number, size);
  }
  return [needed, makers];
}
