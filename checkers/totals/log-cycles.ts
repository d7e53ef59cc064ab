import { TYPE_OK } from '../../harness/kernel/history.ts';
import type { Budget } from '../judging/budget.ts';
import type { Operations } from '../judging/operations.ts';
import { capital, quote, when, who } from '../judging/wording.ts';
import { searchCycles, type FoundCycles } from '../transactions/cycle-search.ts';
import { cyclicCore } from '../transactions/cyclic-core.ts';
import { ALL_KINDS, GraphBuilder, PROCESS, REALTIME, WR, WW } from '../transactions/dependency-graph.ts';
import { addProcessEdges, addRealtimeEdges } from '../transactions/order-edges.ts';
import { strongComponents } from '../transactions/strong-components.ts';
import type { LogIndex, LoggedValue } from './log-index.ts';

/** A circle of operations each of which must have come before the next one. */
export interface LogCycle {
  /** `G1c`, with `wwDeps` also `G0`; with `-process` or `-realtime` where the circle needs that order, too. */
  readonly anomaly: string;
  /** Separate parts of the history that hold such a circle. */
  readonly parts: number;
  readonly ops: readonly number[];
  readonly message: string;
}

/**
 * Looks for circles of operations: `wr` from who sent a value to who polled it, the order of each process and real time,
 * and with `wwDeps` also `ww` from each record's sender to the next one's. Values that several operations may have sent
 * tell nothing. As in Jepsen's kafka workload, polls tell nothing about what they did not see: there is no `rw`.
 *
 * O(records log records) and what {@link searchCycles} takes.
 */
export function logCycles(operations: Operations, index: LogIndex, wwDeps: boolean, budget: Budget): LogCycle[] {
  const graph = new LogGraph(operations, index, budget);
  graph.addDependencies(wwDeps);
  return graph.cycles();
}

class LogGraph {
  readonly #operations: Operations;
  readonly #index: LogIndex;
  readonly #budget: Budget;
  readonly #builder: GraphBuilder;
  /** Operations by vertex, ascending, and the other way round. */
  readonly #ops: readonly number[];
  readonly #vertices: ReadonlyMap<number, number>;
  /** Says why an edge is there, by kind and vertices. */
  readonly #reasons = new Map<string, () => string>();

  constructor(operations: Operations, index: LogIndex, budget: Budget) {
    this.#operations = operations;
    this.#index = index;
    this.#budget = budget;
    this.#ops = [...index.byOp.keys()].filter((op) => operations.isOk(op) || index.committed.has(op));
    this.#vertices = new Map(this.#ops.map((op, vertex) => [op, vertex]));
    this.#builder = new GraphBuilder(this.#ops.length, index.counts.sent + index.counts.polled, budget);
  }

  addDependencies(wwDeps: boolean): void {
    for (const [key, { values, order, offsets }] of this.#index.logs) {
      // Once for each value: it may stand at many offsets, sent as often.
      const writers = new Map<LoggedValue, number>();
      for (const logged of values.values()) {
        const writer = this.#writerOf(logged.sends);
        if (writer === undefined) continue;
        writers.set(logged, writer);
        this.#addReaders(key, logged, writer);
      }
      if (!wwDeps) continue;
      const inOrder = order.flatMap((offset) => [...(offsets.get(offset)?.keys() ?? [])].slice(0, 1));
      for (const [position, identity] of inOrder.slice(1).entries()) {
        const [before, after] = [values.get(inOrder[position] ?? identity), values.get(identity)];
        if (before !== undefined && after !== undefined) this.#addNext(key, { before, after }, writers);
      }
    }
    const { history } = this.#operations;
    const columns = {
      count: this.#ops.length,
      invoke: Int32Array.from(this.#ops),
      complete: Int32Array.from(this.#ops, (op) => this.#operations.completion(op)),
      outcome: Uint8Array.from(this.#ops, (op) => this.#operations.outcome(op)),
      process: Int32Array.from(this.#ops, (op) => this.#operations.process(op)),
    };
    addProcessEdges(columns, this.#builder, (outcome) => outcome === TYPE_OK);
    addRealtimeEdges(columns, history.length, this.#builder);
  }

  cycles(): LogCycle[] {
    const graph = this.#builder.build();
    const core = cyclicCore(graph, strongComponents(graph, ALL_KINDS, this.#budget), this.#budget);
    const found: LogCycle[] = [];
    searchCycles(core, { found: (cycles) => found.push(this.#tell(cycles)), unsettled: () => undefined }, this.#budget);
    return found;
  }

  #addReaders(key: string, { value, polls }: LoggedValue, writer: number): void {
    for (const { op } of polls) {
      this.#addEdge(writer, op, WR, () => {
        const [sender, poller] = [who(this.#operations, writer), who(this.#operations, op)];
        return `${poller} polled ${quote(value)} of log ${key} (answered ${when(this.#operations, op)}), which ${sender} had sent`;
      });
    }
  }

  #addNext(
    key: string,
    { before, after }: { readonly before: LoggedValue; readonly after: LoggedValue },
    writers: ReadonlyMap<LoggedValue, number>,
  ): void {
    const [one, other] = [writers.get(before), writers.get(after)];
    if (one === undefined || other === undefined) return;
    this.#addEdge(one, other, WW, () => {
      const [first, second] = [who(this.#operations, one), who(this.#operations, other)];
      return `${first} sent ${quote(before.value)} to log ${key}, and ${second} sent ${quote(after.value)} after it`;
    });
  }

  /** Who sent a value, where that can only be one operation. */
  #writerOf(sends: LoggedValue['sends']): number | undefined {
    const possible = new Set(sends.filter(({ outcome }) => outcome !== 'failed').map(({ op }) => op));
    const [only] = possible;
    return possible.size === 1 ? only : undefined;
  }

  #addEdge(from: number, to: number, kind: number, reason: () => string): void {
    const [source, target] = [this.#vertices.get(from), this.#vertices.get(to)];
    if (source === undefined || target === undefined || source === target) return;
    const name = `${kind} ${source} ${target}`;
    if (this.#reasons.has(name)) return;
    this.#reasons.set(name, reason);
    this.#builder.addEdge(source, target, kind);
  }

  #tell({ cycleClass, order, parts, steps }: FoundCycles): LogCycle {
    const opOf = (vertex: number): number => this.#ops[vertex] ?? 0;
    const clauses = steps.map(({ from, to, kind }) => this.#explain(from, to, kind));
    return {
      anomaly: cycleClass + order,
      parts,
      ops: steps.map(({ from }) => opOf(from)),
      message: `${capital(clauses.join('; '))}: each came before the next, in a circle`,
    };
  }

  #explain(from: number, to: number, kind: number): string {
    const [one, other] = [this.#ops[from] ?? 0, this.#ops[to] ?? 0];
    const name = (op: number): string =>
      `the operation of ${who(this.#operations, op)} that was answered ${when(this.#operations, op)}`;
    if (kind === PROCESS) return `${name(one)} came before ${name(other)}`;
    if (kind === REALTIME) return `${name(one)} had ended before ${name(other)} began`;
    return this.#reasons.get(`${kind} ${from} ${to}`)?.() ?? '';
  }
}
