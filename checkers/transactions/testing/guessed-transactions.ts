import fc from 'fast-check';
import { HistoryBuilder } from '../../../harness/history/index.ts';
import type { History } from '../../../harness/kernel/history.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { OpType } from '../../../harness/kernel/op.ts';
import { randomOf, type Random } from '../../../harness/kernel/random.ts';
import type { Dialect } from '../transactions.ts';

/**
 * A small history that no database made: who runs when is drawn, and each read of a register finds the value of any writer
 * of its key, or nothing; each read of a list finds any beginning of one order of its key's elements. Most contradict some
 * level, many by the order of writes alone.
 */
export interface GuessedTransactions {
  readonly seed: number;
  readonly transactions: number;
  readonly clients: number;
  readonly keys: number;
  /** Of a hundred micro-operations, how many write; of a hundred transactions, how many are indeterminate. */
  readonly writePercent: number;
  readonly indeterminatePercent: number;
}

/** Writes that a key may have: oracles try all their orders. */
const MOST_WRITES_PER_KEY = 4;
const LONGEST = 3;

export const guessedTransactions: fc.Arbitrary<GuessedTransactions> = fc.record({
  seed: fc.nat(1_000_000_000),
  transactions: fc.integer({ min: 3, max: 6 }),
  clients: fc.integer({ min: 2, max: 6 }),
  keys: fc.integer({ min: 2, max: 3 }),
  writePercent: fc.constantFrom(40, 60),
  indeterminatePercent: fc.constantFrom(0, 0, 15),
});

interface Planned {
  readonly type: Exclude<OpType, 'invoke'>;
  readonly writes: Map<number, number>;
  readonly reads: Set<number>;
}

/**
 * The history of the case: each transaction reads and writes a key at most once, reading first; of lists it may read some
 * that it appended to once more.
 */
export function guessedHistory(sample: GuessedTransactions, dialect: Dialect = 'w'): History {
  const random = randomOf(sample.seed);
  const written = Array.from({ length: sample.keys }, () => 0);
  const plans = Array.from({ length: sample.transactions }, (): Planned => {
    const type = random.chance(sample.indeterminatePercent, 100) ? 'info' : 'ok';
    const plan: Planned = { type, writes: new Map(), reads: new Set() };
    for (let left = random.int(1, LONGEST); left > 0; left--) {
      const key = random.int(0, sample.keys - 1);
      if (!random.chance(sample.writePercent, 100) || written[key] === MOST_WRITES_PER_KEY) plan.reads.add(key);
      else if (!plan.writes.has(key)) plan.writes.set(key, (written[key] = (written[key] as number) + 1));
    }
    return plan;
  });
  if (dialect === 'w') return interleaved(plans, sample.clients, random, microOps);
  const orders = written.map((count) => shuffled(count, random));
  return interleaved(plans, sample.clients, random, (plan, _, from) => appends(plan, orders, from));
}

/** The micro-operations of a plan; without `random`, as invoked. */
type MicroOpsOf = (plan: Planned, plans: readonly Planned[], random: Random | undefined) => JsonValue;

function interleaved(plans: readonly Planned[], clients: number, random: Random, microOpsOf: MicroOpsOf): History {
  const builder = new HistoryBuilder();
  const running: (Planned | undefined)[] = Array.from({ length: clients }, () => undefined);
  const process = Array.from({ length: clients }, (_, client) => client);
  let [next, timeNs] = [0, 0];
  const record = (client: number, type: OpType, value: JsonValue): void => {
    builder.append({ process: process[client] as number, type, f: 'txn', value, timeNs: (timeNs += 1000) });
  };
  while (next < plans.length || running.some((each) => each !== undefined)) {
    const client = random.int(0, clients - 1);
    const plan = running[client];
    if (plan !== undefined) {
      record(client, plan.type, microOpsOf(plan, plans, plan.type === 'ok' ? random : undefined));
      if (plan.type === 'info') process[client] = (process[client] as number) + clients;
      running[client] = undefined;
    } else if (next < plans.length) {
      running[client] = plans[next++];
      record(client, 'invoke', microOpsOf(running[client] as Planned, plans, undefined));
    }
  }
  return builder.build();
}

function microOps({ writes, reads }: Planned, plans: readonly Planned[], random: Random | undefined): JsonValue {
  const found = [...reads].map((key) => {
    const values = plans.flatMap((plan) => (plan.writes === writes ? [] : (plan.writes.get(key) ?? [])));
    return ['r', key, random === undefined ? null : random.pick([null, ...values, ...values])];
  });
  return [...found, ...[...writes].map(([key, value]) => ['w', key, value])];
}

function shuffled(count: number, random: Random): number[] {
  const order: number[] = [];
  for (let element = 1; element <= count; element++) order.splice(random.int(0, order.length), 0, element);
  return order;
}

/** `orders`: per key, its elements in the order that reads show. Every second key appended to is read again. */
function appends(
  { writes, reads }: Planned,
  orders: readonly (readonly number[])[],
  random: Random | undefined,
): JsonValue {
  const shown = (key: number, own: number): JsonValue => {
    const order = orders[key] ?? [];
    const others = order.filter((element) => element !== own);
    return order.slice(0, random?.int(0, others.length) ?? 0);
  };
  const found = [...reads].map((key) => ['r', key, random === undefined ? null : shown(key, writes.get(key) ?? 0)]);
  const again = [...writes].filter(([, element]) => element % 2 === 0);
  return [
    ...found,
    ...[...writes].map(([key, element]) => ['append', key, element]),
    ...again.map(([key, element]) => [
      'r',
      key,
      random === undefined ? null : (orders[key] ?? []).slice(0, (orders[key] ?? []).indexOf(element) + 1),
    ]),
  ];
}
