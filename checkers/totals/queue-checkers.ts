import type { Checker } from '../../harness/kernel/checker.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { groupByKey, keyMember } from '../judging/group-by-key.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { listed, ofKey, plural, quote, when, who } from '../judging/wording.ts';
import { tallyQueue, type QueuedValue, type QueueTally } from './queue-tally.ts';

/**
 * Judges that what comes out of a queue went in: every dequeued value was enqueued before, and at no time has come out more
 * often than it may have gone in. Nothing is said about order (see `linearizability` with model `fifo-queue`) and loss (see
 * `total-queue`).
 *
 * Anomalies: `unexpected`, `duplicated`; option `allowDuplicates: true` for queues that deliver at least once. Per key.
 * O(operations log operations).
 */
export const queueChecker: Checker = queueCheckerOf('queue', false);

/**
 * Judges queues that were emptied in the end: as `queue`, and every acknowledged value came out. Anomalies: `lost`,
 * `unexpected`, `duplicated` (unless `allowDuplicates: true`).
 *
 * A loss is only a violation where the queue was found empty after the enqueue had been answered, and where more values
 * are missing than crashed dequeues may have taken unseen; otherwise the verdict is `unknown`.
 */
export const totalQueueChecker: Checker = queueCheckerOf('total-queue', true);

function queueCheckerOf(name: string, wantsAll: boolean): Checker {
  return operationsChecker(name, (operations, { options, budget }) => {
    const allowsDuplicates = options.flag('allowDuplicates');
    const findings: Finding[] = [];
    const doubts: string[] = [];
    const counts: Record<string, number> = {};
    const count = (member: string, by: number): void => void (counts[member] = (counts[member] ?? 0) + by);
    for (const [key, invocations] of groupByKey(operations)) {
      const tally = tallyQueue(operations, invocations, budget);
      if (tally.nullEnqueues > 0) {
        doubts.push(
          `${plural(tally.nullEnqueues, 'enqueue')} of null${ofKey(operations, key)} cannot be told from nothing`,
        );
      }
      const surplus = tally.values.flatMap((value) => surplusOf(operations, value) ?? []);
      const unexpected = surplus.filter(({ sources }) => sources.length === 0);
      const duplicated = surplus.filter(({ sources }) => sources.length > 0);
      findings.push(...tellUnexpected(operations, key, unexpected));
      if (!allowsDuplicates) findings.push(...tellDuplicated(operations, key, duplicated));
      count(
        'attempted',
        sumOver(tally, (value) => value.acknowledged.length + value.inDoubt.length + value.failed.length),
      );
      count(
        'acknowledged',
        sumOver(tally, (value) => value.acknowledged.length),
      );
      count(
        'taken',
        sumOver(tally, (value) => value.taken.length),
      );
      count(
        'recovered',
        tally.values.filter(
          (value) => value.acknowledged.length === 0 && value.inDoubt.length > 0 && value.taken.length > 0,
        ).length,
      );
      count('unexpected', unexpected.length);
      count('duplicated', duplicated.length);
      if (!wantsAll) continue;
      const missing = tally.values.filter((value) => value.taken.length < value.acknowledged.length);
      count('missing', missing.length);
      const doubt = doubtOfLoss(operations, tally, missing);
      if (doubt === undefined) findings.push(...tellLost(operations, key, tally, missing));
      else
        doubts.push(
          `${plural(missing.length, 'acknowledged value')}${ofKey(operations, key)} never came out, but ${doubt}`,
        );
    }
    if ((counts['attempted'] ?? 0) === 0) doubts.unshift('nothing was ever enqueued');
    else if ((counts['taken'] ?? 0) === 0)
      doubts.unshift('nothing was ever dequeued: let clients take values out, too');
    else if (wantsAll && (counts['acknowledged'] ?? 0) === 0) {
      doubts.unshift('no enqueue was acknowledged, so none could be lost: run until enqueues are answered');
    }
    const facts: Readonly<Record<string, JsonValue>> = counts;
    return judged(findings, facts, doubts.length === 0 ? undefined : listed(doubts, 3));
  });
}

function sumOver(tally: QueueTally, of: (value: QueuedValue) => number): number {
  return tally.values.reduce((total, value) => total + of(value), 0);
}

/** The first take that had nothing left to take, with all takes until then and the enqueues that had begun. */
interface Surplus {
  readonly value: QueuedValue;
  readonly takes: readonly number[];
  readonly sources: readonly number[];
}

/** By Hall's theorem it is enough that each take, in order of their ends, has as many enqueues begun before its end. */
function surplusOf(operations: Operations, value: QueuedValue): Surplus | undefined {
  const takes = value.taken.toSorted((left, right) => operations.completion(left) - operations.completion(right));
  const sources = [...value.acknowledged, ...value.inDoubt].sort((left, right) => left - right);
  let begun = 0;
  for (const [position, take] of takes.entries()) {
    while ((sources[begun] ?? Infinity) < operations.completion(take)) begun++;
    if (begun <= position) return { value, takes: takes.slice(0, position + 1), sources: sources.slice(0, begun) };
  }
  return undefined;
}

