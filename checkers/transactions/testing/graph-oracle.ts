import { ORDERS, type Order } from '../cycle-search.ts';
import type { Level } from '../levels.ts';
import {
  permutations,
  precedes,
  selections,
  subsets,
  type OracleMicroOp,
  type OracleTransaction,
} from './oracle-transactions.ts';

/** The levels that the oracle decides. */
export const ORACLE_LEVELS: readonly Level[] = [
  'read-uncommitted',
  'strong-session-read-uncommitted',
  'strong-read-uncommitted',
  'read-committed',
  'strong-session-read-committed',
  'strong-read-committed',
  'monotonic-atomic-view',
  'consistent-view',
  'update-serializable',
  'repeatable-read',
  'parallel-snapshot-isolation',
  'snapshot-isolation',
  'strong-session-snapshot-isolation',
  'strong-snapshot-isolation',
  'serializable',
  'strong-session-serializable',
  'strict-serializable',
];

const BY_ORDER: Readonly<Record<Order, Readonly<Record<'G0' | 'G1' | 'SI' | 'SER', Level>>>> = {
  '': { G0: 'read-uncommitted', G1: 'read-committed', SI: 'snapshot-isolation', SER: 'serializable' },
  '-process': {
    G0: 'strong-session-read-uncommitted',
    G1: 'strong-session-read-committed',
    SI: 'strong-session-snapshot-isolation',
    SER: 'strong-session-serializable',
  },
  '-realtime': {
    G0: 'strong-read-uncommitted',
    G1: 'strong-read-committed',
    SI: 'strong-snapshot-isolation',
    SER: 'strict-serializable',
  },
};

/** One version of a key: who wrote it, and whether that is what the writer left there. */
interface OracleVersion {
  readonly writer: number;
  readonly value: string;
  readonly final: boolean;
  /** How many versions of the key its writer made before. */
  readonly step: number;
}

type Matrix = boolean[][];

/**
 * The levels at which a history is possible, by trying every set of indeterminate transactions that happened and every
 * order of versions of every key, and looking at all paths (Adya's definitions, and Cerone and Gotsman's of snapshot
 * isolation). Lists (`append`) show their whole order; registers only their last version. For a handful of transactions.
 */
export function possibleLevels(transactions: readonly OracleTransaction[], lists: boolean): ReadonlySet<Level> {
  const possible = new Set<Level>();
  const indeterminate = transactions.filter(({ outcome }) => outcome === 'info');
  for (const happened of subsets(indeterminate)) {
    const committed = transactions.filter((each) => each.outcome === 'ok' || happened.includes(each));
    const keys = [...new Set(transactions.flatMap(({ microOps }) => microOps.map(({ key }) => key)))];
    const orders = keys.map((key) =>
      [...permutations(versionsOf(committed, key))].filter((versions) =>
        explainsReads(committed, key, versions, lists),
      ),
    );
    for (const chosen of selections(orders)) {
      const order = new Map(keys.map((key, index) => [key, chosen[index] ?? []]));
      for (const level of levelsUnder(committed, order, lists)) possible.add(level);
      if (possible.size === ORACLE_LEVELS.length) return possible;
    }
  }
  return possible;
}

function versionsOf(committed: readonly OracleTransaction[], key: string): OracleVersion[] {
  return committed.flatMap(({ microOps }, writer) => {
    const written = microOps.filter((each) => each.write && each.key === key);
    return written.map(({ value }, index) => ({
      writer,
      value: JSON.stringify(value),
      final: index === written.length - 1,
      step: index,
    }));
  });
}

/** Whether every read of the key found a version that may be seen, under this order of versions. */
function explainsReads(
  committed: readonly OracleTransaction[],
  key: string,
  versions: readonly OracleVersion[],
  lists: boolean,
): boolean {
  return committed.every(({ microOps }, reader) =>
    microOps.every((microOp, step) => {
      if (microOp.write || microOp.key !== key) return true;
      const seen = placeSeen(microOp, versions, lists);
      return seen !== undefined && mayBeSeen(microOps, step, reader, versions[seen]);
    }),
  );
}

function levelsUnder(
  committed: readonly OracleTransaction[],
  order: ReadonlyMap<string, readonly OracleVersion[]>,
  lists: boolean,
): Level[] {
  const size = committed.length;
  const [ww, wr, rw] = [emptyMatrix(size), emptyMatrix(size), emptyMatrix(size)];
  for (const versions of order.values()) {
    for (const [later, { writer }] of versions.entries()) {
      for (const before of versions.slice(0, later)) connect(ww, before.writer, writer);
    }
  }
  for (const [reader, { microOps }] of committed.entries()) {
    for (const microOp of microOps) {
      if (microOp.write) continue;
      const versions = order.get(microOp.key) ?? [];
      const seen = placeSeen(microOp, versions, lists) ?? -1;
      if (seen >= 0) connect(wr, versions[seen]?.writer ?? reader, reader);
      for (const { writer } of versions.slice(seen + 1)) connect(rw, reader, writer);
    }
  }
  const internal = committed.some((each) => !agreesWithItself(each, lists)) || [...order.values()].some(isShuffled);
  const levels: Level[] = [];
  for (const by of ORDERS) {
    const x = committed.map((before) => committed.map((after) => before !== after && precedes(before, after, by)));
    const depends = union(ww, wr, x);
    const reached = closure(depends);
    if (!isCyclic(closure(union(ww, x)))) levels.push(BY_ORDER[by].G0);
    if (isCyclic(reached)) continue;
    levels.push(BY_ORDER[by].G1);
    const single = rw.some((row, from) => row.some((edge, to) => edge && reached[to]?.[from] === true));
    const serial = !isCyclic(closure(union(depends, rw)));
    if (by === '' && !committed.some((each, txn) => seesVanish(each, txn, order, lists))) {
      levels.push('monotonic-atomic-view');
    }
    if (by === '' && !single) levels.push('consistent-view');
    if (by === '' && updatesAreSerializable(committed, union(depends, rw))) levels.push('update-serializable');
    if (by === '' && !single && !internal) levels.push('parallel-snapshot-isolation');
    if (by === '' && serial) levels.push('repeatable-read');
    if (!internal && !isCyclic(closure(union(depends, compose(depends, rw))))) levels.push(BY_ORDER[by].SI);
    if (!internal && serial) levels.push(BY_ORDER[by].SER);
  }
  return levels;
}

