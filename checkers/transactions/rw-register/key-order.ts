import { NO_PAIR, TYPE_FAIL, TYPE_OK } from '../../../harness/kernel/history.ts';
import type { Budget } from '../../judging/budget.ts';
import { CycleFinder } from '../cycle-finder.ts';
import { FORCED, GraphBuilder, RW, WW } from '../dependency-graph.ts';
import { keyName, nameOf, show, type Anomalies } from '../evidence.ts';
import { addOverwriteEdges } from '../exclusive-edges.ts';
import { cyclicCount, strongComponents } from '../strong-components.ts';
import type { Transactions } from '../transactions.ts';
import { NO_TXN } from '../write-index.ts';
import { INITIAL, listOf, NOT_EXTERNAL, type RegisterReads } from './register-reads.ts';

/** One version of a key stood before another, as two transactions tell, or one that read the first and wrote the second. */
export interface VersionStep {
  readonly key: number;
  /** A version, or INITIAL. */
  readonly before: number;
  readonly after: number;
  readonly txns: readonly [earlier: number, later: number];
}

/** What a transaction saw of a key first, and left there or saw last. */
interface Touch {
  readonly key: number;
  readonly first: number;
  readonly last: number;
}

/** The steps that hold if each key is sequentially consistent by itself: along each process. O(micro-operations). */
export function* sequentialSteps(transactions: Transactions, reads: RegisterReads): Generator<VersionStep> {
  const { count, outcome, process } = transactions;
  const seen = new Map<string, { readonly version: number; readonly txn: number }>();
  for (let txn = 0; txn < count; txn++) {
    if (outcome[txn] !== TYPE_OK) continue;
    for (const touch of touches(transactions, reads, txn)) {
      yield* ownStep(touch, txn);
      const owner = `${process[txn]} ${touch.key}`;
      const before = seen.get(owner);
      if (before !== undefined && before.version !== touch.first) {
        yield { key: touch.key, before: before.version, after: touch.first, txns: [before.txn, txn] };
      }
      seen.set(owner, { version: touch.last, txn });
    }
  }
}

/**
 * The steps that hold if each key is linearizable by itself: in real time. Per key, only completions that nothing has
 * followed whole are kept, at most one per client: O(micro-operations * clients).
 */
export function* linearizableSteps(
  transactions: Transactions,
  reads: RegisterReads,
  entries: number,
): Generator<VersionStep> {
  const { count, invoke, complete, outcome } = transactions;
  const txnAt = new Int32Array(entries).fill(-1);
  for (let txn = 0; txn < count; txn++) {
    txnAt[invoke[txn] as number] = txn;
    if (outcome[txn] === TYPE_OK && complete[txn] !== NO_PAIR) txnAt[complete[txn] as number] = txn;
  }
  const latest = new Map<number, { readonly version: number; readonly txn: number }[]>();
  for (let entry = 0; entry < entries; entry++) {
    const txn = txnAt[entry] as number;
    if (txn < 0 || outcome[txn] === TYPE_FAIL) continue;
    const completes = complete[txn] === entry;
    for (const touch of touches(transactions, reads, txn)) {
      const before = latest.get(touch.key) ?? [];
      if (completes) {
        const open = before.filter((each) => (complete[each.txn] as number) > (invoke[txn] as number));
        latest.set(touch.key, [...open, { version: touch.last, txn }]);
        yield* ownStep(touch, txn);
        continue;
      }
      for (const each of before) {
        if (each.version !== touch.first)
          yield { key: touch.key, before: each.version, after: touch.first, txns: [each.txn, txn] };
      }
    }
  }
}

function* ownStep({ key, first, last }: Touch, txn: number): Generator<VersionStep> {
  if (first !== last) yield { key, before: first, after: last, txns: [txn, txn] };
}

function* touches({ first, key }: Transactions, reads: RegisterReads, txn: number): Generator<Touch> {
  const seen = new Map<number, Touch>();
  for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
    const owner = key[mop] as number;
    const final = reads.finals.version(txn, owner);
    const read = reads.version[mop] as number;
    const version = read === NOT_EXTERNAL ? final : read;
    if (version < INITIAL) continue;
    const known = seen.get(owner);
    seen.set(owner, { key: owner, first: known?.first ?? version, last: final >= 0 ? final : version });
  }
  yield* seen.values();
}

