import type { Checker } from '../../harness/kernel/checker.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { groupBy } from '../judging/group-by.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { capital, plural, quote, when, who } from '../judging/wording.ts';
import { indexLogs, type LogIndex } from './log-index.ts';
import type { LogRecord } from './log-records.ts';
import { badSteps, type LogStep } from './log-steps.ts';

/** Something wrong with a log: a sentence, and the records that prove it. */
interface LogFault {
  readonly anomaly: string;
  readonly records: readonly LogRecord[];
  readonly message: string;
}

/** Step anomalies that a rebalance, which no operation shows, explains: allowed once a history subscribes. */
const REBALANCE_ANOMALIES = ['nonmonotonic-poll', 'poll-skip'];

/**
 * Judges partitioned logs such as Kafka's: `send`, `poll` and `txn` operations (see `logRecordsOf` for their values),
 * `subscribe` and `assign`. Offsets give each log its order.
 *
 * Anomalies, by Jepsen's names: `inconsistent-offsets` (two values at one offset), `duplicate` (a value at two offsets),
 * `lost-write` (acknowledged, never polled, although somebody polled something later), `G1a` (polled, although its send
 * had failed), `unexpected` (polled, never sent), `precommitted-read` (an operation polled what it sends itself), and
 * steps: `nonmonotonic-poll`, `poll-skip` (allowed where consumers subscribe), `nonmonotonic-send`, and those inside one
 * operation, `int-nonmonotonic-poll`, `int-poll-skip`, `int-nonmonotonic-send`. Facts count acknowledged values past the
 * last poll (`unseen`). Dependency cycles between transactions are not looked for.
 *
 * O(records log records).
 */
export const kafkaChecker: Checker = operationsChecker('kafka', (operations, { budget }) => {
  budget.doing('indexing the records of the logs');
  const index = indexLogs(operations, budget);
  const doesSubscribe = operations.history.fNames.includes('subscribe');
  const faults: (readonly LogFault[])[] = [];
  let unseen = 0;
  for (const key of index.logs.keys()) {
    const found = faultsOfValues(operations, index, key);
    faults.push(faultsOfOffsets(index, key), found.faults);
    unseen += found.unseen;
  }
  const steps = badSteps(operations, index);
  const forbidden = steps.filter(({ anomaly }) => !doesSubscribe || !REBALANCE_ANOMALIES.includes(anomaly));
  faults.push(forbidden.map((step) => stepFault(operations, step)));
  const findings = tellFaults(operations, faults.flat());
  const facts = { logs: index.logs.size, ...index.counts, unseen, allowedSteps: steps.length - forbidden.length };
  return judged(findings, facts, index.counts.polled === 0 ? 'nothing was ever polled' : undefined);
});

function faultsOfOffsets(index: LogIndex, key: string): LogFault[] {
  return [...(index.logs.get(key)?.offsets ?? [])].flatMap(([offset, seen]): LogFault[] => {
    if (seen.size < 2) return [];
    const records = [...seen.values()].slice(0, 3);
    const values = records.map(({ value }) => quote(value)).join(' and ');
    return [{ anomaly: 'inconsistent-offsets', records, message: `Offset ${offset} of log ${key} held ${values}` }];
  });
}

function faultsOfValues(
  operations: Operations,
  index: LogIndex,
  key: string,
): { readonly faults: readonly LogFault[]; readonly unseen: number } {
  const log = index.logs.get(key);
  const faults: LogFault[] = [];
  let unseen = 0;
  for (const { value, sends, polls, offsets } of log?.values.values() ?? []) {
    const name = `Value ${quote(value)} of log ${key}`;
    const [poll] = polls;
    const sent = sends.find(({ outcome }) => outcome === 'ok');
    if (offsets.size > 1) {
      const places = [...offsets.keys()].slice(0, 4).join(' and ');
      faults.push({
        anomaly: 'duplicate',
        records: [...offsets.values()].slice(0, 4),
        message: `${name} was at offsets ${places}`,
      });
    }
    if (poll !== undefined && sends.every(({ outcome }) => outcome === 'failed')) {
      const why = sends.length === 0 ? 'nobody had ever sent it' : 'its send had definitely failed';
      const message = `${name} was polled by ${who(operations, poll.op)} ${when(operations, poll.op)}, although ${why}`;
      faults.push({
        anomaly: sends.length === 0 ? 'unexpected' : 'G1a',
        records: [poll, ...sends.slice(0, 1)],
        message,
      });
    }
    const own = polls.find(({ op }) => sends.some((send) => send.op === op));
    if (own !== undefined) {
      faults.push({
        anomaly: 'precommitted-read',
        records: [own],
        message: `${name} was polled by the very operation that sends it`,
      });
    }
    if (sent === undefined || poll !== undefined) continue;
    const later = log?.highestPoll;
    if (later === undefined || sent.offset === null || sent.offset > (later.offset ?? -1)) unseen++;
    else {
      const message = `${name} was sent by ${who(operations, sent.op)} (acknowledged ${when(operations, sent.op)} at offset ${sent.offset}) and never polled, although offset ${later.offset} was polled by ${who(operations, later.op)} ${when(operations, later.op)}`;
      faults.push({ anomaly: 'lost-write', records: [sent, later], message });
    }
  }
  return { faults, unseen };
}

function stepFault(operations: Operations, { anomaly, before, after, skipped }: LogStep): LogFault {
  const did = after.action === 'poll' ? 'polled' : 'sent';
  const between = before.op === after.op ? 'in one operation' : 'in a row';
  const what = `${who(operations, after.op)} ${did} offsets ${before.offset} and then ${after.offset} of log ${after.key} ${between}`;
  const left = skipped === undefined ? '' : `, leaving out ${quote(skipped.value)} at offset ${skipped.offset}`;
  return {
    anomaly,
    records: skipped === undefined ? [before, after] : [before, after, skipped],
    message: `${capital(what)} ${when(operations, after.op)}${left}`,
  };
}

function tellFaults(operations: Operations, faults: readonly LogFault[]): Finding[] {
  const byAnomaly = groupBy(faults, ({ anomaly }) => anomaly);
  return [...byAnomaly].flatMap(([anomaly, found]) =>
    sampleFindings(found, {
      anomaly,
      label: ({ records }) => plural(records.length, 'record'),
      tell: ({ records, message }) => ({
        ops: operations.entries(records.map(({ op }) => op)),
        message: `${message}.`,
        ...(records[0] === undefined ? {} : { key: records[0].key }),
      }),
    }),
  );
}
