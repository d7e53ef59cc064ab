import { TYPE_FAIL } from '../../../harness/kernel/history.ts';
import type { Budget } from '../../judging/budget.ts';
import type { CyclicCore } from '../cyclic-core.ts';
import type { Dependencies } from '../dependencies.ts';
import { FORCED, GraphBuilder, RW, SEEN, WR, WW } from '../dependency-graph.ts';
import { addOverwriteEdges } from '../exclusive-edges.ts';
import { unreadWrites } from '../open-orders/open-writes.ts';
import { addProcessEdges, addRealtimeEdges } from '../order-edges.ts';
import { MOP_WRITE, type Transactions } from '../transactions.ts';
import { NO_TXN } from '../write-index.ts';
import { AppendEdgeExplainer } from './explain-edge.ts';
import { readsOf } from './external-reads.ts';
import { NOT_READ, type VersionOrders } from './version-orders.ts';

/**
 * The dependency graph of a list-append history (VLDB 2020, section 4.3): `ww` from each element's writer to the next
 * one's, `wr` from the writer of a list's last element to its reader, `rw` from the reader to the writer of the next
 * element. Elements never read come after all that were; first among them those of transactions that had read the whole
 * list. O(micro-operations) edges.
 */
export function appendDependencies(
  transactions: Transactions,
  orders: VersionOrders,
  entries: number,
  budget: Budget,
): Dependencies {
  budget.doing('building the dependency graph');
  const builder = new GraphBuilder(transactions.count, transactions.count * 4 + transactions.kind.length * 2, budget);
  const adder = new AppendEdgeAdder(transactions, orders, builder);
  for (let txn = 0; txn < transactions.count; txn++) {
    if (transactions.outcome[txn] !== TYPE_FAIL) adder.addEdgesOf(txn);
  }
  adder.addTailEdges();
  adder.addTailOrderEdges(budget);
  addProcessEdges(transactions, builder);
  addRealtimeEdges(transactions, entries, builder);
  const explainer = new AppendEdgeExplainer(transactions, orders);
  return {
    graph: builder.build(),
    open: unreadWrites(adder.tailWriters),
    readsBeneathOwn: (core) => readsBeneathOwn(transactions, orders, core, budget),
    explain: (from, to, kind) => explainer.explain(from, to, kind),
  };
}

/** From who appended what stands beneath a transaction's own appends, where it read both, to that transaction. */
function* readsBeneathOwn(
  transactions: Transactions,
  orders: VersionOrders,
  { original, graph }: CyclicCore,
  budget: Budget,
): Generator<readonly [from: number, to: number, kind: number]> {
  const vertexOf = new Map<number, number>();
  for (let vertex = 0; vertex < graph.real; vertex++) vertexOf.set(original[vertex] as number, vertex);
  for (const [txn, vertex] of vertexOf) {
    for (const { key, length, external } of readsOf(transactions, orders, txn)) {
      budget.step();
      if (external === length || external === 0) continue;
      const beneath = orders.order[(orders.orderStart[key] as number) + external - 1] as number;
      const from = vertexOf.get(orders.writes.index.writerOf(beneath));
      if (from !== undefined) yield [from, vertex, SEEN];
    }
  }
}

/** Readers of a list's end are held against each of its unread appenders where these are no more; all pairs would be many. */
const FEW_TAIL_WRITERS = 16;

class AppendEdgeAdder {
  readonly #transactions: Transactions;
  readonly #orders: VersionOrders;
  readonly #builder: GraphBuilder;
  /** Per key, who appended what nobody read, and who read all that was ever read. */
  readonly tailWriters: Map<number, number[]> = new Map();
  readonly #tailReaders = new Map<number, number[]>();

  constructor(transactions: Transactions, orders: VersionOrders, builder: GraphBuilder) {
    this.#transactions = transactions;
    this.#orders = orders;
    this.#builder = builder;
  }

