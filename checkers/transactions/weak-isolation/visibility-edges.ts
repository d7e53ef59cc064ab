import { TYPE_FAIL, TYPE_OK } from '../../../harness/kernel/history.ts';
import type { Budget } from '../../judging/budget.ts';
import { FORCED, type Graph, type GraphBuilder, PROCESS, RW, WR } from '../dependency-graph.ts';
import { keyName, nameOf, type Anomalies } from '../evidence.ts';
import { ChainedWriters } from '../rw-register/chained-writers.ts';
import { INITIAL, listOf, NOT_EXTERNAL, type RegisterReads } from '../rw-register/register-reads.ts';
import { vectorClocks } from '../rw-register/vector-clocks.ts';
import { MOP_READ, type Transactions } from '../transactions.ts';
import { NO_TXN } from '../write-index.ts';
import type { Sessions } from './sessions.ts';

/** A transaction's read of another one's write. */
export interface ExternalRead {
  readonly key: number;
  /** The writer, or NO_TXN for the initial state. */
  readonly source: number;
}

/**
 * Adds what a weak level demands of the order of writes (Biswas and Enea, OOPSLA 2019): where t3 reads x from t1, and t2,
 * which is visible to t3, wrote x as well, t2 comes before t1. Levels differ in what is visible. Only enough of these
 * edges are added that any circle shows (AWDIT, PLDI 2025). Where t3 read the initial state there is no t1: the edge goes
 * from t3 back to t2, and closes a circle at once.
 */
export class VisibilityEdges {
  readonly #transactions: Transactions;
  readonly #reads: RegisterReads;
  readonly #sessions: Sessions;
  readonly #budget: Budget;

  constructor(transactions: Transactions, reads: RegisterReads, sessions: Sessions, budget: Budget) {
    this.#transactions = transactions;
    this.#reads = reads;
    this.#sessions = sessions;
    this.#budget = budget;
  }

  /** Whether transactions see what their own process did before. */
  get hasSessions(): boolean {
    return this.#sessions.areVisible;
  }

