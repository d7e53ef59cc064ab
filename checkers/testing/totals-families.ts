import type fc from 'fast-check';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { totalsCheckers } from '../totals/index.ts';
import { plainHistories, type OracleAnswer, type Shape } from './plain-histories.ts';
import { provedFamily, type ProvedFamily } from './prove-family.ts';
import { judgeReplicasDumbly, replicaSetShapes, replicaShapes } from './replica-oracles.ts';
import { judgeLogsDumbly, logShapes } from './log-oracle.ts';
import { judgeWatchesDumbly, watchShapes } from './watch-oracle.ts';
import { judgeLockDumbly, judgeQueueDumbly, lockShapes, queueShapes } from './queue-oracles.ts';
import {
  broadcastShapes,
  judgeBroadcastDumbly,
  judgeSetDumbly,
  judgeSetFullDumbly,
  nodeSetShapes,
  setShapes,
} from './set-oracles.ts';
import { contextWith, keepOps } from './sketch.ts';
import {
  bankShapes,
  counterShapes,
  groupShapes,
  growingKeyShapes,
  growingShapes,
  idShapes,
  insertShapes,
  judgeBankDumbly,
  judgeCounterDumbly,
  judgeGroupsDumbly,
  judgeGrowthDumbly,
  judgeIdsDumbly,
  judgeInsertsDumbly,
} from './totals-oracles.ts';

interface Comparing {
  readonly checker: string;
  readonly title?: string;
  readonly cases: fc.Arbitrary<History>;
  readonly oracle: (history: History) => OracleAnswer;
  readonly options?: Readonly<Record<string, JsonValue>>;
}

/** Compares verdicts and the names of the anomalies, and has every finding judged again on its own. */
function family({ checker: name, title = 'definitions', cases, oracle, options = {} }: Comparing): ProvedFamily {
  const checker = totalsCheckers.find((candidate) => candidate.name === name);
  if (checker === undefined) throw new Error(`no such checker: ${name}`);
  return provedFamily({
    name: `${name}/${title}`,
    cases,
    compare: (history: History) => {
      const context = contextWith(options);
      const { verdict, findings } = checker.check(history, context);
      const isAlone = findings.every(({ ops, anomaly }) =>
        checker.check(keepOps(history, ops), context).findings.some((alone) => alone.anomaly === anomaly),
      );
      const { anomalies, isInDoubt } = oracle(history);
      const expected = verdictOf(anomalies, isInDoubt);
      const names = findings.map(({ anomaly }) => anomaly);
      const came = verdict === 'invalid' ? verdictOf(names, false) : verdict;
      return { came: isAlone ? came : `${came}, but not alone`, expected };
    },
  });
}

function verdictOf(anomalies: Iterable<string>, isInDoubt: boolean): string {
  // Of circles only the kind is compared: which orders they need is the search's own to say.
  const names = [...new Set([...anomalies].map((anomaly) => anomaly.replace(/^G1c-.*/, 'G1c')))].sort();
  return names.length > 0 ? `invalid: ${names.join(' ')}` : isInDoubt ? 'unknown' : 'valid';
}

const cases = (shapes: readonly Shape[], most: number, processes?: number): fc.Arbitrary<History> =>
  plainHistories({ shapes, most, ...(processes === undefined ? {} : { processes }) });

const LINEARIZABLE = { level: 'linearizable' };

/** Judges of totals against their definitions. */
export const totalsFamilies: readonly ProvedFamily[] = [
  family({ checker: 'set', cases: cases(setShapes, 7), oracle: (history) => judgeSetDumbly(history, false) }),
  family({
    checker: 'set',
    title: 'linearizable',
    cases: cases(setShapes, 7),
    oracle: (history) => judgeSetDumbly(history, true),
    options: LINEARIZABLE,
  }),
  family({
    checker: 'set',
    title: 'nodes',
    cases: cases(nodeSetShapes, 7),
    oracle: (history) => judgeSetDumbly(history, false),
  }),
  family({ checker: 'set-full', cases: cases(setShapes, 8), oracle: (history) => judgeSetFullDumbly(history, false) }),
  family({
    checker: 'set-full',
    title: 'linearizable',
    cases: cases(setShapes, 8),
    oracle: (history) => judgeSetFullDumbly(history, true),
    options: LINEARIZABLE,
  }),
  family({ checker: 'broadcast', cases: cases(broadcastShapes, 8), oracle: judgeBroadcastDumbly }),
  family({ checker: 'queue', cases: cases(queueShapes, 9), oracle: (history) => judgeQueueDumbly(history, false) }),
  family({
    checker: 'total-queue',
    cases: cases(queueShapes, 9),
    oracle: (history) => judgeQueueDumbly(history, true),
  }),
  family({ checker: 'bank', cases: cases(bankShapes, 6), oracle: (history) => judgeBankDumbly(history, undefined) }),
  family({
    checker: 'bank',
    title: 'named accounts',
    cases: cases(bankShapes, 6),
    oracle: (history) => judgeBankDumbly(history, ['a', 'b', 'c']),
    options: { accounts: ['a', 'b', 'c'] },
  }),
  family({ checker: 'counter', cases: cases(counterShapes, 8), oracle: (history) => judgeCounterDumbly(history, 0) }),
  family({
    checker: 'counter',
    title: 'from 2 on',
    cases: cases(counterShapes, 8),
    oracle: (history) => judgeCounterDumbly(history, 2),
    options: { initial: 2 },
  }),
  family({ checker: 'unique-ids', cases: cases(idShapes, 6), oracle: judgeIdsDumbly }),
  // A value that is written twice is no insert: six positions have six values.
  family({ checker: 'causal-reverse', cases: cases(insertShapes, 6), oracle: judgeInsertsDumbly }),
  family({ checker: 'long-fork', cases: cases(groupShapes, 6), oracle: judgeGroupsDumbly }),
  family({
    checker: 'monotonic',
    cases: cases(growingShapes, 6, 3),
    oracle: (history) => judgeGrowthDumbly(history, false),
  }),
  family({
    checker: 'monotonic',
    title: 'linearizable',
    cases: cases(growingShapes, 6, 3),
    oracle: (history) => judgeGrowthDumbly(history, true),
    options: LINEARIZABLE,
  }),
  family({
    checker: 'monotonic',
    title: 'keys',
    cases: cases(growingKeyShapes, 8, 2),
    oracle: (history) => judgeGrowthDumbly(history, true),
    options: LINEARIZABLE,
  }),
  family({ checker: 'lock', cases: cases(lockShapes, 8, 3), oracle: (history) => judgeLockDumbly(history, undefined) }),
  family({
    checker: 'lock',
    title: 'leases',
    cases: cases(lockShapes, 8, 3),
    oracle: (history) => judgeLockDumbly(history, 6),
    options: { leaseMs: 6 },
  }),
  family({ checker: 'kafka', cases: cases(logShapes, 8, 3), oracle: judgeLogsDumbly }),
  family({ checker: 'convergence', title: 'registers', cases: cases(replicaShapes, 8), oracle: judgeReplicasDumbly }),
  family({ checker: 'convergence', title: 'sets', cases: cases(replicaSetShapes, 8), oracle: judgeReplicasDumbly }),
  family({ checker: 'watch', cases: cases(watchShapes, 4), oracle: judgeWatchesDumbly }),
];
