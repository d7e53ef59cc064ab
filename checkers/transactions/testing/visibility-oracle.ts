import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { Level } from '../levels.ts';
import { permutations, subsets, type OracleTransaction } from './oracle-transactions.ts';

/** Who is visible to whom, by places in the order of arbitration: each row holds those before it that are. */
type Visibility = readonly (readonly boolean[])[];

/** The axioms of each level, beside that reads agree with what is visible (Cerone, Bernardi and Gotsman, CONCUR 2015). */
const AXIOMS: readonly (readonly [
  level: Level,
  holds: (sees: Visibility, writes: readonly ReadonlySet<string>[]) => boolean,
])[] = [
  ['read-atomic', () => true],
  ['causal', isTransitive],
  ['prefix', isPrefix],
  ['parallel-snapshot-isolation', (sees, writes) => isTransitive(sees) && isConflictFree(sees, writes)],
  ['snapshot-isolation', (sees, writes) => isPrefix(sees) && isConflictFree(sees, writes)],
  ['serializable', (sees) => sees.every((row) => row.every(Boolean))],
];

/** The levels that the oracle decides. */
export const AXIOMATIC_LEVELS: readonly Level[] = AXIOMS.map(([level]) => level);

/**
 * The levels at which a history is possible, by trying every set of indeterminate transactions that happened, every order
 * of arbitration and every relation of visibility inside it. Each transaction must read what those visible to it wrote, in
 * that order, and its own writes. Lists (`append`) must besides be read in beginnings of one order, as read-committed asks.
 * For four transactions or so. Knows of no dependencies and no cycles.
 */
export function possibleByAxioms(transactions: readonly OracleTransaction[], lists: boolean): ReadonlySet<Level> {
  const possible = new Set<Level>();
  for (const happened of subsets(transactions.filter(({ outcome }) => outcome === 'info'))) {
    const committed = transactions.filter((each) => each.outcome === 'ok' || happened.includes(each));
    for (const order of permutations(committed)) {
      if (lists && !readBeginnings(order)) continue;
      const writes = order.map(({ microOps }) => new Set(microOps.flatMap(({ write, key }) => (write ? [key] : []))));
      const rows = order.map((txn, place) => rowsFor(txn, order.slice(0, place), lists));
      for (const sees of combined(rows)) {
        for (const [level, holds] of AXIOMS) if (!possible.has(level) && holds(sees, writes)) possible.add(level);
      }
      if (possible.size === AXIOMS.length) return possible;
    }
  }
  return possible;
}

/** The sets of earlier transactions that explain all reads of one, if they are visible to it and no others are. */
function rowsFor(txn: OracleTransaction, earlier: readonly OracleTransaction[], lists: boolean): boolean[][] {
  return [...subsets(earlier)]
    .filter((visible) => explains(visible, txn, lists))
    .map((visible) => earlier.map((each) => visible.includes(each)));
}

function* combined(rows: readonly (readonly boolean[][])[]): Generator<Visibility> {
  const [first, ...rest] = rows;
  if (first === undefined) yield [];
  else for (const row of first) for (const others of combined(rest)) yield [row, ...others];
}

function explains(visible: readonly OracleTransaction[], { microOps }: OracleTransaction, lists: boolean): boolean {
  const state = new Map<string, JsonValue>();
  for (const each of visible)
    for (const { write, key, value } of each.microOps) if (write) put(state, key, value, lists);
  return microOps.every(({ write, key, value }) => {
    if (write) put(state, key, value, lists);
    const nothing = lists ? [] : null;
    return write || JSON.stringify(value ?? nothing) === JSON.stringify(state.get(key) ?? nothing);
  });
}

function put(state: Map<string, JsonValue>, key: string, value: JsonValue, lists: boolean): void {
  state.set(key, lists ? [...((state.get(key) ?? []) as readonly JsonValue[]), value] : value);
}

/** Whether each list that was read is the beginning of what all appends make, one transaction after the other. */
function readBeginnings(order: readonly OracleTransaction[]): boolean {
  const whole = new Map<string, JsonValue>();
  for (const each of order) for (const { write, key, value } of each.microOps) if (write) put(whole, key, value, true);
  return order.every(({ microOps }) =>
    microOps.every(({ write, key, value }) => {
      const list = (value ?? []) as readonly JsonValue[];
      const end = ((whole.get(key) ?? []) as readonly JsonValue[]).slice(0, list.length);
      return write || JSON.stringify(list) === JSON.stringify(end);
    }),
  );
}

function isTransitive(sees: Visibility): boolean {
  return sees.every((row) => row.every((seen, by) => !seen || sees[by]?.every((each, other) => !each || row[other])));
}

function isPrefix(sees: Visibility): boolean {
  return sees.every((row) => row.every((seen, by) => !seen || row.slice(0, by).every(Boolean)));
}

function isConflictFree(sees: Visibility, writes: readonly ReadonlySet<string>[]): boolean {
  return sees.every((row, txn) =>
    row.every((seen, other) => seen || ![...(writes[other] ?? [])].some((key) => writes[txn]?.has(key) === true)),
  );
}