  /** Reads of others' writes, in order. Reads of versions whose writer is not known are left out. */
  readsOf(txn: number): ExternalRead[] {
    const { first, key, kind } = this.#transactions;
    const { version, writes } = this.#reads;
    const reads: ExternalRead[] = [];
    for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
      const found = version[mop] as number;
      if (kind[mop] !== MOP_READ || found === NOT_EXTERNAL) continue;
      const source = found === INITIAL ? NO_TXN : writes.index.writerOf(found);
      if ((found === INITIAL || source !== NO_TXN) && source !== txn) reads.push({ key: key[mop] as number, source });
    }
    return reads;
  }

  addWriteReads(builder: GraphBuilder): void {
    this.#eachReader((txn, reads) => {
      for (const source of new Set(reads.map((each) => each.source))) if (source >= 0) builder.addEdge(source, txn, WR);
    });
  }

  /** Visible to a read: whom the transaction read from before it. O(n^1.5). */
  addReadCommitted(builder: GraphBuilder): void {
    const { finals } = this.#reads;
    this.#eachReader((txn, reads) => {
      const firstRead = new Map<number, number>();
      reads.forEach(({ source }, index) => {
        if (!firstRead.has(source)) firstRead.set(source, index);
      });
      /** Per key, the first two different writers read from later on. */
      const later = new Map<number, readonly number[]>();
      for (let index = reads.length - 1; index >= 0; index--) {
        const { key, source } = reads[index] as ExternalRead;
        if (source !== NO_TXN && firstRead.get(source) === index) {
          for (const shared of sharedKeys(later.keys(), later.size, finals.count(source), (nth) =>
            finals.keyAt(source, nth),
          )) {
            const then =
              finals.version(source, shared) < 0 ? undefined : later.get(shared)?.find((each) => each !== source);
            if (then !== undefined) this.#add(source, then, txn, builder);
          }
        }
        const known = later.get(key) ?? [];
        if (known[0] !== source) later.set(key, [source, ...known.slice(0, 1)]);
        this.#budget.step(4);
      }
    });
  }

  /** Visible: whom the transaction reads from at all, and its own session's earlier ones. O(n^1.5). */
  addReadAtomic(builder: GraphBuilder): void {
    const { finals } = this.#reads;
    const { process, outcome, count } = this.#transactions;
    /** Last writer per process and key. */
    const lastWriter = new Map<number, Map<number, number>>();
    for (let txn = 0; txn < count; txn++) {
      if (outcome[txn] === TYPE_FAIL) continue;
      const own = lastWriter.get(process[txn] as number) ?? new Map<number, number>();
      lastWriter.set(process[txn] as number, own);
      const sourcesOf = new Map<number, Set<number>>();
      const visible = new Set<number>();
      for (const { key, source } of outcome[txn] === TYPE_OK ? this.readsOf(txn) : []) {
        const known = sourcesOf.get(key);
        if (known === undefined) sourcesOf.set(key, new Set([source]));
        else known.add(source);
        if (source !== NO_TXN) visible.add(source);
        const before = own.get(key);
        if (this.hasSessions && before !== undefined && before !== source) this.#add(before, source, txn, builder);
      }
      for (const each of visible) {
        const shared = sharedKeys(sourcesOf.keys(), sourcesOf.size, finals.count(each), (nth) =>
          finals.keyAt(each, nth),
        );
        for (const key of shared) {
          if (finals.version(each, key) < 0) continue;
          for (const source of sourcesOf.get(key) ?? []) if (source !== each) this.#add(each, source, txn, builder);
        }
      }
      for (let nth = 0; nth < finals.count(txn); nth++) own.set(finals.keyAt(txn, nth), txn);
      this.#budget.step(16);
    }
  }

  /** Visible: everything that leads to the transaction. O(n * chains). Returns false where those are too many. */
  addCausal(base: Graph, builder: GraphBuilder): boolean {
    const { keys } = this.#transactions;
    const { writes, readersOf, initialReadersOf } = this.#reads;
    const { chains } = this.#sessions;
    const clocks = vectorClocks(base, WR | PROCESS, chains, this.#budget);
    if (clocks === undefined) return true;
    const writers = new ChainedWriters(this.#reads, chains, clocks, keys.length, this.#budget);
    for (let version = 0; version < writes.index.size; version++) {
      const source = writes.index.writerOf(version);
      if (source === NO_TXN) continue;
      const key = writes.index.keyOf(version);
      for (const reader of listOf(readersOf, version)) {
        for (const before of writers.lastBefore(key, reader, source)) this.#add(before, source, reader, builder);
        this.#budget.step(chains.count * 8);
      }
    }
    for (let key = 0; key < keys.length; key++) {
      for (const reader of listOf(initialReadersOf, key)) {
        for (const before of writers.lastBefore(key, reader, NO_TXN)) this.#add(before, NO_TXN, reader, builder);
        this.#budget.step(chains.count * 8);
      }
    }
    return chains.left === 0;
  }

  /** Transactions that read one key from two writers. */
  findNonRepeatableReads(anomalies: Anomalies): void {
    this.#eachReader((txn, reads) => {
      const seen = new Map<number, number>();
      for (const { key, source } of reads) {
        const before = seen.get(key) ?? source;
        seen.set(key, source);
        if (before === source) continue;
        const by = (writer: number): string =>
          writer === NO_TXN ? 'nothing' : `the value of ${nameOf(this.#transactions, writer)}`;
        anomalies.add('NonRepeatableRead', () => ({
          txns: [txn, before, source].filter((each) => each !== NO_TXN),
          key,
          message: `${nameOf(this.#transactions, txn)} read ${keyName(this.#transactions, key)} twice, and found ${by(before)}, then ${by(source)}`,
        }));
      }
    });
  }

  #add(before: number, source: number, reader: number, builder: GraphBuilder): void {
    if (source === NO_TXN) {
      if (before !== reader) builder.addEdge(reader, before, RW);
    } else if (before !== source) builder.addEdge(before, source, FORCED);
  }

  #eachReader(visit: (txn: number, reads: readonly ExternalRead[]) => void): void {
    const { count, outcome } = this.#transactions;
    for (let txn = 0; txn < count; txn++) if (outcome[txn] === TYPE_OK) visit(txn, this.readsOf(txn));
  }
}

/** The smaller of two sets of keys: whoever is in both is in it. */
function sharedKeys(
  some: Iterable<number>,
  size: number,
  count: number,
  keyAt: (nth: number) => number,
): readonly number[] {
  return size <= count ? [...some] : Array.from({ length: count }, (_, nth) => keyAt(nth));
}
