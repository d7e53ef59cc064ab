import type { EdgeReason } from '../dependencies.ts';
import {
  ANTI,
  FORCED,
  FORCED_BY_PROCESS,
  FORCED_BY_REALTIME,
  PROCESS,
  REALTIME,
  RW,
  RW_BY_PROCESS,
  RW_BY_REALTIME,
  WR,
  WW,
  type Graph,
} from '../dependency-graph.ts';
import { keyName, nameOf, show } from '../evidence.ts';
import { explainOrder } from '../explain-order.ts';
import type { Step } from '../cycle-finder.ts';
import { along, shortestPath } from '../path-search.ts';
import { MOP_WRITE, type Transactions } from '../transactions.ts';
import { NO_TXN } from '../write-index.ts';
import type { VersionStep } from './key-order.ts';
import { INITIAL, listOf, type RegisterReads } from './register-reads.ts';

/** Edges along which orders were found that an edge of that kind rests on. */
const RESTS_ON: Readonly<Record<number, number>> = {
  [RW]: WR,
  [FORCED]: WR,
  [RW_BY_PROCESS]: WW | WR | FORCED | PROCESS,
  [FORCED_BY_PROCESS]: WW | WR | FORCED | PROCESS,
  [RW_BY_REALTIME]: WW | WR | FORCED | FORCED_BY_PROCESS | REALTIME,
  [FORCED_BY_REALTIME]: WW | WR | FORCED | FORCED_BY_PROCESS | REALTIME,
};

const ANY_FORCED = FORCED | FORCED_BY_PROCESS | FORCED_BY_REALTIME;

/** The anti-dependency that takes the same to tell as a forced edge. */
const RW_OF_FORCED: Readonly<Record<number, number>> = {
  [FORCED]: RW,
  [FORCED_BY_PROCESS]: RW_BY_PROCESS,
  [FORCED_BY_REALTIME]: RW_BY_REALTIME,
};

/** Why one transaction wrote before another: a reader follows the one and found what the other wrote. */
interface Forcing {
  readonly from: number;
  readonly to: number;
  readonly reader: number;
  readonly key: number;
  /** What `to` wrote, and the reader found. */
  readonly version: number;
  /** What `from` wrote. */
  readonly theirs: number;
  /** From `from` to the reader. */
  readonly path: readonly Step[];
}

/** Says in words why one transaction of a register history precedes another. */
export class RegisterEdgeExplainer {
  readonly #transactions: Transactions;
  readonly #reads: RegisterReads;
  readonly #graph: Graph;
  /** Steps of versions that were taken from an order assumed of each key. */
  readonly #assumed: readonly VersionStep[];

  constructor(transactions: Transactions, reads: RegisterReads, graph: Graph, assumed: readonly VersionStep[]) {
    this.#transactions = transactions;
    this.#reads = reads;
    this.#graph = graph;
    this.#assumed = assumed;
  }

