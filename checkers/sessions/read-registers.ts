import { TYPE_FAIL, TYPE_INFO, TYPE_OK, type ValueCode } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { valuePut } from '../judging/attempts.ts';
import type { Budget } from '../judging/budget.ts';
import { getOrAdd } from '../judging/get-or-add.ts';
import { identityOf } from '../judging/identity.ts';
import type { Operations } from '../judging/operations.ts';
import { choicesOf, hasOthers, type Found, type OpenReads, type Writers } from './open-sources.ts';
import { readersOf } from './problem-entries.ts';
import {
  INITIAL,
  NOT_A_READ,
  UNENDED,
  type RegisterProblem,
  type RegisterReading,
  type StrayRead,
} from './register-problem.ts';

const PLAIN_READING: RegisterReading = { initial: null, ignoresNullReads: false };

/**
 * Reads the `read`, `write` and `cas` operations among `invocations` (ascending). `sessionEnds`: see
 * {@link RegisterProblem}; where absent they are those among `invocations`. O(operations).
 */
export function registerProblem(
  operations: Operations,
  invocations: Iterable<number>,
  budget: Budget,
  reading: RegisterReading = PLAIN_READING,
  sessionEnds?: readonly number[],
): RegisterProblem {
  const draft = new ProblemDraft(operations, { reading, sessionEnds }, budget);
  for (const invocation of invocations) {
    budget.step();
    draft.take(invocation);
  }
  return draft.finish();
}

class ProblemDraft {
  readonly #operations: Operations;
  readonly #budget: Budget;
  readonly #reading: RegisterReading;
  readonly #initial: number | string;
  /** By key code, then by identity of the value. */
  readonly #writers = new Map<number, Map<number | string, Writers>>();
  /** Invocations that certainly happened: completed ones, and crashed ones without which a read has no explanation. */
  readonly #kept: number[] = [];
  readonly #crashed = new Set<number>();
  readonly #sessionEnds: number[] = [];
  readonly #knownEnds: readonly number[] | undefined;
  #unusedObservations = 0;

  constructor(
    operations: Operations,
    {
      reading,
      sessionEnds,
    }: { readonly reading: RegisterReading; readonly sessionEnds: readonly number[] | undefined },
    budget: Budget,
  ) {
    this.#knownEnds = sessionEnds;
    this.#operations = operations;
    this.#budget = budget;
    this.#reading = reading;
    this.#initial = identityOf(reading.initial);
  }

  take(invocation: number): void {
    const f = this.#operations.f(invocation);
    if (f !== 'read' && f !== 'write' && f !== 'cas') return;
    const outcome = this.#operations.outcome(invocation);
    if (outcome === TYPE_INFO) this.#sessionEnds.push(invocation);
    if (outcome === TYPE_OK) this.#takeAnswered(invocation, f);
    else if (outcome === TYPE_FAIL && f === 'cas' && this.#operations.errorCode(invocation) === 'precondition') {
      this.#unusedObservations++;
    } else if (outcome !== TYPE_FAIL && f !== 'read') this.#crashed.add(invocation);
    if (f !== 'read') this.#addWriter(invocation, outcome === TYPE_FAIL);
  }

