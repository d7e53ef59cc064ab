import type { Checker } from '../../harness/kernel/checker.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import type { Budget } from '../judging/budget.ts';
import { finalReadsOf, type FinalReadOptions, type FinalReads } from '../judging/final-reads.ts';
import { groupByKey } from '../judging/group-by-key.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { listed, ofKey, plural, quote, when, who } from '../judging/wording.ts';
import { tellSet } from './set-findings.ts';
import { NEVER, observeSet, type SetObservations } from './set-observations.ts';

/** A message that did not reach everybody. */
interface Undelivered {
  readonly id: number;
  readonly missing: readonly (readonly [place: string, read: number])[];
}

/**
 * Judges broadcast: `broadcast` (a message) reaches every node, whose `read` answers the messages it knows; per key.
 * Anomalies: `undelivered` (acknowledged, or read by somebody before the final phase, and missing from the final read of
 * some node), `unexpected`. A message that is listed twice is one (`duplicated` is a fact). A message that nobody answered
 * for, and that only some of the final reads have, is a doubt: it may still be on its way.
 *
 * Options: `finalFromNs` (start of the final phase; absent: reads that began after the last broadcast had been answered),
 * `nodes`, as for `set`. O(messages * places + total size of the reads).
 */
export const broadcastChecker: Checker = operationsChecker('broadcast', (operations, { options, budget }) => {
  const findings: Finding[] = [];
  const doubts: string[] = [];
  const places = new Set<string>();
  const counts = { messages: 0, acknowledged: 0, reads: 0, undelivered: 0, unexpected: 0, duplicated: 0 };
  const wanted: FinalReadOptions = { finalFromNs: options.number('finalFromNs'), nodes: options.texts('nodes') };
  for (const [key, invocations] of groupByKey(operations)) {
    const judgement = judgeBroadcast(operations, { invocations, wanted, budget });
    const { observations, finals, undelivered } = judgement;
    findings.push(
      ...tellUndelivered(operations, judgement),
      ...tellSet(operations, {
        key,
        observations: { ...observations, duplicated: [] },
        judgement: { finals, lost: [], stale: [] },
      }),
    );
    for (const place of finals.byPlace.keys()) places.add(place);
    for (const doubt of judgement.doubts) doubts.push(`${doubt}${ofKey(operations, key)}`);
    counts.messages += observations.elements.size;
    counts.acknowledged += observations.acknowledgedAt.subarray(0, observations.elements.size).filter(isPoint).length;
    counts.reads += observations.reads.length;
    counts.undelivered += undelivered.length;
    counts.unexpected += observations.unexpected.length;
    counts.duplicated += observations.duplicated.length;
  }
  if (counts.messages === 0) doubts.unshift('nothing was ever broadcast');
  else if (counts.acknowledged === 0) doubts.unshift('no broadcast was acknowledged: run until some are answered');
  return judged(findings, { ...counts, places: [...places] }, doubts.length === 0 ? undefined : listed(doubts, 3));
});

function isPoint(at: number): boolean {
  return at !== NEVER;
}

interface BroadcastTask {
  readonly invocations: readonly number[];
  readonly wanted: FinalReadOptions;
  readonly budget: Budget;
}

interface BroadcastJudgement {
  readonly observations: SetObservations;
  readonly finals: FinalReads;
  readonly undelivered: readonly Undelivered[];
  /** The broadcast that was answered last: the final phase begins after it, where nobody says when. */
  readonly lastSend: number | undefined;
  readonly doubts: readonly string[];
}

