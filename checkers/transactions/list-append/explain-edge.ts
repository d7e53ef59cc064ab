import type { EdgeReason } from '../dependencies.ts';
import { FORCED, PROCESS, REALTIME, RW, SEEN, WR, WW } from '../dependency-graph.ts';
import { keyName, nameOf, show } from '../evidence.ts';
import { explainOrder } from '../explain-order.ts';
import { NO_LIST } from '../read-lists.ts';
import { MOP_READ, MOP_WRITE, type Transactions } from '../transactions.ts';
import { readsOf } from './external-reads.ts';
import { EMPTY, type VersionOrders } from './version-orders.ts';

/** Says in words why one transaction of a list-append history precedes another. */
export class AppendEdgeExplainer {
  readonly #transactions: Transactions;
  readonly #orders: VersionOrders;

  constructor(transactions: Transactions, orders: VersionOrders) {
    this.#transactions = transactions;
    this.#orders = orders;
  }

  explain(from: number, to: number, kind: number): EdgeReason {
    switch (kind) {
      case WW:
        return this.#explainWriteWrite(from, to);
      case WR:
        return this.#explainWriteRead(from, to);
      case SEEN:
        return this.#explainSeen(from, to);
      case RW:
        return this.#explainReadWrite(from, to);
      case FORCED:
        return this.#explainForced(from, to);
      case PROCESS:
      case REALTIME:
        return explainOrder(this.#transactions, from, to, kind);
      default:
        throw new RangeError(`an edge has one kind, got ${kind}`);
    }
  }

  #explainWriteWrite(from: number, to: number): EdgeReason {
    const { orderStart, order, position, writes } = this.#orders;
    for (const mop of this.#microOps(to, MOP_WRITE)) {
      const version = writes.versionOf[mop] as number;
      const key = this.#transactions.key[mop] as number;
      const place = position[version] as number;
      const start = orderStart[key] as number;
      const previous = (place < 0 ? (orderStart[key + 1] as number) : start + place) - 1;
      if (previous < start || writes.index.writerOf(order[previous] as number) !== from) continue;
      const before = this.#element(order[previous] as number);
      const appended = `${this.#name(to)} appended ${this.#element(version)} to ${this.#key(key)}`;
      const text =
        place < 0
          ? `${appended}, which nobody read, so after ${this.#name(from)}'s ${before}, the last element that anybody read`
          : `${appended} right after ${this.#name(from)}'s ${before}`;
      return { key, text, witnesses: this.#readersShowing(key, place < 0 ? previous - start : place) };
    }
    throw new RangeError(`no ww edge from transaction ${from} to ${to}`);
  }

  #explainWriteRead(from: number, to: number): EdgeReason {
    for (const mop of this.#microOps(to, MOP_READ)) {
      const version = this.#orders.readVersion[mop] as number;
      if (version < 0 || this.#orders.writes.index.writerOf(version) !== from) continue;
      const key = this.#transactions.key[mop] as number;
      const list = show(this.#transactions.lists.of(mop) ?? []);
      const text = `${this.#name(to)} read ${this.#key(key)} = ${list}, which ends in ${this.#name(from)}'s ${this.#element(version)}`;
      return { key, text, witnesses: [] };
    }
    throw new RangeError(`no wr edge from transaction ${from} to ${to}`);
  }

  #explainSeen(from: number, to: number): EdgeReason {
    const { order, orderStart, writes } = this.#orders;
    for (const { mop, key, external } of readsOf(this.#transactions, this.#orders, to)) {
      const version = external === 0 ? -1 : (order[(orderStart[key] as number) + external - 1] as number);
      if (version < 0 || writes.index.writerOf(version) !== from) continue;
      const list = show(this.#transactions.lists.of(mop) ?? []);
      const text = `${this.#name(to)} read ${this.#key(key)} = ${list}, with its own appends after ${this.#name(from)}'s ${this.#element(version)}`;
      return { key, text, witnesses: [] };
    }
    throw new RangeError(`transaction ${to} read nothing of ${from} beneath its own`);
  }

  #explainReadWrite(from: number, to: number): EdgeReason & { readonly key: number } {
    const { orderStart, position, readVersion, writes } = this.#orders;
    for (const mop of this.#microOps(from, MOP_READ)) {
      const key = this.#transactions.key[mop] as number;
      const read = readVersion[mop] as number;
      const seen = read === EMPTY ? 0 : read < 0 ? -1 : (position[read] as number) + 1;
      if (seen < (read === EMPTY ? 0 : 1)) continue;
      const atTail = seen === (orderStart[key + 1] as number) - (orderStart[key] as number);
      for (const written of this.#microOps(to, MOP_WRITE)) {
        const version = writes.versionOf[written] as number;
        if (this.#transactions.key[written] !== key) continue;
        const place = position[version] as number;
        if (atTail ? place >= 0 : place !== seen) continue;
        const list = show(this.#transactions.lists.of(mop) ?? []);
        const text = `${this.#name(from)} read ${this.#key(key)} = ${list}, without the ${this.#element(version)} that ${this.#name(to)} appended next`;
        return { key, text, witnesses: this.#readersShowing(key, place < 0 ? seen - 1 : place) };
      }
    }
    throw new RangeError(`no rw edge from transaction ${from} to ${to}`);
  }

  #explainForced(from: number, to: number): EdgeReason {
    const reason = this.#explainReadWrite(from, to);
    const own = this.#unreadKeys(from);
    if (own.includes(reason.key)) {
      return { ...reason, text: `${reason.text} (after its own append to ${this.#key(reason.key)}, or that was lost)` };
    }
    const shared = this.#unreadKeys(to).find((key) => own.includes(key)) ?? reason.key;
    return {
      ...reason,
      text: `${reason.text}, so its append to ${this.#key(shared)}, which nobody read either, came before that of ${this.#name(to)}`,
    };
  }

  /** Keys to which a transaction appended what nobody read. */
  #unreadKeys(txn: number): number[] {
    const { position, writes } = this.#orders;
    const unread = [...this.#microOps(txn, MOP_WRITE)].filter(
      (mop) => (position[writes.versionOf[mop] as number] as number) < 0,
    );
    return unread.map((mop) => this.#transactions.key[mop] as number);
  }

  *#microOps(txn: number, kind: number): Generator<number> {
    const { first, kind: kinds } = this.#transactions;
    for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) if (kinds[mop] === kind) yield mop;
  }

  /** A transaction whose read of the key shows the order up to `place`: the one with the shortest such read. */
  #readersShowing(key: number, place: number): readonly number[] {
    if (place < 0) return [];
    const { count, first, key: keys, lists } = this.#transactions;
    let best = -1;
    let bestLength = Infinity;
    for (let txn = 0; txn < count; txn++) {
      for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
        const length = keys[mop] === key ? lists.lengthOf(mop) : NO_LIST;
        if (length === NO_LIST) continue;
        // Where reads disagree, only the longest one shows the order that was taken.
        if (!lists.agrees(mop)) return [lists.longestReader(key)];
        if (length > place && length < bestLength) [best, bestLength] = [txn, length];
      }
    }
    return best < 0 ? [] : [best];
  }

  #name(txn: number): string {
    return nameOf(this.#transactions, txn);
  }

  #key(key: number): string {
    return keyName(this.#transactions, key);
  }

  #element(version: number): string {
    return show(this.#transactions.elements.decode(this.#orders.writes.index.elementOf(version)));
  }
}