/** OTV of Bailis et al. (VLDB 2014): a read finds a version that somebody had overwritten whom an earlier one had read. */
function seesVanish(
  { microOps }: OracleTransaction,
  reader: number,
  order: ReadonlyMap<string, readonly OracleVersion[]>,
  lists: boolean,
): boolean {
  const observed = new Set<number>();
  return microOps.some((microOp) => {
    if (microOp.write) return false;
    const versions = order.get(microOp.key) ?? [];
    const seen = placeSeen(microOp, versions, lists) ?? -1;
    const vanished = versions.slice(seen + 1).some(({ writer }) => observed.has(writer));
    const writer = versions[seen]?.writer ?? reader;
    if (writer !== reader) observed.add(writer);
    return vanished;
  });
}

/** No G-update (Adya 1999, 4.2): those that write, together with any single one that does not, go in no circle. */
function updatesAreSerializable(committed: readonly OracleTransaction[], edges: Matrix): boolean {
  const isUpdate = committed.map(({ microOps }) => microOps.some(({ write }) => write));
  return committed.every((_, reader) => {
    const takesPart = (txn: number): boolean => isUpdate[txn] === true || txn === reader;
    return !isCyclic(
      closure(edges.map((row, from) => row.map((edge, to) => edge && takesPart(from) && takesPart(to)))),
    );
  });
}

/** Whether the versions of one writer stand in another order than it wrote them. */
function isShuffled(versions: readonly OracleVersion[]): boolean {
  return versions.some(({ writer, step }, place) =>
    versions.slice(0, place).some((before) => before.writer === writer && before.step > step),
  );
}

/** The place of the version that a read found, -1 for the initial one; undefined where nothing fits. */
function placeSeen({ value }: OracleMicroOp, versions: readonly OracleVersion[], lists: boolean): number | undefined {
  if (value === null) return -1;
  if (!lists) {
    const place = versions.findIndex((version) => version.value === JSON.stringify(value));
    return place < 0 ? undefined : place;
  }
  const list = (value as readonly unknown[]).map((each) => JSON.stringify(each));
  return list.every((element, place) => versions[place]?.value === element) ? list.length - 1 : undefined;
}

/** No transaction may see what another one overwrote itself, nor its own later writes. */
function mayBeSeen(
  microOps: readonly OracleMicroOp[],
  step: number,
  reader: number,
  version: OracleVersion | undefined,
): boolean {
  if (version === undefined) return true;
  if (version.writer !== reader) return version.final;
  const { key } = microOps[step] as OracleMicroOp;
  return microOps
    .slice(0, step)
    .some((each) => each.write && each.key === key && JSON.stringify(each.value) === version.value);
}

/** Whether each read of a key agrees with the transaction's own last read of it and writes since. */
export function agreesWithItself({ microOps }: OracleTransaction, lists: boolean): boolean {
  const expected = new Map<string, { readonly whole: boolean; readonly list: readonly unknown[] }>();
  for (const { write, key, value } of microOps) {
    const known = expected.get(key) ?? { whole: false, list: [] };
    if (write) expected.set(key, lists ? { ...known, list: [...known.list, value] } : { whole: true, list: [value] });
    else {
      const found = lists ? ((value ?? []) as readonly unknown[]) : [value];
      const end = known.whole ? found : found.slice(Math.max(0, found.length - known.list.length));
      if (expected.has(key) && JSON.stringify(end) !== JSON.stringify(known.list)) return false;
      expected.set(key, { whole: true, list: found });
    }
  }
  return true;
}

function emptyMatrix(size: number): Matrix {
  return Array.from({ length: size }, () => Array.from({ length: size }, () => false));
}

function connect(matrix: Matrix, from: number, to: number): void {
  const row = matrix[from];
  if (from !== to && row !== undefined) row[to] = true;
}

function union(...matrices: readonly Matrix[]): Matrix {
  return emptyMatrix(matrices[0]?.length ?? 0).map((row, from) =>
    row.map((_, to) => matrices.some((matrix) => matrix[from]?.[to] === true)),
  );
}

function compose(left: Matrix, right: Matrix): Matrix {
  return left.map((row) => row.map((_, to) => row.some((edge, middle) => edge && right[middle]?.[to] === true)));
}

function closure(matrix: Matrix): Matrix {
  const reached = matrix.map((row) => [...row]);
  for (const middle of reached.keys()) {
    for (const row of reached) {
      if (row[middle] !== true) continue;
      reached[middle]?.forEach((edge, to) => {
        if (edge) row[to] = true;
      });
    }
  }
  return reached;
}

function isCyclic(reached: Matrix): boolean {
  return reached.some((row, vertex) => row[vertex] === true);
}