  explain(from: number, to: number, kind: number): EdgeReason {
    if (kind === PROCESS || kind === REALTIME) return explainOrder(this.#transactions, from, to, kind);
    const reason =
      kind === WW
        ? this.#explainWriteWrite(from, to)
        : kind === WR
          ? this.#explainWriteRead(from, to)
          : kind === RW || kind === RW_BY_PROCESS || kind === RW_BY_REALTIME
            ? this.#explainReadWrite(from, to, RESTS_ON[kind] ?? 0)
            : this.#explainForced(from, to, RESTS_ON[kind] ?? 0);
    if (reason === undefined) throw new RangeError(`no edge of kind ${kind} from transaction ${from} to ${to}`);
    return reason;
  }

  /** Only orders that are assumed of keys tell of two writes directly; the earlier one may be intermediate. */
  #explainWriteWrite(from: number, to: number): EdgeReason | undefined {
    const { index } = this.#reads.writes;
    const step = this.#assumed.find(
      ({ before, after }) =>
        before !== INITIAL && after !== INITIAL && index.writerOf(before) === from && index.writerOf(after) === to,
    );
    if (step === undefined) return undefined;
    const text =
      `${this.#name(to)} wrote ${this.#key(step.key)} = ${this.#value(step.after)} over ${this.#name(from)}'s ` +
      `${this.#value(step.before)}, ${this.#because(step)}`;
    return { key: step.key, text, witnesses: step.txns };
  }

  #explainWriteRead(from: number, to: number): EdgeReason | undefined {
    for (const { key, version } of this.#externalReads(to)) {
      if (version === INITIAL || this.#reads.writes.index.writerOf(version) !== from) continue;
      const text = `${this.#name(to)} read ${this.#key(key)} = ${this.#value(version)}, which ${this.#name(from)} wrote`;
      return { key, text, witnesses: [] };
    }
    return undefined;
  }

  #explainReadWrite(from: number, to: number, mask: number): EdgeReason | undefined {
    let assumed: EdgeReason | undefined;
    for (const { key, version } of this.#externalReads(from)) {
      const written = this.#reads.finals.version(to, key);
      if (written < 0) continue;
      const read = `${this.#name(from)} read ${this.#key(key)} = ${version === INITIAL ? 'nothing' : this.#value(version)}`;
      const wrote = `${this.#name(to)} wrote ${this.#value(written)} there`;
      if (version === INITIAL) return { key, text: `${read}, the state before ${wrote}`, witnesses: [] };
      const writer = this.#reads.writes.index.writerOf(version);
      if (writer === NO_TXN || writer === to) continue;
      const path = shortestPath(this.#graph, writer, to, mask);
      if (path === undefined) {
        const step = mask === WR && assumed === undefined ? this.#assumedStep(version, to) : undefined;
        if (step !== undefined) {
          assumed = { key, text: `${read}, and ${wrote} later, ${this.#because(step)}`, witnesses: step.txns };
        }
        continue;
      }
      return {
        key,
        text: `${read} of ${this.#name(writer)}, and ${wrote} after that (${this.#path(path)})`,
        witnesses: this.#witnesses(path),
      };
    }
    return assumed;
  }

  /**
   * A circle of which a forced edge is one is told through its reader: what `to` wrote came before what `from` wrote, along
   * the rest of the circle, so that the reader, who found the former after having followed `from`, missed the latter.
   */
  throughReader(circle: readonly Step[]): { readonly steps: readonly Step[]; readonly first: EdgeReason } | undefined {
    if (circle.some(({ kind }) => (kind & ANTI) !== 0)) return undefined;
    const told = circle.flatMap(({ from, to, kind }, index) => {
      const forced = (kind & ANY_FORCED) === 0 ? undefined : this.#forcing(from, to, RESTS_ON[kind] ?? 0);
      if (forced === undefined) return [];
      const rest = [...circle.slice(index + 1), ...circle.slice(0, index)];
      return [{ ...forced, rest, anti: RW_OF_FORCED[kind] ?? RW }];
    });
    const [shortest] = told.sort((one, other) => one.path.length - other.path.length);
    if (shortest === undefined) return undefined;
    const { from, to, reader, key, version, theirs, path, rest, anti } = shortest;
    const reasons = rest.map((step) => this.explain(step.from, step.to, step.kind));
    const text =
      `${this.#name(reader)} read ${this.#key(key)} = ${this.#value(version)} of ${this.#name(to)}, and ` +
      `${this.#name(from)} wrote ${this.#value(theirs)} there after that (${this.#path(rest)}: ` +
      `${reasons.map((reason) => reason.text).join(', and ')})`;
    const witnesses = [...along(rest), ...reasons.flatMap((reason) => reason.witnesses)];
    return { steps: [{ from: reader, to: from, kind: anti }, ...path], first: { key, text, witnesses } };
  }

  #explainForced(from: number, to: number, mask: number): EdgeReason | undefined {
    const forced = this.#forcing(from, to, mask);
    if (forced !== undefined) {
      const { reader, key, version, theirs, path } = forced;
      const text =
        `${this.#name(to)} must have written ${this.#key(key)} = ${this.#value(version)} after ` +
        `${this.#name(from)}'s ${this.#value(theirs)}, because ${this.#name(reader)}, which comes after ` +
        `${this.#name(from)} (${this.#path(path)}), read it`;
      return { key, text, witnesses: this.#witnesses(path) };
    }
    const update = this.#explainReadWrite(from, to, mask);
    if (update === undefined) return undefined;
    return { ...update, text: `${update.text} (after its own write, or that was lost)` };
  }

  /** Who follows `from`, which wrote a key, and found what `to` wrote there. Undefined where a read of its own forces the order. */
  #forcing(from: number, to: number, mask: number): Forcing | undefined {
    const { first, key: keys } = this.#transactions;
    const { finals, readersOf, writes } = this.#reads;
    for (let mop = first[to] as number; mop < (first[to + 1] as number); mop++) {
      const key = keys[mop] as number;
      const version = writes.versionOf[mop] as number;
      const theirs = version < 0 ? -1 : finals.version(from, key);
      for (const reader of theirs < 0 ? [] : new Set(listOf(readersOf, version))) {
        const path = reader === from ? undefined : shortestPath(this.#graph, from, reader, mask);
        if (path !== undefined) return { from, to, reader, key, version, theirs, path };
      }
    }
    return undefined;
  }

  *#externalReads(txn: number): Generator<{ readonly key: number; readonly version: number }> {
    const { first, key, kind } = this.#transactions;
    for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
      const version = this.#reads.version[mop] as number;
      if (kind[mop] !== MOP_WRITE && version >= INITIAL) yield { key: key[mop] as number, version };
    }
  }

  /** The assumed step from a version to one that a transaction wrote. */
  #assumedStep(before: number, to: number): VersionStep | undefined {
    const { index } = this.#reads.writes;
    return this.#assumed.find(
      (step) => step.before === before && step.after !== INITIAL && index.writerOf(step.after) === to,
    );
  }

  #because({ key, before, after, txns: [earlier, later] }: VersionStep): string {
    const [one, other] = [this.#value(before), this.#value(after)];
    if (earlier === later)
      return `by the order assumed of each key: ${this.#name(later)} found ${one} and left ${other}`;
    return `by the order assumed of each key: ${this.#key(key)} was ${one} for ${this.#name(earlier)} and after that ${other} for ${this.#name(later)}`;
  }

  #path(path: readonly Step[]): string {
    return along(path)
      .map((txn) => this.#name(txn))
      .join(' < ');
  }

  /** The transactions along a path, and those without which its forced steps could not be told. */
  #witnesses(path: readonly Step[]): readonly number[] {
    const forced = path.filter(({ kind }) => (kind & (FORCED | FORCED_BY_PROCESS)) !== 0);
    return [...along(path), ...forced.flatMap(({ from, to, kind }) => this.explain(from, to, kind).witnesses)];
  }

  #name(txn: number): string {
    return nameOf(this.#transactions, txn);
  }

  #key(key: number): string {
    return keyName(this.#transactions, key);
  }

  #value(version: number): string {
    return show(this.#transactions.elements.decode(this.#reads.writes.index.elementOf(version)));
  }
}