  #takeAnswered(invocation: number, f: string): void {
    const saysNothing =
      f === 'read' && this.#reading.ignoresNullReads && this.#decoded(this.#operations.output(invocation)) === null;
    if (!saysNothing) this.#kept.push(invocation);
  }

  #addWriter(invocation: number, hasFailed: boolean): void {
    const writers = getOrAdd(
      this.#writers,
      this.#operations.key(invocation),
      () => new Map<number | string, Writers>(),
    );
    const identity = identityOf(valuePut(this.#operations, invocation));
    const group = getOrAdd(writers, identity, () => ({ live: [], possible: 0, failed: undefined }));
    if (hasFailed) group.failed ??= invocation;
    else group.possible = group.live.push(invocation);
  }

  finish(): RegisterProblem {
    const strays: StrayRead[] = [];
    const sourceOf = new Map<number, number>();
    const open = new Map<number, Found>();
    const seenBy = new Map<number, number>();
    // Grows while it is walked: a crashed compare-and-set that was seen has itself read something.
    const kept = this.#kept.slice();
    for (const invocation of kept) {
      this.#budget.step();
      const found = this.#foundBy(invocation);
      if (found === undefined) continue;
      const only = this.#onlySource(invocation, found);
      if (only === undefined) open.set(invocation, found);
      else if (only === NOWHERE) strays.push(this.#stray(invocation, found, seenBy));
      else sourceOf.set(invocation, only);
      if (only === undefined || only < 0 || !this.#crashed.delete(only)) continue;
      seenBy.set(only, invocation);
      kept.push(only);
    }
    const optional = this.#keepPossible(kept, open);
    const impossible = this.#impossible(open, optional);
    for (const [invocation, found] of open) {
      this.#budget.step();
      if (found.isInitial || hasOthers(found, !impossible.has(invocation))) continue;
      open.delete(invocation);
      if (!optional.has(invocation)) strays.push(this.#stray(invocation, found, seenBy));
    }
    for (const invocation of impossible) this.#crashed.add(invocation);
    const possible = kept.filter((invocation) => !impossible.has(invocation));
    return this.#columns({ kept: possible, sourceOf, open, optional, strays, impossible });
  }

  /** Adds crashed updates that some read may have seen; answers which they are. */
  #keepPossible(kept: number[], open: Map<number, Found>): ReadonlySet<number> {
    const optional = new Set<number>();
    const visited = new Set<Writers>();
    for (const [, { writers }] of open) {
      this.#budget.step();
      if (writers === undefined || visited.has(writers)) continue;
      visited.add(writers);
      this.#budget.step(writers.live.length);
      for (const writer of writers.live) {
        if (!this.#crashed.delete(writer)) continue;
        optional.add(writer);
        kept.push(writer);
        const found = this.#foundBy(writer);
        if (found !== undefined) open.set(writer, found);
      }
    }
    return optional;
  }

  /** Of crashed updates that some read may have seen: those that cannot have happened, since nobody put what they needed. */
  #impossible(open: ReadonlyMap<number, Found>, optional: ReadonlySet<number>): ReadonlySet<number> {
    const impossible = new Set<number>();
    const readers = new Map<Writers, number[]>();
    for (const invocation of optional) {
      const writers = open.get(invocation)?.writers;
      if (writers !== undefined) getOrAdd(readers, writers, () => []).push(invocation);
    }
    // Grows while it is walked: what cannot have happened may have been all that others can have read.
    const pending = [...optional];
    for (const invocation of pending) {
      this.#budget.step();
      const found = open.get(invocation);
      if (found === undefined || found.isInitial || impossible.has(invocation) || hasOthers(found, true)) continue;
      impossible.add(invocation);
      const own = this.#writersOf(invocation, valuePut(this.#operations, invocation));
      // With one left, a reader that is that one itself has nothing left to read.
      if (own === undefined || --own.possible > 1) continue;
      for (const reader of readers.get(own) ?? []) pending.push(reader);
    }
    return impossible;
  }

  /** What an operation found; undefined where it read nothing. */
  #foundBy(invocation: number): Found | undefined {
    const value = this.#valueRead(invocation);
    if (value === undefined) return undefined;
    const identity = identityOf(value);
    const writers = this.#writersOf(invocation, value);
    const isUpdate = this.#operations.f(invocation) === 'cas';
    const isOwn = isUpdate && identityOf(valuePut(this.#operations, invocation)) === identity;
    return { value, writers, isOwn, isInitial: identity === this.#initial };
  }

  /** Who tried to put a value where an operation works. */
  #writersOf(invocation: number, value: JsonValue): Writers | undefined {
    return this.#writers.get(this.#operations.key(invocation))?.get(identityOf(value));
  }

  /** The only thing that an operation can have read: a write, INITIAL, or {@link NOWHERE}; undefined where several can. */
  #onlySource(invocation: number, { writers, isInitial }: Found): number | undefined {
    const live = writers?.live ?? [];
    if (isInitial) return live.length === 0 ? INITIAL : undefined;
    if (live.length > 2) return undefined;
    const others = live.filter((writer) => writer !== invocation);
    if (others.length > 1) return undefined;
    return others[0] ?? NOWHERE;
  }

  #stray(invocation: number, { value, writers, isOwn }: Found, seenBy: ReadonlyMap<number, number>): StrayRead {
    const witnesses: number[] = [];
    for (let op = seenBy.get(invocation); op !== undefined; op = seenBy.get(op)) witnesses.push(op);
    const live = writers?.live ?? [];
    const impossible = isOwn ? live.filter((each) => each !== invocation) : live;
    return {
      invocation,
      value,
      witnesses,
      ...(writers?.failed === undefined ? {} : { failedWrite: writers.failed }),
      ...(impossible.length === 0 ? {} : { impossible }),
    };
  }

  #decoded(code: ValueCode): JsonValue {
    return this.#operations.history.decode(code) ?? null;
  }

  /** The value that an operation read; undefined where it read nothing. */
  #valueRead(invocation: number): JsonValue | undefined {
    const f = this.#operations.f(invocation);
    if (f === 'read') return this.#decoded(this.#operations.output(invocation));
    if (f === 'write') return undefined;
    const pair = this.#decoded(this.#operations.input(invocation));
    return Array.isArray(pair) ? ((pair as readonly JsonValue[])[0] ?? null) : null;
  }

  #columns({ kept, sourceOf, open, optional, strays, impossible }: Links): RegisterProblem {
    const operations = this.#operations;
    const strayReads = new Set(strays.map(({ invocation }) => invocation));
    const used = kept
      .filter((invocation) => !strayReads.has(invocation) || operations.f(invocation) !== 'read')
      .sort((left, right) => left - right);
    this.#budget.reserve(used.length * (7 * 4 + 1 + 60));
    const invocation = Int32Array.from(used);
    const byInvocation = new Map(used.map((at, op) => [at, op]));
    const column = (of: (at: number) => number): Int32Array => invocation.map(of);
    const keyIds = new DenseIds();
    const key = column((at) => keyIds.idOf(operations.key(at)));
    const end = column((at) => Math.min(operations.end(at), UNENDED));
    const source = column((at) => {
      const from = sourceOf.get(at) ?? NOT_A_READ;
      return from < 0 ? from : (byInvocation.get(from) ?? NOT_A_READ);
    });
    return {
      operations,
      initial: this.#reading.initial,
      count: used.length,
      invocation,
      end,
      key,
      isWrite: Uint8Array.from(used, (at) => (operations.f(at) === 'read' ? 0 : 1)),
      source,
      seenBy: readersOf({ invocation, end, source }),
      choices: choicesOf({ open, optional, impossible }, byInvocation, this.#budget),
      ...sessionsOf(operations, invocation, this.#knownEnds ?? this.#sessionEnds),
      keyCount: keyIds.size,
      strays,
      unseenCrashed: [...this.#crashed],
      unusedObservations: this.#unusedObservations,
    };
  }
}

/** What was found out about which operation read from which, by invocation. */
interface Links extends OpenReads {
  readonly kept: readonly number[];
  readonly sourceOf: ReadonlyMap<number, number>;
  readonly strays: readonly StrayRead[];
}

/** Instead of a source: nobody can have put the value there. */
const NOWHERE = -3;

function sessionsOf(
  operations: Operations,
  invocation: Int32Array,
  sessionEnds: readonly number[],
): Pick<RegisterProblem, 'session' | 'position' | 'sessions' | 'sessionEnds'> {
  const count = invocation.length;
  const [session, position] = [new Int32Array(count), new Int32Array(count)];
  const members: number[][] = [];
  const current = new Map<number, number>();
  let over = 0;
  for (let op = 0; op < count; op++) {
    const at = invocation[op] ?? 0;
    for (; (sessionEnds[over] ?? at) < at; over++) current.delete(operations.process(sessionEnds[over] ?? 0));
    const own = getOrAdd(current, operations.process(at), () => members.push([]) - 1);
    const ops = members[own] ?? [];
    session[op] = own;
    position[op] = ops.length;
    ops.push(op);
  }
  return { session, position, sessions: members.map((ops) => Int32Array.from(ops)), sessionEnds };
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