  addEdgesOf(txn: number): void {
    const { first, kind } = this.#transactions;
    const end = first[txn + 1] as number;
    for (let mop = first[txn] as number; mop < end; mop++) {
      if (kind[mop] === MOP_WRITE) this.#addWriteEdge(txn, mop);
      else if (this.#orders.readVersion[mop] !== NOT_READ) this.#addReadEdges(txn, mop);
    }
  }

  #addWriteEdge(txn: number, mop: number): void {
    const { order, orderStart, position, writes } = this.#orders;
    const key = this.#transactions.key[mop] as number;
    const place = position[writes.versionOf[mop] as number] as number;
    if (place < 0) listOf(this.tailWriters, key).push(txn);
    const start = orderStart[key] as number;
    const previous = (place < 0 ? (orderStart[key + 1] as number) : start + place) - 1;
    if (previous >= start) this.#add(writes.index.writerOf(order[previous] as number), txn, WW);
  }

  #addReadEdges(txn: number, mop: number): void {
    const { order, orderStart, position, writes, readVersion } = this.#orders;
    const key = this.#transactions.key[mop] as number;
    const version = readVersion[mop] as number;
    let next = orderStart[key] as number;
    if (version >= 0) {
      this.#add(writes.index.writerOf(version), txn, WR);
      const place = position[version] as number;
      if (place < 0) return;
      next += place + 1;
    }
    if (next < (orderStart[key + 1] as number)) this.#add(txn, writes.index.writerOf(order[next] as number), RW);
    else listOf(this.#tailReaders, key).push(txn);
  }

  addTailEdges(): void {
    for (const [key, writers] of this.tailWriters) {
      const readers = this.#tailReaders.get(key);
      if (readers === undefined) continue;
      const appenders = new Set(writers);
      addOverwriteEdges(
        readers,
        writers,
        (reader) => appenders.has(reader),
        { anti: RW, forced: FORCED },
        this.#builder,
      );
    }
  }

  /**
   * Of two transactions that both appended to a key what nobody read, one came first. Where the second overwrote what the
   * first had read elsewhere, the other way round would be a cycle with one anti-dependency.
   */
  addTailOrderEdges(budget: Budget): void {
    const tailKeys = new Map<number, number[]>();
    for (const [key, writers] of this.tailWriters) {
      for (const writer of writers) listOf(tailKeys, writer).push(key);
    }
    const { first, kind } = this.#transactions;
    for (const [reader, keys] of tailKeys) {
      for (let mop = first[reader] as number; mop < (first[reader + 1] as number); mop++) {
        if (kind[mop] === MOP_WRITE || this.#orders.readVersion[mop] === NOT_READ) continue;
        for (const writer of this.#overwritersOf(mop)) {
          const others = tailKeys.get(writer);
          budget.step(keys.length + (others?.length ?? 0));
          if (others?.some((key) => keys.includes(key)) === true) this.#add(reader, writer, FORCED);
        }
      }
    }
  }

  /** Who wrote the next state of the key that was read; those who may have, where nobody read it and they are few. */
  #overwritersOf(mop: number): readonly number[] {
    const { order, orderStart, position, writes, readVersion } = this.#orders;
    const key = this.#transactions.key[mop] as number;
    const version = readVersion[mop] as number;
    const place = version >= 0 ? (position[version] as number) : -1;
    if (version >= 0 && place < 0) return [];
    const next = (orderStart[key] as number) + place + 1;
    if (next >= (orderStart[key + 1] as number)) {
      const writers = this.tailWriters.get(key) ?? [];
      return writers.length <= FEW_TAIL_WRITERS ? writers : [];
    }
    return [writes.index.writerOf(order[next] as number)];
  }

  #add(from: number, to: number, kind: number): void {
    if (from !== NO_TXN && to !== NO_TXN && from !== to) this.#builder.addEdge(from, to, kind);
  }
}

function listOf(lists: Map<number, number[]>, key: number): number[] {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = []));
  return list;
}