/**
 * Adds `ww` and `rw` edges for the steps. A key whose steps go in a circle is reported as `cyclic-versions` and its steps
 * are left out.
 */
export function addKeyOrderEdges(
  transactions: Transactions,
  reads: RegisterReads,
  steps: readonly VersionStep[],
  builder: GraphBuilder,
  anomalies: Anomalies,
  budget: Budget,
): void {
  budget.doing('ordering versions by key');
  const { index } = reads.writes;
  const cyclic = reportCyclicKeys(transactions, reads, steps, anomalies, budget);
  const successors = new Map<number, Set<number>>();
  for (const { key, before, after } of steps) {
    const writer = after === INITIAL ? NO_TXN : index.writerOf(after);
    if (writer === NO_TXN || cyclic.has(key)) continue;
    const vertex = before === INITIAL ? index.size + key : before;
    const known = successors.get(vertex);
    if (known === undefined) successors.set(vertex, new Set([writer]));
    else known.add(writer);
  }
  for (const [vertex, writers] of successors) {
    const initial = vertex >= index.size;
    const source = initial ? NO_TXN : index.writerOf(vertex);
    for (const writer of writers) if (source !== NO_TXN && source !== writer) builder.addEdge(source, writer, WW);
    const key = initial ? vertex - index.size : index.keyOf(vertex);
    const readers = initial ? listOf(reads.initialReadersOf, key) : listOf(reads.readersOf, vertex);
    const writesKey = (reader: number): boolean => reads.finals.version(reader, key) >= 0;
    addOverwriteEdges(readers, [...writers], writesKey, { anti: RW, forced: FORCED }, builder);
  }
}

/** Reports the keys whose steps go in a circle, and returns them. */
function reportCyclicKeys(
  transactions: Transactions,
  reads: RegisterReads,
  steps: readonly VersionStep[],
  anomalies: Anomalies,
  budget: Budget,
): ReadonlySet<number> {
  const { index } = reads.writes;
  const vertices = index.size + transactions.keys.length;
  const versions = new GraphBuilder(vertices, steps.length, budget);
  const vertexOf = (key: number, version: number): number => (version === INITIAL ? index.size + key : version);
  const told = new Map<string, VersionStep>();
  const tell = (step: VersionStep): void => {
    const [from, to] = [vertexOf(step.key, step.before), vertexOf(step.key, step.after)];
    versions.addEdge(from, to, WW);
    told.set(`${from} ${to}`, step);
  };
  for (const step of steps) {
    tell(step);
    // Every version came after the initial state.
    const { key, before, after, txns } = step;
    if (after === INITIAL) tell({ key, before: INITIAL, after: before, txns: [txns[0], txns[0]] });
  }
  const graph = versions.build();
  const components = strongComponents(graph, WW, budget);
  const cyclic = new Set<number>();
  if (cyclicCount(components) === 0) return cyclic;
  const finder = new CycleFinder(graph, budget);
  for (let part = 0; part < cyclicCount(components); part++) {
    const start = components.members[components.starts[part] ?? 0] as number;
    const cycle = finder.through(start, { first: WW, rest: WW, last: WW }, Infinity, components.of) ?? [];
    const around = cycle.flatMap(({ from, to }) => told.get(`${from} ${to}`) ?? []);
    const key = around[0]?.key ?? 0;
    cyclic.add(key);
    anomalies.add('cyclic-versions', () => ({
      txns: around.flatMap(({ txns }) => txns),
      key,
      message: `by the order assumed of each key, ${keyName(transactions, key)} went ${around
        .map(
          ({ before, after, txns: [earlier, later] }) =>
            `from ${shown(before)} to ${shown(after)} (${nameOf(transactions, earlier)}, ${nameOf(transactions, later)})`,
        )
        .join(', ')}`,
    }));
  }
  return cyclic;

  function shown(version: number): string {
    return version === INITIAL ? 'nothing' : show(transactions.elements.decode(index.elementOf(version)));
  }
}
