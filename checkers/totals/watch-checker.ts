import type { Checker } from '../../harness/kernel/checker.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { groupBy } from '../judging/group-by.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { quote, when, who } from '../judging/wording.ts';
import { knownEvents, matches, watchesOf, type KnownEvent, type Watch, type WatchEvent } from './watch-events.ts';

/** A broken promise of a stream. */
interface WatchFault {
  readonly anomaly: string;
  readonly watch: Watch;
  /** Operations beside the watch that prove it. */
  readonly also: readonly number[];
  readonly message: string;
}

type Known = ReadonlyMap<string, readonly KnownEvent[]>;

/**
 * Judges streams of changes by the nine promises of etcd's watch: anomalies `Filter` (an event that was not asked for),
 * `Ordered` (revisions go back), `Unique` (an event twice), `Atomic` (a revision split over messages), `Bookmarkable` (an
 * event at or below a revision said to be complete), `Resumable` (the first events asked for are missing), `Reliable` (an
 * event between delivered ones is missing), `PrevKV` (wrong previous value), `IsCreate` (wrongly told to be new).
 *
 * For values of operations see `watchesOf` and `knownEvents`. What happened is known from all streams and all writers'
 * answers together. O(events log events + watches * keys).
 */
export const watchChecker: Checker = operationsChecker('watch', (operations, { budget }) => {
  const watches = watchesOf(operations);
  const known = knownEvents(operations, watches);
  const faults: (readonly WatchFault[])[] = [];
  let events = 0;
  for (const watch of watches) {
    const all = watch.responses.flatMap((response) => response.events);
    events += all.length;
    budget.step(all.length * 8 + known.size);
    faults.push(faultsOfStream(watch), missingEvents(watch, all, known), wrongPasts(watch, all, known));
  }
  const findings = tellFaults(operations, faults.flat());
  return judged(
    findings,
    { watches: watches.length, events },
    events === 0 ? 'no stream delivered any event' : undefined,
  );
});

/** What a stream shows without knowing what happened. */
function faultsOfStream(watch: Watch): WatchFault[] {
  const faults: WatchFault[] = [];
  const add = (anomaly: string, message: string): void => void faults.push({ anomaly, watch, also: [], message });
  const seen = new Set<string>();
  let [last, complete] = [-Infinity, -Infinity];
  for (const { events, progress } of watch.responses) {
    const lastBefore = last;
    for (const event of events) {
      const name = describe(event);
      const identity = `${event.revision} ${event.key}`;
      if (!matches(watch, event.key)) add('Filter', `delivered ${name}, which it was not asked for`);
      if (event.revision < last) add('Ordered', `delivered ${name} after revision ${last}`);
      if (seen.has(identity)) add('Unique', `delivered ${name} twice`);
      else if (event.revision === lastBefore)
        add('Atomic', `delivered ${name} in another message than the rest of that revision`);
      if (event.revision <= complete)
        add(
          'Bookmarkable',
          `delivered ${name} after it had said that everything up to revision ${complete} was delivered`,
        );
      seen.add(identity);
      last = Math.max(last, event.revision);
    }
    if (progress === undefined) continue;
    if (progress < last)
      add(
        'Bookmarkable',
        `said that everything up to revision ${progress} was delivered after it had delivered revision ${last}`,
      );
    complete = Math.max(complete, progress);
  }
  return faults;
}

/** Events that must have been delivered: from the revision asked for, or the first one delivered, to the last one seen. */
function missingEvents(watch: Watch, delivered: readonly WatchEvent[], known: Known): WatchFault[] {
  const first = delivered.reduce((least, { revision }) => Math.min(least, revision), Infinity);
  const lastDelivered = delivered.reduce((most, { revision }) => Math.max(most, revision), -Infinity);
  const last = watch.responses.reduce((most, { progress }) => Math.max(most, progress ?? -Infinity), lastDelivered);
  const from = watch.from ?? first;
  const has = new Set(delivered.map(({ key, revision }) => `${revision} ${key}`));
  const faults: WatchFault[] = [];
  for (const [key, events] of known) {
    if (!matches(watch, key)) continue;
    for (const event of events) {
      if (event.revision < from || event.revision > last || has.has(`${event.revision} ${key}`)) continue;
      const anomaly = event.revision < first ? 'Resumable' : 'Reliable';
      const message = `did not deliver ${describe(event)}, although it was asked for revisions from ${from} on and came to ${last}`;
      faults.push({ anomaly, watch, also: [event.op], message });
    }
  }
  return faults;
}

/** Events that tell what was there before, and tell it wrong. Only where the change before is known for certain. */
function wrongPasts(watch: Watch, delivered: readonly WatchEvent[], known: Known): WatchFault[] {
  return delivered.flatMap((event): WatchFault[] => {
    const before = eventBefore(known.get(event.key) ?? [], event.revision);
    if (before === undefined) return [];
    const faults: WatchFault[] = [];
    const after = `after ${describe(before)}`;
    if (event.previous !== undefined && JSON.stringify(event.previous) !== JSON.stringify(before.value)) {
      const message = `delivered ${describe(event)} with ${quote(event.previous)} as the previous value, ${after}`;
      faults.push({ anomaly: 'PrevKV', watch, also: [before.op], message });
    }
    if (event.isCreate !== undefined && event.value !== null && event.isCreate !== (before.value === null)) {
      const message = `delivered ${describe(event)} as ${event.isCreate ? 'a creation' : 'a change'}, ${after}`;
      faults.push({ anomaly: 'IsCreate', watch, also: [before.op], message });
    }
    return faults;
  });
}

function eventBefore(events: readonly KnownEvent[], revision: number): KnownEvent | undefined {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.revision ?? 0) < revision) low = middle + 1;
    else high = middle;
  }
  return events[low - 1];
}

function describe({ key, revision, value }: WatchEvent): string {
  return value === null
    ? `the deletion of ${quote(key)} at revision ${revision}`
    : `${quote(key)} = ${quote(value)} at revision ${revision}`;
}

function tellFaults(operations: Operations, faults: readonly WatchFault[]): Finding[] {
  return [...groupBy(faults, ({ anomaly }) => anomaly)].flatMap(([anomaly, found]) =>
    sampleFindings(found, {
      anomaly,
      label: ({ watch }) => `the stream of ${who(operations, watch.op)}`,
      tell: ({ watch, also, message }) => ({
        ops: operations.entries([watch.op, ...also]),
        message: `The stream of ${who(operations, watch.op)} that ended ${when(operations, watch.op)} ${message}.`,
      }),
    }),
  );
}
