import fc from 'fast-check';
import { HistoryBuilder } from '../../../harness/history/index.ts';
import type { History } from '../../../harness/kernel/history.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { OpType } from '../../../harness/kernel/op.ts';
import { randomOf, type Random } from '../../../harness/kernel/random.ts';

/**
 * A small register history that no database made: who runs when is drawn, and each read finds the value of any writer of
 * its key, or nothing. Most contradict some level, many by the order of writes alone.
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

/** The history of the case: each transaction reads and writes a key at most once, reading first. */
export function guessedHistory(sample: GuessedTransactions): History {
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
  return interleaved(plans, sample.clients, random);
}

function interleaved(plans: readonly Planned[], clients: number, random: Random): History {
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
      record(client, plan.type, microOps(plan, plans, plan.type === 'ok' ? random : undefined));
      if (plan.type === 'info') process[client] = (process[client] as number) + clients;
      running[client] = undefined;
    } else if (next < plans.length) {
      running[client] = plans[next++];
      record(client, 'invoke', microOps(running[client] as Planned, plans, undefined));
    }
  }
  return builder.build();
}

/** Without `random`, as invoked. */
function microOps({ writes, reads }: Planned, plans: readonly Planned[], random: Random | undefined): JsonValue {
  const found = [...reads].map((key) => {
    const values = plans.flatMap((plan) => (plan.writes === writes ? [] : (plan.writes.get(key) ?? [])));
    return ['r', key, random === undefined ? null : random.pick([null, ...values, ...values])];
  });
  return [...found, ...[...writes].map(([key, value]) => ['w', key, value])];
}