/** How many values must be missing for each one that went in before the queue was last found empty. */
function certainlyMissing(operations: Operations, tally: QueueTally, { acknowledged, taken }: QueuedValue): number {
  const early = acknowledged.filter((op) => operations.completion(op) < tally.lastFoundEmpty);
  return Math.max(0, early.length - taken.length);
}

/** Why a missing value may not be lost; undefined where it must be. */
function doubtOfLoss(operations: Operations, tally: QueueTally, missing: readonly QueuedValue[]): string | undefined {
  if (missing.length === 0) return undefined;
  const gone = missing.reduce((total, value) => total + certainlyMissing(operations, tally, value), 0);
  if (gone === 0) return 'the queue was not found empty afterwards: dequeue until it is';
  if (tally.unseenDrains > 0) return 'a drain without answer may have taken them';
  if (gone > tally.unseenDequeues.length) return undefined;
  return `${plural(tally.unseenDequeues.length, 'dequeue')} without answer may have taken them`;
}

function tellLost(operations: Operations, key: number, tally: QueueTally, missing: readonly QueuedValue[]): Finding[] {
  const lost = missing.filter((value) => certainlyMissing(operations, tally, value) > 0);
  if (lost.length === 0) return [];
  if (tally.unseenDequeues.length > 0) return tellLostTogether(operations, key, tally, lost);
  return sampleFindings(lost, {
    anomaly: 'lost',
    label: ({ value }) => quote(value),
    tell: ({ value, acknowledged, taken }) => ({
      ...keyMember(operations, key),
      ops: operations.entries([...acknowledged, ...taken, tally.lastFoundEmpty]),
      message: `Value ${quote(value)}${ofKey(operations, key)} was enqueued by ${who(operations, acknowledged[0] ?? 0)} (acknowledged ${when(operations, acknowledged[0] ?? 0)}) and ${taken.length === 0 ? 'never came out' : `came out ${plural(taken.length, 'time')} of ${acknowledged.length}`}, although the queue was found empty ${when(operations, tally.lastFoundEmpty)}.`,
    }),
  });
}

/** Dequeues without answer may have taken any of the values, but not all: only together they prove that some are lost. */
function tellLostTogether(
  operations: Operations,
  key: number,
  { unseenDequeues, lastFoundEmpty }: QueueTally,
  lost: readonly QueuedValue[],
): Finding[] {
  const gone = lost.reduce((total, { acknowledged, taken }) => total + acknowledged.length - taken.length, 0);
  const enqueues = lost.flatMap(({ acknowledged, taken }) => [...acknowledged, ...taken]);
  const values = listed(lost.map(({ value }) => quote(value)));
  const [have, dequeues] = [lost.length === 1 ? 'was' : 'were', plural(unseenDequeues.length, 'dequeue')];
  return [
    {
      anomaly: 'lost',
      count: Math.max(1, gone - unseenDequeues.length),
      ...keyMember(operations, key),
      ops: operations.entries([...enqueues, ...unseenDequeues, lastFoundEmpty]),
      message: `Of the values ${values}${ofKey(operations, key)}, which ${have} enqueued and acknowledged, none came out before the queue was found empty ${when(operations, lastFoundEmpty)}, and ${dequeues} without answer cannot have taken them all.`,
    },
  ];
}

function tellUnexpected(operations: Operations, key: number, surplus: readonly Surplus[]): Finding[] {
  return sampleFindings(surplus, {
    anomaly: 'unexpected',
    label: ({ value }) => quote(value.value),
    tell: ({ value, takes }) => {
      const [take = 0] = takes;
      const all = [...value.acknowledged, ...value.inDoubt];
      const why =
        all.length > 0
          ? 'its enqueue only began later'
          : value.failed.length > 0
            ? 'its enqueue had definitely failed'
            : 'nobody had ever tried to enqueue it';
      return {
        ...keyMember(operations, key),
        ops: operations.entries([take, ...all, ...value.failed]),
        message: `Value ${quote(value.value)}${ofKey(operations, key)} came out for ${who(operations, take)} ${when(operations, take)}, although ${why}.`,
      };
    },
  });
}

function tellDuplicated(operations: Operations, key: number, surplus: readonly Surplus[]): Finding[] {
  return sampleFindings(surplus, {
    anomaly: 'duplicated',
    label: ({ value }) => quote(value.value),
    tell: ({ value, takes, sources }) => ({
      ...keyMember(operations, key),
      ops: operations.entries([...sources, ...takes]),
      message: `Value ${quote(value.value)}${ofKey(operations, key)} had gone in at most ${plural(sources.length, 'time')} when it came out ${plural(takes.length, 'time')}: ${listed(takes.slice(0, 4).map((take) => `for ${who(operations, take)} ${when(operations, take)}`))}.`,
    }),
  });
}
