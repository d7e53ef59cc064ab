import type { Checker } from '../../harness/kernel/checker.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { finalReadsOf } from '../judging/final-reads.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { listed, plural, quote, when, who } from '../judging/wording.ts';
import { tellSet } from './set-findings.ts';
import { NEVER, observeSet, type SetObservations } from './set-observations.ts';

/** A message that did not reach everybody. */
interface Undelivered {
  readonly id: number;
  readonly missing: readonly (readonly [place: string, read: number])[];
}

/**
 * Judges broadcast: `broadcast` (a message) reaches every node, whose `read` answers the messages it knows. Anomalies:
 * `undelivered` (acknowledged, and missing from the final read of some node), `unexpected`. A message that is listed
 * twice is one (`duplicated` is a fact).
 *
 * Options: `finalFromNs`, `nodes`, as for `set`. O(messages + total size of the reads).
 */
export const broadcastChecker: Checker = operationsChecker('broadcast', (operations, { options, budget }) => {
  const invocations = [...operations.invocations];
  const sends = invocations.filter((op) => operations.f(op) === 'broadcast');
  const reads = invocations.filter(
    (op) =>
      operations.f(op) === 'read' &&
      operations.isOk(op) &&
      Array.isArray(operations.history.decode(operations.output(op))),
  );
  const observations = observeSet(operations, sends, reads, budget);
  const finals = finalReadsOf(operations, reads, {
    finalFromNs: options.number('finalFromNs'),
    nodes: options.texts('nodes'),
  });
  const undelivered = undeliveredOf(observations, finals.byPlace);
  const findings: Finding[] = [
    ...tellUndelivered(operations, observations, undelivered),
    ...tellSet(operations, {
      key: operations.key(sends[0] ?? 0),
      observations: { ...observations, duplicated: [] },
      judgement: { finals, lost: [], stale: [] },
    }),
  ];
  const facts = {
    messages: observations.elements.size,
    reads: reads.length,
    undelivered: undelivered.length,
    unexpected: observations.unexpected.length,
    duplicated: observations.duplicated.length,
    places: [...finals.byPlace.keys()],
  };
  const doubts: string[] = [];
  if (sends.length === 0) doubts.push('nothing was ever broadcast');
  if (finals.byPlace.size === 0) doubts.push('there is no final read');
  else if (finals.missingNodes.length > 0) doubts.push(`there is no final read from ${listed(finals.missingNodes)}`);
  return judged(findings, facts, doubts.length === 0 ? undefined : doubts.join('; '));
});

function undeliveredOf(observations: SetObservations, byPlace: ReadonlyMap<string, number>): Undelivered[] {
  const finals = [...byPlace].map(([place, read]) => ({
    place,
    read,
    has: new Set(observations.seen[observations.reads.indexOf(read)] ?? []),
  }));
  const found: Undelivered[] = [];
  for (let id = 0; id < observations.elements.size; id++) {
    const acknowledgedAt = observations.acknowledgedAt[id] ?? NEVER;
    const missing = finals
      .filter(({ read, has }) => acknowledgedAt < read && !has.has(id))
      .map(({ place, read }): readonly [string, number] => [place, read]);
    if (missing.length > 0) found.push({ id, missing });
  }
  return found;
}

function tellUndelivered(
  operations: Operations,
  observations: SetObservations,
  undelivered: readonly Undelivered[],
): Finding[] {
  const message = (id: number): string => quote(observations.elements.elementOf(id));
  return sampleFindings(undelivered, {
    anomaly: 'undelivered',
    label: ({ id }) => `message ${message(id)}`,
    tell: ({ id, missing }) => {
      const send = observations.acknowledgedAdd[id] ?? 0;
      return {
        ops: operations.entries([send, ...missing.map(([, read]) => read)]),
        message: `Message ${message(id)} was broadcast by ${who(operations, send)} (acknowledged ${when(operations, send)}) and is missing from ${plural(missing.length, 'final read')}: ${listed(missing.map(([place]) => place))}.`,
      };
    },
  });
}
