import fc from 'fast-check';
import { historyOf } from '../../../harness/history/index.ts';
import type { History } from '../../../harness/kernel/history.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { OpDraft } from '../../../harness/kernel/op.ts';
import type { Dialect } from '../transactions.ts';
import { simulateDatabase, SIMULATED_ISOLATIONS, type SimulatedIsolation } from './simulated-database.ts';

/** A small history as data, so that it shrinks: a simulated database's, with some results falsified. */
export interface RandomTransactions {
  readonly isolation: SimulatedIsolation;
  readonly seed: number;
  readonly transactions: number;
  readonly clients: number;
  readonly keys: number;
  readonly longest: number;
  readonly abortedPerMille: number;
  readonly indeterminatePerMille: number;
  /** Reads to falsify: the nth one, and how. */
  readonly lies: readonly { readonly nth: number; readonly lie: 'shorter' | 'longer' | 'other' }[];
}

/** Orders of versions that a case may have: oracles try them all, and 12 writes of one key have 479 million. */
const MOST_VERSION_ORDERS = 5_040;

export const randomTransactions: fc.Arbitrary<RandomTransactions> = fc
  .record({
    isolation: fc.constantFrom(...SIMULATED_ISOLATIONS),
    seed: fc.nat(1_000_000_000),
    transactions: fc.integer({ min: 2, max: 4 }),
    clients: fc.integer({ min: 1, max: 4 }),
    keys: fc.integer({ min: 1, max: 3 }),
    longest: fc.integer({ min: 1, max: 3 }),
    abortedPerMille: fc.constantFrom(0, 0, 200),
    indeterminatePerMille: fc.constantFrom(0, 0, 200),
    lies: fc.array(fc.record({ nth: fc.nat(6), lie: fc.constantFrom('shorter', 'longer', 'other') }), { maxLength: 2 }),
  })
  .filter((sample) => versionOrders(sample) <= MOST_VERSION_ORDERS);

function versionOrders(sample: RandomTransactions): number {
  const writesOf = new Map<JsonValue, number>();
  let orders = 1;
  const history = randomHistory(sample, 'append');
  for (let entry = 0; entry < history.length; entry++) {
    const { type, value } = history.at(entry);
    if (type !== 'invoke') continue;
    for (const [name, key = null] of value as readonly (readonly JsonValue[])[]) {
      if (name === 'r') continue;
      const writes = (writesOf.get(key) ?? 0) + 1;
      writesOf.set(key, writes);
      orders *= writes;
    }
  }
  return orders;
}

/** The history of the case. */
export function randomHistory(sample: RandomTransactions, dialect: Dialect): History {
  const honest = simulateDatabase({ ...sample, dialect, writesPerKey: 100 });
  let nth = 0;
  const entries = Array.from({ length: honest.length }, (_, index): OpDraft => {
    const entry = honest.at(index);
    if (entry.type !== 'ok') return entry;
    const value = (entry.value as readonly (readonly JsonValue[])[]).map((microOp): readonly JsonValue[] => {
      if (microOp[0] !== 'r') return microOp;
      const lie = sample.lies.find((each) => each.nth === nth)?.lie;
      nth++;
      return lie === undefined ? microOp : ['r', microOp[1] ?? null, falsified(microOp[2] ?? null, lie)];
    });
    return { ...entry, value };
  });
  return historyOf(entries);
}

/** Values written are 1, 2, ... per key, so these are mostly values that somebody writes. */
function falsified(result: JsonValue, lie: 'shorter' | 'longer' | 'other'): JsonValue {
  if (Array.isArray(result)) {
    const list = result as readonly JsonValue[];
    if (lie === 'shorter') return list.slice(0, -1);
    if (lie === 'longer') return [...list, list.length + 1];
    return list.toReversed();
  }
  const value = typeof result === 'number' ? result : 0;
  if (lie === 'shorter') return value <= 1 ? null : value - 1;
  return lie === 'longer' ? value + 1 : 1;
}
