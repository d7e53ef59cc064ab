import type { JsonValue } from '../../harness/kernel/json.ts';
import type { FoundCycles } from './cycle-search.ts';
import type { Dependencies } from './dependencies.ts';
import { ANTI, PROCESS, REALTIME, SEEN, WR, WW } from './dependency-graph.ts';
import { nameOf, type Evidence } from './evidence.ts';
import { MOP_WRITE, type Dialect, type Transactions } from './transactions.ts';

/** Edges quoted in a message, and transactions named as evidence: a cycle of more is all in `detail`. */
const QUOTED = 8;
const EVIDENCE_TXNS = 50;

/**
 * A cycle as evidence. `detail` is for drawing: `transactions` (op, process, microOps), `edges` (from, to, kind, reason,
 * key) with transactions named by the entry index of their invocation, and whether the cycle is a shortest one.
 */
export function cycleEvidence(
  { steps: found, shortest }: Pick<FoundCycles, 'steps' | 'shortest'>,
  transactions: Transactions,
  dependencies: Dependencies,
  dialect: Dialect,
): Evidence {
  const retold = dependencies.throughReader?.(found);
  const steps = retold?.steps ?? found;
  const reasons = steps.map(({ from, to, kind }, index) =>
    index === 0 && retold !== undefined ? retold.first : dependencies.explain(from, to, kind),
  );
  const clauses = reasons.slice(0, QUOTED).map(({ text }) => text);
  if (reasons.length > QUOTED) clauses.push(`and so on over ${reasons.length - QUOTED} more`);
  const keys = new Set(reasons.flatMap(({ key }) => (key === undefined ? [] : [key])));
  const [onlyKey] = keys.size === 1 ? keys : [];
  const entryOf = (txn: number): number => transactions.invoke[txn] as number;
  const around = steps.slice(0, QUOTED).map(({ from }) => nameOf(transactions, from));
  return {
    txns: [...steps.map(({ from }) => from), ...reasons.flatMap(({ witnesses }) => witnesses)].slice(0, EVIDENCE_TXNS),
    ...(onlyKey === undefined ? {} : { key: onlyKey }),
    message: `${around.join(' < ')}${steps.length > QUOTED ? ' < ...' : ''} < ${around[0]} is a circle of transactions that each must come before the next: ${clauses.join('; ')}`,
    detail: {
      transactions: steps.map(({ from }) => describeTransaction(transactions, from, dialect)),
      edges: steps.map(({ from, to, kind }, index) => {
        const { text, key } = reasons[index] ?? { text: '' };
        return {
          from: entryOf(from),
          to: entryOf(to),
          kind: kindName(kind),
          reason: text,
          ...(key === undefined ? {} : { key: transactions.keys[key] ?? null }),
        };
      }),
      // What was found may be shorter than what it is told by; no circle is shorter than two.
      shortest: shortest && (retold === undefined || steps.length === 2),
    },
  };
}

function kindName(kind: number): string {
  if ((kind & ANTI) !== 0) return 'rw';
  switch (kind) {
    case WW:
      return 'ww';
    case WR:
    case SEEN:
      return 'wr';
    case PROCESS:
      return 'process';
    case REALTIME:
      return 'realtime';
    default:
      return 'forced';
  }
}

function describeTransaction(transactions: Transactions, txn: number, dialect: Dialect): JsonValue {
  const { first, kind, key, element, elements, lists, keys, invoke, process } = transactions;
  const microOps: JsonValue[] = [];
  for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
    const name = kind[mop] === MOP_WRITE ? dialect : 'r';
    const value =
      lists.of(mop) ??
      (kind[mop] !== MOP_WRITE && dialect === 'append' ? null : elements.decode(element[mop] as number));
    microOps.push([name, keys[key[mop] as number] ?? null, value]);
  }
  return { op: invoke[txn] as number, process: process[txn] as number, microOps };
}
