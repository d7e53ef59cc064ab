import type { WeakLevel } from '../weak-isolation/pattern-search.ts';
import { permutations, subsets, type OracleTransaction } from './oracle-transactions.ts';

/**
 * Whether a history is possible at a weak level, by the axioms of Biswas and Enea over every total order of transactions
 * that keeps sessions and reads: what a transaction reads of a key is the last write among those visible to the read.
 */
export function isWeaklyPossible(transactions: readonly OracleTransaction[], level: WeakLevel): boolean {
  return [...subsets(transactions.filter(({ outcome }) => outcome === 'info'))]
    .map((happened) => transactions.filter((each) => each.outcome === 'ok' || happened.includes(each)))
    .some((committed) => {
      const reads = readsOf(committed);
      if (reads === undefined) return false;
      const causes = committed.map((txn, index) =>
        committed.flatMap((before, other) =>
          (before.process === txn.process && before.call < txn.call) ||
          reads[index]?.some(({ source }) => source === other) === true
            ? [other]
            : [],
        ),
      );
      return [...permutations(committed.map((_, index) => index))].some((order) =>
        explains(order, committed, reads, causes, level),
      );
    });
}

interface Read {
  readonly key: string;
  readonly source: number;
}

/** The reads of others' writes per transaction, in order; undefined where a read is wrong by itself. */
function readsOf(committed: readonly OracleTransaction[]): Read[][] | undefined {
  const all: Read[][] = [];
  for (const [reader, { microOps }] of committed.entries()) {
    const own = new Map<string, unknown>();
    const reads: Read[] = [];
    for (const { write, key, value } of microOps) {
      if (write) own.set(key, value);
      else if (own.has(key)) {
        if (own.get(key) !== value) return undefined;
      } else if (value === null) reads.push({ key, source: -1 });
      else {
        const source = committed.findIndex((each) => finalWrite(each, key) === value);
        if (source < 0 || source === reader) return undefined;
        reads.push({ key, source });
      }
    }
    all.push(reads);
  }
  return all;
}

function finalWrite({ microOps }: OracleTransaction, key: string): unknown {
  return microOps.findLast((each) => each.write && each.key === key)?.value;
}

function explains(
  order: readonly number[],
  committed: readonly OracleTransaction[],
  reads: readonly (readonly Read[])[],
  causes: readonly (readonly number[])[],
  level: WeakLevel,
): boolean {
  const place = (txn: number): number => order.indexOf(txn);
  if (causes.some((each, txn) => each.some((cause) => place(cause) > place(txn)))) return false;
  return reads.every((own, reader) =>
    own.every(({ key, source }, step) =>
      visible(reader, step, reads, causes, level).every(
        (other) =>
          other === source ||
          finalWrite(committed[other] as OracleTransaction, key) === undefined ||
          place(other) < place(source),
      ),
    ),
  );
}

function visible(
  reader: number,
  step: number,
  reads: readonly (readonly Read[])[],
  causes: readonly (readonly number[])[],
  level: WeakLevel,
): readonly number[] {
  if (level === 'read-committed') {
    return (reads[reader] ?? []).slice(0, step).flatMap(({ source }) => (source < 0 ? [] : [source]));
  }
  if (level === 'read-atomic') return causes[reader] ?? [];
  const all = new Set(causes[reader]);
  for (const each of all) for (const cause of causes[each] ?? []) all.add(cause);
  return [...all];
}