function judgeBroadcast(operations: Operations, { invocations, wanted, budget }: BroadcastTask): BroadcastJudgement {
  const sends = invocations.filter((op) => operations.f(op) === 'broadcast');
  const answered = invocations.filter((op) => operations.f(op) === 'read' && operations.isOk(op));
  const reads = answered.filter((op) => Array.isArray(operations.history.decode(operations.output(op))));
  const observations = observeSet(operations, sends, reads, budget);
  const lastAnswer = sends.reduce((last, send) => Math.max(last, operations.completion(send)), -1);
  const late = wanted.finalFromNs === undefined ? reads.filter((read) => read > lastAnswer) : reads;
  // Where nobody says which node it was, each process looks for itself.
  const finals = finalReadsOf(operations, late, { ...wanted, finalFromNs: wanted.finalFromNs ?? -Infinity });
  const finalFrom = Math.min(...finals.byPlace.values());
  const { undelivered, onTheWay } = missingMessages(observations, finals.byPlace, finalFrom, budget);
  const doubts: string[] = [];
  if (answered.length > reads.length) {
    doubts.push(`${plural(answered.length - reads.length, 'read')} answered something that is not a list`);
  }
  if (sends.length > 0 && finals.byPlace.size === 0) doubts.push('there is no final read');
  else if (sends.length > 0 && finals.missingNodes.length > 0) {
    doubts.push(`there is no final read from ${listed(finals.missingNodes)}`);
  } else if (finals.byPlace.size === 1) doubts.push('there is a final read from one place only, two are needed');
  if (onTheWay > 0) doubts.push(`${plural(onTheWay, 'message')} without answer reached some and not all`);
  const lastSend = sends.find((send) => operations.completion(send) === lastAnswer);
  return { observations, finals, undelivered, lastSend, doubts };
}

/**
 * Messages that are missing from a final read: of those acknowledged before that read began, or read by somebody before the
 * final phase. How many others were known by then, and may be on their way, is counted.
 */
function missingMessages(
  observations: SetObservations,
  byPlace: ReadonlyMap<string, number>,
  finalFrom: number,
  budget: Budget,
): { readonly undelivered: readonly Undelivered[]; readonly onTheWay: number } {
  const ordinals = new Map(observations.reads.map((read, ordinal) => [read, ordinal]));
  const finals = [...byPlace].map(([place, read]) => ({
    place,
    read,
    has: new Set(observations.seen[ordinals.get(read) ?? -1] ?? []),
  }));
  const undelivered: Undelivered[] = [];
  let onTheWay = 0;
  for (let id = 0; id < observations.elements.size; id++) {
    budget.step(finals.length);
    const knownAt = observations.knownAt[id] ?? NEVER;
    const acknowledgedAt = observations.acknowledgedAt[id] ?? NEVER;
    const without = finals.filter(({ read, has }) => knownAt < read && !has.has(id));
    const missing = without
      .filter(({ read }) => acknowledgedAt < read || knownAt < finalFrom)
      .map(({ place, read }): readonly [string, number] => [place, read]);
    if (missing.length > 0) undelivered.push({ id, missing });
    else if (without.length > 0) onTheWay++;
  }
  return { undelivered, onTheWay };
}

function tellUndelivered(
  operations: Operations,
  { observations, finals, undelivered, lastSend = NEVER }: BroadcastJudgement,
): Finding[] {
  const message = (id: number): string => quote(observations.elements.elementOf(id));
  return sampleFindings(undelivered, {
    anomaly: 'undelivered',
    label: ({ id }) => `message ${message(id)}`,
    tell: ({ id, missing }) => {
      const isAnswered = missing.some(([, read]) => (observations.acknowledgedAt[id] ?? NEVER) < read);
      const acknowledged = isAnswered ? (observations.acknowledgedAdd[id] ?? NEVER) : NEVER;
      const send = acknowledged === NEVER ? (observations.firstPossibleAdd[id] ?? NEVER) : acknowledged;
      const reader = observations.reads.filter((read) => operations.completion(read) === observations.knownAt[id]);
      const known =
        acknowledged === NEVER
          ? `(not answered until then) and read by ${reader.map((read) => `${who(operations, read)} ${when(operations, read)}`).join()}`
          : `(acknowledged ${when(operations, send)})`;
      return {
        ops: operations.entries([
          send,
          ...(isAnswered ? [] : [...reader, lastSend, ...finals.byPlace.values()]),
          ...missing.map(([, read]) => read),
        ]),
        message: `Message ${message(id)} was broadcast by ${who(operations, send)} ${known} and is missing from ${plural(missing.length, 'final read')}: ${listed(missing.map(([place]) => place))}.`,
      };
    },
  });
}
