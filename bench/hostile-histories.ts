import { simulateDatabase } from '../checkers/transactions/testing/simulated-database.ts';
import type { CheckerUse } from '../harness/kernel/checker.ts';
import type { JsonValue } from '../harness/kernel/json.ts';
import { HOSTILE_OBJECTS, type HostileHistory } from './hostile-objects.ts';
import { overlapping, range } from './overlapping-operations.ts';

/** Histories of every family, each bad in a way of its own. */
export const HOSTILE_HISTORIES: readonly HostileHistory[] = [
  ...HOSTILE_OBJECTS,
  {
    name: 'bank: wrong totals everywhere',
    make: (size) =>
      overlapping(Math.ceil(size / 5), 10, (order, below) =>
        order % 2 === 0
          ? { f: 'transfer', input: { from: 1, to: 2, amount: 1 } }
          : { f: 'read', output: Object.fromEntries(range(50).map((account) => [`${account}`, below(100) - 50])) },
      ),
  },
  {
    name: 'unique ids: all the same',
    make: (size) => overlapping(size, 50, () => ({ f: 'generate', output: 'same' })),
  },
  {
    name: 'logs: made-up offsets',
    make: (size) =>
      overlapping(Math.ceil(size / 5), 20, (order, below) =>
        order % 2 === 0
          ? {
              f: 'send',
              input: [['send', `${below(3)}`, order]],
              output: [['send', `${below(3)}`, [below(size), order]]],
            }
          : {
              f: 'poll',
              input: [['poll']],
              output: [['poll', { 0: range(20).map(() => [below(size), below(size)]) }]],
            },
      ),
  },
  {
    name: 'logs: one transaction in doubt',
    make: (size) =>
      overlapping(2, 1, (order) =>
        order === 0
          ? { f: 'txn', input: range(size).map((value) => ['send', 'a', value]), returns: false }
          : { f: 'poll', input: [['poll']], output: [['poll', { a: [[size - 1, size - 1]] }]] },
      ),
  },
  {
    name: 'logs: one value',
    make: (size) =>
      overlapping(Math.ceil(size / 50), 10, (order) =>
        order % 2 === 0
          ? {
              f: 'send',
              input: range(100).map(() => ['send', 'a', 1]),
              output: range(100).map((at) => ['send', 'a', [order * 50 + at, 1]]),
            }
          : { f: 'poll', input: [['poll']], output: [['poll', { a: range(100).map((at) => [order * 50 + at, 1]) }]] },
      ),
  },
  {
    name: 'watches: made-up revisions',
    make: (size) =>
      overlapping(Math.ceil(size / 50), 20, (_, below) => ({
        f: 'watch',
        input: { from: 0 },
        output: [{ events: range(50).map(() => ({ key: `k${below(500)}`, revision: below(size), value: below(9) })) }],
      })),
  },
  {
    name: 'watches: every past told wrong',
    make: (size) => {
      const events = range(Math.ceil(size / 2)).map((at) => ({
        key: `k${at % 2}`,
        revision: at + 1,
        value: at,
        previous: -1,
      }));
      return overlapping(2, 2, () => ({ f: 'watch', input: { prefix: 'k', from: 1 }, output: [{ events }] }));
    },
  },
  {
    name: 'broadcast: half of it missing',
    make: (size) =>
      overlapping(Math.ceil(size / 10), 20, (order, below) =>
        order % 5 === 0 ? { f: 'read', output: range(1000).map(() => below(size)) } : { f: 'broadcast', input: order },
      ),
  },
  {
    name: 'groups of keys: forks everywhere',
    make: (size) =>
      overlapping(Math.ceil(size / 2), 20, (_, below) => ({
        f: 'txn',
        output: range(4).map((key) => ['r', key, below(2) === 0 ? null : 1]),
      })),
  },
  {
    name: 'list-append: no isolation, three keys',
    make: (transactions) =>
      simulateDatabase({ dialect: 'append', isolation: 'none', transactions, clients: 50, keys: 3, seed: 1 }),
  },
  {
    name: 'list-append: one key, lists without end',
    make: (size) =>
      simulateDatabase({
        dialect: 'append',
        isolation: 'snapshot-isolation',
        transactions: Math.ceil(Math.sqrt(size)) * 20,
        clients: 50,
        keys: 1,
        writesPerKey: 1e9,
        seed: 1,
      }),
  },
  {
    name: 'rw-register: no isolation, two keys',
    make: (transactions) =>
      simulateDatabase({
        dialect: 'w',
        isolation: 'none',
        transactions,
        clients: 50,
        keys: 2,
        writesPerKey: 1000,
        seed: 1,
      }),
  },
  {
    name: 'rw-register: snapshot isolation, many keys, crashes',
    make: (transactions) =>
      simulateDatabase({
        dialect: 'w',
        isolation: 'snapshot-isolation',
        transactions,
        clients: 50,
        keys: 1000,
        indeterminatePerMille: 200,
        longest: 10,
        seed: 1,
      }),
  },
  {
    name: 'rw-register: all at once, and nobody read in which order',
    make: (size) => {
      const transactions = Math.ceil(size / 50);
      return overlapping(transactions, transactions, (order, below) => {
        const steps: JsonValue[] = [
          ['w', below(3), order],
          ['w', 3 + below(3), order],
        ];
        return { f: 'txn', input: steps, output: steps };
      });
    },
  },
];

/** The options by which a checker judges a hostile history as what it is. */
export function hostileUse(checker: string, { model }: HostileHistory): CheckerUse {
  return checker === 'linearizability' && model !== undefined ? { checker, options: { model } } : { checker };
}
