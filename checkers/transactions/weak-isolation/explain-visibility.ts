import type { EdgeReason } from '../dependencies.ts';
import { PROCESS, RW, WR, type Graph } from '../dependency-graph.ts';
import { keyName, nameOf } from '../evidence.ts';
import { explainOrder } from '../explain-order.ts';
import { along, shortestPath } from '../path-search.ts';
import { listOf, type RegisterReads } from '../rw-register/register-reads.ts';
import type { Transactions } from '../transactions.ts';
import { NO_TXN } from '../write-index.ts';
import type { VisibilityEdges } from './visibility-edges.ts';

/** What an explanation draws on. */
export interface VisibilityMaterial {
  readonly transactions: Transactions;
  readonly reads: RegisterReads;
  readonly edges: VisibilityEdges;
  readonly level: 'read-committed' | 'read-atomic' | 'causal';
}

/** Says why the level demands that one transaction comes before another. `causality` holds sessions and reads. */
export function explainVisibility(
  material: VisibilityMaterial,
  causality: Graph,
  from: number,
  to: number,
  kind: number,
): EdgeReason {
  const { transactions, edges } = material;
  if (kind === PROCESS) return explainOrder(transactions, from, to, kind);
  const name = (txn: number): string => nameOf(transactions, txn);
  if (kind === WR) {
    const { key } = edges.readsOf(to).find(({ source }) => source === from) ?? { key: 0 };
    return { key, text: `${name(to)} read what ${name(from)} wrote to ${keyName(transactions, key)}`, witnesses: [] };
  }
  const [before, source] = kind === RW ? [to, NO_TXN] : [from, to];
  for (const { reader, key, path } of visibleReads(material, causality, before, source)) {
    const seen = path.map(name).join(' < ');
    const found = source === NO_TXN ? 'its initial state' : `the value of ${name(source)}`;
    const text = `${name(reader)} came after ${name(before)} (${seen}), which wrote ${keyName(transactions, key)}, and still found ${found} there`;
    return { key, text, witnesses: [...new Set([reader, ...path])] };
  }
  throw new RangeError(`no edge of kind ${kind} from transaction ${from} to ${to}`);
}

interface VisibleRead {
  readonly reader: number;
  readonly key: number;
  /** How `before` leads to the reader. */
  readonly path: readonly number[];
}

/** Reads of keys that `before` wrote, by transactions to which it was visible, that found the value of `source`. */
function* visibleReads(
  material: VisibilityMaterial,
  causality: Graph,
  before: number,
  source: number,
): Generator<VisibleRead> {
  const { reads, edges, transactions, level } = material;
  const { finals } = reads;
  for (let nth = 0; nth < finals.count(before); nth++) {
    const key = finals.keyAt(before, nth);
    for (const reader of readersOfSource(material, key, source)) {
      if (reader === before) continue;
      if (level === 'causal') {
        const path = shortestPath(causality, before, reader, WR | PROCESS);
        if (path !== undefined) yield { reader, key, path: along(path) };
        continue;
      }
      const all = edges.readsOf(reader);
      const seenAt = all.findIndex((each) => each.source === before);
      const readAt = all.findLastIndex((each) => each.source === source && each.key === key);
      const sameSession =
        level === 'read-atomic' &&
        edges.hasSessions &&
        transactions.process[before] === transactions.process[reader] &&
        before < reader;
      if (sameSession || (seenAt >= 0 && (level === 'read-atomic' || seenAt < readAt)))
        yield { reader, key, path: [before, reader] };
    }
  }
}

/** Who read the key's initial state, or anything that `source` wrote there, even if it was overwritten by itself. */
function readersOfSource(
  { transactions, reads }: VisibilityMaterial,
  key: number,
  source: number,
): ReadonlySet<number> {
  if (source === NO_TXN) return new Set(listOf(reads.initialReadersOf, key));
  const readers = new Set<number>();
  for (let mop = transactions.first[source] as number; mop < (transactions.first[source + 1] as number); mop++) {
    const version = transactions.key[mop] === key ? (reads.writes.versionOf[mop] as number) : -1;
    if (version < 0 || reads.writes.index.writerOf(version) !== source) continue;
    for (const reader of listOf(reads.readersOf, version)) readers.add(reader);
  }
  return readers;
}
