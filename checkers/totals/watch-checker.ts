import { firstWhere } from '../../harness/kernel/bounds.ts';
import type { Checker } from '../../harness/kernel/checker.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import type { Budget } from '../judging/budget.ts';
import { groupBy } from '../judging/group-by.ts';
import { identityOf } from '../judging/identity.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { quote, when, who } from '../judging/wording.ts';
import {
  knownEvents,
  matches,
  watchesOf,
  type Known,
  type KnownEvent,
  type Watch,
  type WatchEvent,
} from './watch-events.ts';

/** A broken promise of a stream. */
interface WatchFault {
  readonly anomaly: string;
  readonly watch: Watch;
  /** Operations beside the watch that prove it. */
  readonly also: readonly number[];
  readonly message: string;
}

/**
 * Judges streams of changes by the nine promises of etcd's watch: anomalies `Filter` (an event that was not asked for),
 * `Ordered` (revisions go back), `Unique` (an event twice), `Atomic` (a revision split over messages), `Bookmarkable` (an
 * event at or below a revision said to be complete, or one missing that such a revision covers), `Resumable` (the first
 * events asked for are missing), `Reliable` (an event between delivered ones is missing, or told otherwise than by others),
 * `PrevKV` (wrong previous value), `IsCreate` (wrongly told to be new). An event that is missing although another one of its
 * revision was delivered is `Atomic`, too.
 *
 * For values of operations see `watchesOf` and `knownEvents`. What happened is known from all streams and all writers'
 * answers together; where that is one stream alone, nothing can be found missing, and the verdict is `unknown`.
 * O(events log events + watches * (events that they cover + wrong events)).
 */
