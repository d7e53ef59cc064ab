import type { JsonValue } from '../../harness/kernel/json.ts';
import type { OracleOp, OracleStep } from './brute-force.ts';

/** Sequential objects once more, written separately from the models that they judge. */
type List = readonly JsonValue[];

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

const sorted = (list: List): List =>
  [...list].sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));

export const queueOracle: OracleStep<List> = (state, { f, input, answer }) => {
  if (f === 'enqueue') return [[...state, input]];
  const [first = null, ...rest] = state;
  return answer === undefined || same(first, answer) ? [rest] : [];
};

export const bagOracle: OracleStep<List> = (state, { f, input, answer }) => {
  if (f === 'enqueue') return [[...state, input]];
  const taken = state.map((value, at) => ({ value, rest: state.filter((_, index) => index !== at) }));
  if (answer === null || state.length === 0)
    return (answer === null && state.length > 0) || (answer ?? null) !== null ? [] : [state];
  return taken.filter(({ value }) => answer === undefined || same(value, answer)).map(({ rest }) => rest);
};

export const stackOracle: OracleStep<List> = (state, { f, input, answer }) => {
  if (f === 'push') return [[...state, input]];
  const top = state.length === 0 ? null : state[state.length - 1];
  if (answer !== undefined && !same(top, answer)) return [];
  return [f === 'peek' ? state : state.slice(0, Math.max(0, state.length - 1))];
};

export const setOracle: OracleStep<List> = (state, { f, input, answer }) => {
  if (f === 'add') return [sorted([...new Set([...state, input])])];
  if (f === 'remove') return [state.filter((value) => value !== input)];
  if (answer === undefined) return [state];
  if (f === 'contains') return state.includes(input) === answer ? [state] : [];
  return same(sorted(answer as List), state) ? [state] : [];
};

export const counterOracle: OracleStep<number> = (state, { f, input, answer }) =>
  f === 'add' ? [state + (input as number)] : answer === undefined || answer === state ? [state] : [];

export const mutexOracle: OracleStep<boolean> = (held, { f }) => ((f === 'acquire') !== held ? [!held] : []);

/** Owners of the holds, the last one on top. */
export const reentrantOracle: OracleStep<readonly number[]> = (owners, { f, process }) => {
  if (owners.some((owner) => owner !== process)) return [];
  if (f === 'acquire') return owners.length < 2 ? [[...owners, process]] : [];
  return owners.length === 0 ? [] : [owners.slice(1)];
};

interface Fence {
  readonly owner: number;
  readonly last: number;
}

/** An acquisition without answer may have got any of the tokens up to 9. */
export const fencedOracle: OracleStep<Fence> = ({ owner, last }, { f, process, answer }: OracleOp) => {
  if (f === 'release') return owner === process ? [{ owner: -1, last }] : [];
  if (owner !== -1) return [];
  const tokens = answer === undefined ? [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] : [answer as number];
  return tokens.filter((token) => token > last).map((token) => ({ owner: process, last: token }));
};

export const semaphoreOracle: OracleStep<number> = (free, { f, input }) => {
  const left = f === 'acquire' ? free - (input as number) : free + (input as number);
  return left >= 0 && left <= 2 ? [left] : [];
};

export const logOracle: OracleStep<List> = (state, { f, input, answer }) =>
  f === 'append' ? [[...state, input]] : answer === undefined || same(answer, state) ? [state] : [];

export const kvOracle: OracleStep<string> = (state, { f, input, answer }) => {
  if (f === 'put') return [input as string];
  if (f === 'append') return [`${state}${input as string}`];
  return answer === undefined || answer === state ? [state] : [];
};

export const registersOracle: OracleStep<{ readonly [key: string]: JsonValue }> = (state, { input, answer }) => {
  const next: Record<string, JsonValue> = { ...state };
  for (const [index, micro] of (input as readonly (readonly [string, string, JsonValue])[]).entries()) {
    const [f, key, value] = micro;
    if (f === 'w') next[key] = value;
    else if (answer !== undefined) {
      const read = (answer as readonly (readonly [string, string, JsonValue])[])[index]?.[2];
      if (read !== (next[key] ?? null)) return [];
    }
  }
  return [Object.fromEntries(Object.entries(next).sort(([left], [right]) => (left < right ? -1 : 1)))];
};
