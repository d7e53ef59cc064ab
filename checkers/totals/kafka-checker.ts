import type { Checker } from '../../harness/kernel/checker.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import type { Budget } from '../judging/budget.ts';
import { groupBy } from '../judging/group-by.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { capital, plural, quote, when, who } from '../judging/wording.ts';
import { LaterSends } from './later-sends.ts';
import { logCycles } from './log-cycles.ts';
import { indexLogs, type LogIndex } from './log-index.ts';
import type { LogRecord } from './log-records.ts';
import { badSteps, type LogStep } from './log-steps.ts';

/** Something wrong with a log: a sentence, and the records that prove it. */
interface LogFault {
  readonly anomaly: string;
  readonly records: readonly LogRecord[];
  readonly message: string;
}

/**
 * Judges partitioned logs such as Kafka's: `send`, `poll` and `txn` operations (see `logRecordsOf` for their values),
 * `subscribe` and `assign`. Offsets give each log its order.
 *
 * Anomalies, by Jepsen's names: `inconsistent-offsets` (two values at one offset), `duplicate` (a value at more offsets
 * than it was sent), `lost-write` (sent for certain, never polled, although somebody polled something later), `G1a`
 * (polled, although its send had failed), `unexpected` (polled before anybody sent it), `precommitted-read` (an operation
 * polled what it sends itself), and steps: `nonmonotonic-poll`, `poll-skip`, `nonmonotonic-send`, and those inside one
 * operation, `int-nonmonotonic-poll`, `int-poll-skip`, `int-nonmonotonic-send`. `G1c`, `G1c-process` and `G1c-realtime`:
 * operations that polled from each other in a circle (see `logCycles`).
 *
 * Allowed, and only counted (`allowedSteps`): `int-send-skip`, and steps between polls of a process that had subscribed.
 * A transaction in doubt of which something was polled has happened, all of it. Option `wwDeps: true` counts the order of
 * records as an order of their transactions, which Kafka does not promise: then circles are `G0`, too.
 *
 * Values that are acknowledged, and past everything that anybody polled (`unseen`), make the verdict `unknown`.
 * O(records log records), and the search for circles.
 */
export const kafkaChecker: Checker = operationsChecker('kafka', (operations, { options, budget }) => {
  budget.doing('indexing the records of the logs');
  const index = indexLogs(operations, budget);
  const faults: (readonly LogFault[])[] = [];
  const laterSends = new LaterSends(index, budget);
  let unseen = 0;
  budget.doing('looking for lost, repeated and early records');
  for (const key of index.logs.keys()) {
    const found = faultsOfValues(operations, { index, laterSends, budget }, key);
    faults.push(faultsOfOffsets(index, key), found.faults);
    unseen += found.unseen;
  }
  const steps = badSteps(operations, index);
  const forbidden = steps.filter(({ isAllowed }) => !isAllowed);
  faults.push(forbidden.map((step) => stepFault(operations, step)));
  const findings = tellFaults(operations, faults.flat());
  budget.doing('searching for circles of polls');
  for (const { anomaly, parts, ops, message } of logCycles(operations, index, options.flag('wwDeps'), budget)) {
    findings.push({ anomaly, count: parts, ops: operations.entries(ops), message: `${message}.` });
  }
  const facts = { logs: index.logs.size, ...index.counts, unseen, allowedSteps: steps.length - forbidden.length };
  return judged(findings, facts, doubtOf(index, unseen));
});

/** What was polled and never sent is a finding, not a doubt. */
function doubtOf({ counts }: LogIndex, unseen: number): string | undefined {
  if (counts.polled === 0) return 'nothing was ever polled';
  if (unseen === 0) return undefined;
  return `${plural(unseen, 'acknowledged value')} may be past the last poll of the log: poll on until everything was seen`;
}

function faultsOfOffsets(index: LogIndex, key: string): LogFault[] {
  return [...(index.logs.get(key)?.offsets ?? [])].flatMap(([offset, seen]): LogFault[] => {
    if (seen.size < 2) return [];
    const records = [...seen.values()].slice(0, 3);
    const values = records.map(({ value }) => quote(value)).join(' and ');
    return [{ anomaly: 'inconsistent-offsets', records, message: `Offset ${offset} of log ${key} held ${values}` }];
  });
}

interface ValueTask {
  readonly index: LogIndex;
  readonly laterSends: LaterSends;
  readonly budget: Budget;
}

/** O(records of the log). */
function faultsOfValues(
  operations: Operations,
  { index, laterSends, budget }: ValueTask,
  key: string,
): { readonly faults: readonly LogFault[]; readonly unseen: number } {
  const log = index.logs.get(key);
  const faults: LogFault[] = [];
  let unseen = 0;
  for (const { value, sends, polls, offsets } of log?.values.values() ?? []) {
    budget.step(sends.length + polls.length + offsets.size);
    const name = `Value ${quote(value)} of log ${key}`;
    const [poll] = polls;
    const possible = sends.filter(({ outcome }) => outcome !== 'failed');
    const sent = possible.find(({ op, outcome }) => outcome === 'ok' || isWhole(operations, index, op));
    if (offsets.size > Math.max(1, possible.length)) {
      const places = [...offsets.keys()].slice(0, 4).join(' and ');
      faults.push({
        anomaly: 'duplicate',
        records: [...offsets.values()].slice(0, 4),
        message: `${name} was at offsets ${places}`,
      });
    }
    // Sends are in order of invocation: if the first one had not begun, none had.
    const [first] = possible;
    const early = polls.find(({ op }) => first === undefined || first.op > operations.completion(op));
    if (early !== undefined) {
      const why =
        possible.length > 0
          ? 'its send only began later'
          : sends.length > 0
            ? 'its send had definitely failed'
            : 'nobody had ever sent it';
      const message = `${name} was polled by ${who(operations, early.op)} ${when(operations, early.op)}, although ${why}`;
      faults.push({
        anomaly: possible.length === 0 && sends.length > 0 ? 'G1a' : 'unexpected',
        records: [early, ...[...possible, ...sends].slice(0, 1)],
        message,
      });
    }
    const senders = new Set(sends.map(({ op }) => op));
    const own = polls.find(({ op }) => senders.has(op));
    if (own !== undefined) {
      faults.push({
        anomaly: 'precommitted-read',
        records: [own],
        message: `${name} was polled by the very operation that sends it`,
      });
    }
    if (sent === undefined || poll !== undefined) continue;
    const later = log?.highestPoll;
    const sibling = sent.outcome === 'ok' ? undefined : laterSends.shownAfter(sent);
    const offset = sent.outcome === 'ok' ? sent.offset : (sibling?.offset ?? null);
    if (later === undefined || offset === null || offset > (later.offset ?? -1)) unseen++;
    else {
      const how =
        sent.outcome === 'ok'
          ? `(acknowledged ${when(operations, sent.op)} at offset ${offset})`
          : `before what is at offset ${offset}, in one transaction,`;
      const message = `${name} was sent by ${who(operations, sent.op)} ${how} and never polled, although offset ${later.offset} was polled by ${who(operations, later.op)} ${when(operations, later.op)}`;
      faults.push({
        anomaly: 'lost-write',
        records: [sent, ...(sibling === undefined ? [] : [sibling]), later],
        message,
      });
    }
  }
  return { faults, unseen };
}

/** Whether an operation in doubt is a transaction that has happened: then all of it has. */
function isWhole(operations: Operations, index: LogIndex, op: number): boolean {
  return operations.f(op) === 'txn' && index.committed.has(op);
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
