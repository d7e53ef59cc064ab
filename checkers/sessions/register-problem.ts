import { TYPE_FAIL, TYPE_OK, type ValueCode } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { valuePut } from '../judging/attempts.ts';
import type { Budget } from '../judging/budget.ts';
import { identityOf } from '../judging/identity.ts';
import type { Operations } from '../judging/operations.ts';

/** In {@link RegisterProblem.source}: the operation read the initial value, or does not read at all. */
export const INITIAL = -1;
export const NOT_A_READ = -2;
/** In {@link RegisterProblem.end}: the operation was never known to be over. */
export const UNENDED = 0x7fffffff;

/** A read of a value that no write that may have happened put there. */
export interface StrayRead {
  readonly invocation: number;
  readonly value: JsonValue;
  /** The write that tried to, where there is one: it had definitely failed. */
  readonly failedWrite?: number;
}

/**
 * Operations on registers whose written values are unique per key, with the write that each read returned. Columns have
 * one slot per operation, in order of invocation. A successful compare-and-set is one operation that reads and writes.
 *
 * Crashed writes are here where somebody read their value, and are left out otherwise, which is exact: what nobody saw
 * constrains nobody. Crashed reads, definite failures and compare-and-sets whose precondition was false are left out.
 */
export interface RegisterProblem {
  readonly operations: Operations;
  readonly count: number;
  /** Entry index of the invocation, and of the `ok` ({@link UNENDED} where there is none). */
  readonly invocation: Int32Array;
  readonly end: Int32Array;
  readonly key: Int32Array;
  readonly isWrite: Uint8Array;
  /** The operation whose write it read, {@link INITIAL} or {@link NOT_A_READ}. */
  readonly source: Int32Array;
  readonly session: Int32Array;
  readonly position: Int32Array;
  /** Operations of each session (process), in order. */
  readonly sessions: readonly Int32Array[];
  readonly keyCount: number;
  readonly strays: readonly StrayRead[];
  /** Invocations of crashed writes whose value nobody saw. */
  readonly unseenCrashed: readonly number[];
  /** Failed compare-and-sets that were answered: observations that are not used. */
  readonly unusedObservations: number;
}

/** Why a history cannot be put as a {@link RegisterProblem}. */
export interface NotARegisterProblem {
  readonly reason: string;
}

/** Whether it is one. */
export function isRegisterProblem(problem: RegisterProblem | NotARegisterProblem): problem is RegisterProblem {
  return 'count' in problem;
}

/** Reads the `read`, `write` and `cas` operations among `invocations` (ascending). O(operations). */
export function registerProblem(
  operations: Operations,
  invocations: Iterable<number>,
  budget: Budget,
): RegisterProblem | NotARegisterProblem {
  const draft = new ProblemDraft(operations, budget);
  for (const invocation of invocations) {
    budget.step();
    const unreadable = draft.take(invocation);
    if (unreadable !== undefined) return { reason: unreadable };
  }
  return draft.finish();
}

interface Writer {
  readonly invocation: number;
  readonly hasFailed: boolean;
}

class ProblemDraft {
  readonly #operations: Operations;
  readonly #budget: Budget;
  /** By key code, then by identity of the value. */
  readonly #writers = new Map<number, Map<number | string, Writer>>();
  /** Invocations whose effect somebody may need: completed ones, and crashed ones once their value was seen. */
  readonly #kept: number[] = [];
  readonly #crashed = new Set<number>();
  #unusedObservations = 0;

  constructor(operations: Operations, budget: Budget) {
    this.#operations = operations;
    this.#budget = budget;
  }

  /** Takes one operation; answers why the history cannot be judged, where it cannot. */
  take(invocation: number): string | undefined {
    const f = this.#operations.f(invocation);
    if (f !== 'read' && f !== 'write' && f !== 'cas') return undefined;
    const outcome = this.#operations.outcome(invocation);
    if (outcome === TYPE_OK) this.#kept.push(invocation);
    else if (outcome === TYPE_FAIL && f === 'cas' && this.#operations.errorCode(invocation) === 'precondition') {
      this.#unusedObservations++;
    } else if (outcome !== TYPE_FAIL && f !== 'read') this.#crashed.add(invocation);
    if (f === 'read') return undefined;
    return this.#addWriter(invocation, outcome === TYPE_FAIL);
  }

