import { NO_PAIR, TYPE_FAIL, TYPE_INFO, TYPE_INVOKE, TYPE_OK, type History } from '../../harness/kernel/history.ts';

/** How an operation ended: {@link TYPE_OK}, {@link TYPE_FAIL} or {@link TYPE_INFO} (also where it never completed). */
export type OutcomeCode = typeof TYPE_OK | typeof TYPE_FAIL | typeof TYPE_INFO;

/**
 * A history seen as operations instead of entries. An operation is named by the entry index of its invocation.
 *
 * Entry indices double as points in time: they have the order of the recorded times, and where two times are equal the
 * order in which the entries were recorded. Operation A is over before B begins where `end(A) < B`.
 */
export class Operations {
  readonly history: History;
  /** Entry indices of all invocations, ascending. */
  readonly invocations: Int32Array;
  #hasTimes: boolean | undefined;

  constructor(history: History) {
    this.history = history;
    this.invocations = invocationsOf(history);
  }

  /** False where the history came without times: its readers take entry n to be at n nanoseconds. */
  get hasTimes(): boolean {
    return (this.#hasTimes ??= this.history.columns.timeNs.some((timeNs, entry) => timeNs !== entry));
  }

  get count(): number {
    return this.invocations.length;
  }

  outcome(invocation: number): OutcomeCode {
    const completion = this.completion(invocation);
    if (completion === NO_PAIR) return TYPE_INFO;
    const type = this.history.columns.type[completion];
    return type === TYPE_OK || type === TYPE_FAIL ? type : TYPE_INFO;
  }

  isOk(invocation: number): boolean {
    return this.outcome(invocation) === TYPE_OK;
  }

  /** Entry index of the completion, or {@link NO_PAIR}. */
  completion(invocation: number): number {
    return this.history.columns.pair[invocation] ?? NO_PAIR;
  }

  /** The last point at which the operation may have taken effect: its `ok`, or Infinity where nobody knows. */
  end(invocation: number): number {
    return this.isOk(invocation) ? this.completion(invocation) : Infinity;
  }

  f(invocation: number): string {
    return this.history.fNames[this.history.columns.f[invocation] ?? -1] ?? '';
  }

  key(invocation: number): number {
    return this.history.columns.key[invocation] ?? 0;
  }

  process(invocation: number): number {
    return this.history.columns.process[invocation] ?? 0;
  }

  /** Code of the invocation's argument. */
  input(invocation: number): number {
    return this.history.columns.value[invocation] ?? 0;
  }

  /** Code of the answer. Only meaningful where the operation is `ok`. */
  output(invocation: number): number {
    return this.history.columns.value[this.completion(invocation)] ?? 0;
  }

  startNs(invocation: number): number {
    return this.history.columns.timeNs[invocation] ?? 0;
  }

  /** When it completed, however it ended; undefined where it never did. */
  endNs(invocation: number): number | undefined {
    return this.history.columns.timeNs[this.completion(invocation)];
  }

  /** Why it did not answer `ok`; empty where it did, or where nobody said. */
  errorCode(invocation: number): string {
    const error = this.history.columns.error[this.completion(invocation)] ?? 0;
    return this.history.errors[error - 1]?.code ?? '';
  }

  /** The node that served it, where known: the invocation's, else the completion's. */
  node(invocation: number): string | undefined {
    const { node } = this.history.columns;
    const { nodes } = this.history;
    return nodes[node[invocation] ?? -1] ?? nodes[node[this.completion(invocation)] ?? -1];
  }

  /** The entries of these operations, ascending, each once: what findings quote. */
  entries(invocations: Iterable<number>): number[] {
    const entries = new Set<number>();
    for (const invocation of invocations) {
      entries.add(invocation);
      const completion = this.completion(invocation);
      if (completion !== NO_PAIR) entries.add(completion);
    }
    return [...entries].sort((left, right) => left - right);
  }
}

function invocationsOf(history: History): Int32Array {
  const { type } = history.columns;
  let count = 0;
  for (let index = 0; index < type.length; index++) if (type[index] === TYPE_INVOKE) count++;
  const invocations = new Int32Array(count);
  let next = 0;
  for (let index = 0; index < type.length; index++) if (type[index] === TYPE_INVOKE) invocations[next++] = index;
  return invocations;
}