export const watchChecker: Checker = operationsChecker('watch', (operations, { budget }) => {
  const watches = watchesOf(operations);
  const known = knownEvents(operations, watches);
  const faults: (readonly WatchFault[])[] = [];
  let events = 0;
  const streams = watches.map((watch) => ({ watch, coverage: coverageOf(watch) }));
  for (const { watch, coverage } of streams) {
    const all = watch.responses.flatMap((response) => response.events);
    events += all.length;
    budget.step(all.length * 8 + known.byKey.size);
    faults.push(faultsOfStream(watch), missingEvents(watch, all, { coverage, known, budget }));
    const ownFirst: readonly [Stream, ...(readonly Stream[])] = [{ watch, coverage }, ...streams];
    faults.push(contradictions(watch, all, known), wrongPasts(ownFirst, all, known, budget));
  }
  const findings = tellFaults(operations, faults.flat());
  const doubt =
    events === 0
      ? 'no stream delivered any event'
      : known.toldByOthers === 0
        ? 'no event is known but from the one stream that delivered it: watch twice, or let writers answer revisions'
        : undefined;
  return judged(findings, { watches: watches.length, events, toldByOthers: known.toldByOthers }, doubt);
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

/** The revisions of which a stream must have delivered everything it was asked for: from where, and up to where. */
interface Coverage {
  readonly from: number;
  readonly first: number;
  readonly lastDelivered: number;
  readonly last: number;
}

interface Stream {
  readonly watch: Watch;
  readonly coverage: Coverage;
}

/** O(events of the stream). */
function coverageOf({ from, responses }: Watch): Coverage {
  let [first, lastDelivered, last] = [Infinity, -Infinity, -Infinity];
  for (const { events, progress = -Infinity } of responses) {
    for (const { revision } of events) {
      first = Math.min(first, revision);
      lastDelivered = Math.max(lastDelivered, revision);
    }
    last = Math.max(last, lastDelivered, progress);
  }
  return { from: from ?? first, first, lastDelivered, last };
}

/** Events that must have been delivered: from the revision asked for, or the first one delivered, to the last one seen. */
function missingEvents(
  watch: Watch,
  delivered: readonly WatchEvent[],
  { coverage, known, budget }: { readonly coverage: Coverage; readonly known: Known; readonly budget: Budget },
): WatchFault[] {
  const { from, last } = coverage;
  const has = new Set(delivered.map(({ key, revision }) => `${revision} ${key}`));
  const revisions = new Set(delivered.map(({ revision }) => revision));
  const faults: WatchFault[] = [];
  for (const [key, events] of known.byKey) {
    if (!matches(watch, key)) continue;
    for (let at = firstAtOrAfter(events, from); at < events.length; at++) {
      budget.step();
      const event = events[at];
      if (event === undefined || event.revision > last) break;
      if (has.has(`${event.revision} ${key}`)) continue;
      const message = `did not deliver ${describe(event)}, although it was asked for revisions from ${from} on and came to ${last}`;
      const anomaly = revisions.has(event.revision) ? 'Atomic' : brokenByGap(event.revision, coverage);
      faults.push({ anomaly, watch, also: [event.op], message });
    }
  }
  return faults;
}

function brokenByGap(revision: number, { first, lastDelivered }: Coverage): string {
  if (revision > lastDelivered) return 'Bookmarkable';
  return revision < first ? 'Resumable' : 'Reliable';
}

/** Events that somebody else tells otherwise. */
function contradictions(watch: Watch, delivered: readonly WatchEvent[], known: Known): WatchFault[] {
  return delivered.flatMap((event): WatchFault[] => {
    const events = known.byKey.get(event.key) ?? [];
    const told = events[firstAtOrAfter(events, event.revision)];
    // What was delivered is known itself: that, or another one's word about it, is found here.
    if (told === undefined || told.op === watch.op) return [];
    if (identityOf(told.value) === identityOf(event.value)) return [];
    return [
      {
        anomaly: 'Reliable',
        watch,
        also: [told.op],
        message: `delivered ${describe(event)}, told as ${describe(told)}`,
      },
    ];
  });
}

/**
 * Events of the first stream that tell what was there before, and tell it wrong. Only where the change before is known for
 * certain. O(events log events + wrong events * streams).
 */
function wrongPasts(
  streams: readonly [Stream, ...(readonly Stream[])],
  delivered: readonly WatchEvent[],
  known: Known,
  budget: Budget,
): WatchFault[] {
  const [{ watch }] = streams;
  return delivered.flatMap((event): WatchFault[] => {
    const events = known.byKey.get(event.key) ?? [];
    const before = events[firstAtOrAfter(events, event.revision) - 1];
    if (before === undefined) return [];
    const isOtherValue = event.previous !== undefined && identityOf(event.previous) !== identityOf(before.value);
    const isOtherKind =
      event.isCreate !== undefined && event.value !== null && event.isCreate !== (before.value === null);
    if (!isOtherValue && !isOtherKind) return [];
    const witness = gapWitness(event, before, streams, budget);
    if (witness === undefined) return [];
    const faults: WatchFault[] = [];
    const also = [before.op, ...witness];
    const after = `after ${describe(before)}`;
    if (isOtherValue) {
      const message = `delivered ${describe(event)} with ${quote(event.previous)} as the previous value, ${after}`;
      faults.push({ anomaly: 'PrevKV', watch, also, message });
    }
    if (isOtherKind) {
      const message = `delivered ${describe(event)} as ${event.isCreate === true ? 'a creation' : 'a change'}, ${after}`;
      faults.push({ anomaly: 'IsCreate', watch, also, message });
    }
    return faults;
  });
}

/** Why nothing can have happened between two known changes of a key: no room, or a stream that would have told. */
function gapWitness(
  event: WatchEvent,
  before: KnownEvent,
  streams: readonly Stream[],
  budget: Budget,
): readonly number[] | undefined {
  if (before.revision === event.revision - 1) return [];
  const witness = streams.find(({ watch, coverage: { from, last } }) => {
    budget.step();
    return from <= before.revision + 1 && last >= event.revision - 1 && matches(watch, event.key);
  });
  return witness === undefined ? undefined : [witness.watch.op];
}

/** Position of the first of the events, which are in order of revision, at or after `revision`. */
function firstAtOrAfter(events: readonly KnownEvent[], revision: number): number {
  return firstWhere(0, events.length, (position) => (events[position]?.revision ?? 0) >= revision);
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
