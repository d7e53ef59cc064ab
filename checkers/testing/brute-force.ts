import { TYPE_FAIL, TYPE_OK, type History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';

/** One operation for the oracle; `answer` is undefined where nobody knows. */
export interface OracleOp {
  readonly f: string;
  readonly input: JsonValue;
  readonly answer: JsonValue | undefined;
  readonly process: number;
  readonly call: number;
  /** Infinity for a crashed operation. */
  readonly ret: number;
  /** True for a definite failure. */
  readonly refused: boolean;
}

/** States an object can be in after an operation, from one it was in; none where it could not have answered so. */
export type OracleStep<State> = (state: State, op: OracleOp) => readonly State[];

/** The operations of a history, read the slow and obvious way. */
export function oracleOps(history: History): OracleOp[] {
  const ops: OracleOp[] = [];
  for (let index = 0; index < history.length; index++) {
    const entry = history.at(index);
    if (entry.type !== 'invoke') continue;
    const pair = history.columns.pair[index] ?? -1;
    const type = pair < 0 ? -1 : history.columns.type[pair];
    const ended = type === TYPE_OK || type === TYPE_FAIL;
    ops.push({
      f: entry.f,
      input: entry.value,
      answer: type === TYPE_OK ? history.at(pair).value : undefined,
      process: entry.process,
      call: index,
      ret: ended ? pair : Infinity,
      refused: type === TYPE_FAIL,
    });
  }
  return ops;
}

/**
 * Tries every order that respects real time; no cleverness but remembering dead ends. For at most some fifteen operations.
 * `ops` must not hold refused operations that say nothing.
 */
export function hasOrder<State>(ops: readonly OracleOp[], initial: State, step: OracleStep<State>): boolean {
  const must = ops.reduce((mask, op, index) => (op.ret === Infinity ? mask : mask | (1 << index)), 0);
  const dead = new Set<string>();
  const explore = (taken: number, state: State): boolean => {
    if ((taken & must) === must) return true;
    const here = `${taken}|${JSON.stringify(state)}`;
    if (dead.has(here)) return false;
    dead.add(here);
    return ops.some((op, index) => {
      if (taken & (1 << index)) return false;
      const isLate = ops.some((other, at) => !(taken & (1 << at)) && at !== index && other.ret < op.call);
      return !isLate && step(state, op).some((next) => explore(taken | (1 << index), next));
    });
  };
  return explore(0, initial);
}