  #addWriter(invocation: number, hasFailed: boolean): string | undefined {
    const key = this.#operations.key(invocation);
    let writers = this.#writers.get(key);
    if (writers === undefined) this.#writers.set(key, (writers = new Map()));
    const value = valuePut(this.#operations, invocation);
    const known = writers.get(identityOf(value));
    if (known === undefined || (known.hasFailed && !hasFailed)) {
      writers.set(identityOf(value), { invocation, hasFailed });
    } else if (!hasFailed) {
      return `values must be unique per key, but ${JSON.stringify(value)} was written twice (entries ${known.invocation} and ${invocation})`;
    }
    if (value === null && !hasFailed) return `entry ${invocation} writes null, which is also the initial value`;
    return undefined;
  }

  finish(): RegisterProblem {
    const strays: StrayRead[] = [];
    const sourceOf = new Map<number, number>();
    // Grows while it is walked: a crashed compare-and-set that was seen has itself read something.
    const kept = this.#kept.slice();
    for (const invocation of kept) {
      this.#budget.step();
      const value = this.#valueRead(invocation);
      if (value === undefined) continue;
      if (value === null) {
        sourceOf.set(invocation, INITIAL);
        continue;
      }
      const writer = this.#writers.get(this.#operations.key(invocation))?.get(identityOf(value));
      if (writer === undefined || writer.hasFailed) {
        strays.push({ invocation, value, ...(writer === undefined ? {} : { failedWrite: writer.invocation }) });
        continue;
      }
      sourceOf.set(invocation, writer.invocation);
      if (this.#crashed.delete(writer.invocation)) kept.push(writer.invocation);
    }
    return this.#columns(kept, sourceOf, strays);
  }

  /** The value that an operation read; undefined where it read nothing. */
  #valueRead(invocation: number): JsonValue | undefined {
    const f = this.#operations.f(invocation);
    const decode = (code: ValueCode): JsonValue => this.#operations.history.decode(code) ?? null;
    if (f === 'read') return decode(this.#operations.output(invocation));
    if (f === 'write') return undefined;
    const pair = decode(this.#operations.input(invocation));
    return Array.isArray(pair) ? ((pair as readonly JsonValue[])[0] ?? null) : null;
  }

  #columns(
    kept: readonly number[],
    sourceOf: ReadonlyMap<number, number>,
    strays: readonly StrayRead[],
  ): RegisterProblem {
    const operations = this.#operations;
    const strayReads = new Set(strays.map(({ invocation }) => invocation));
    const used = kept
      .filter((invocation) => !strayReads.has(invocation) || operations.f(invocation) !== 'read')
      .sort((left, right) => left - right);
    const count = used.length;
    this.#budget.reserve(count * (7 * 4 + 1 + 60));
    const invocation = Int32Array.from(used);
    const byInvocation = new Map(used.map((at, op) => [at, op]));
    const column = (of: (at: number) => number): Int32Array => invocation.map(of);
    const sessionIds = new DenseIds();
    const keyIds = new DenseIds();
    const session = column((at) => sessionIds.idOf(operations.process(at)));
    const key = column((at) => keyIds.idOf(operations.key(at)));
    const members: number[][] = Array.from({ length: sessionIds.size }, () => []);
    const position = new Int32Array(count);
    for (let op = 0; op < count; op++) {
      const ops = members[session[op] ?? 0] ?? [];
      position[op] = ops.length;
      ops.push(op);
    }
    return {
      operations,
      count,
      invocation,
      end: column((at) => Math.min(operations.end(at), UNENDED)),
      key,
      isWrite: Uint8Array.from(used, (at) => (operations.f(at) === 'read' ? 0 : 1)),
      source: column((at) => {
        const source = sourceOf.get(at) ?? NOT_A_READ;
        return source < 0 ? source : (byInvocation.get(source) ?? NOT_A_READ);
      }),
      session,
      position,
      sessions: members.map((ops) => Int32Array.from(ops)),
      keyCount: keyIds.size,
      strays,
      unseenCrashed: [...this.#crashed],
      unusedObservations: this.#unusedObservations,
    };
  }
}

/** Numbers values from 0 in order of first use. */
class DenseIds {
  readonly #ids = new Map<number, number>();

  get size(): number {
    return this.#ids.size;
  }

  idOf(value: number): number {
    const known = this.#ids.get(value);
    if (known !== undefined) return known;
    this.#ids.set(value, this.#ids.size);
    return this.#ids.size - 1;
  }
}
