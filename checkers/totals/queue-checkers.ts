import type { Checker } from '../../harness/kernel/checker.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { groupByKey, keyMember } from '../judging/group-by-key.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { listed, ofKey, plural, quote, when, who } from '../judging/wording.ts';
import { possibleSources, tallyQueue, type QueuedValue, type QueueTally } from './queue-tally.ts';

/**
 * Judges that what comes out of a queue went in: every dequeued value was enqueued before, and comes out no more often than
 * it went in. Nothing is said about order (see `linearizability` with model `fifo-queue`) and loss (see `total-queue`).
 *
 * Anomalies: `unexpected`, `duplicated`; option `allowDuplicates: true` for queues that deliver at least once. Per key.
 * O(operations).
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
      const [unexpected, duplicated] = [unexpectedOf(operations, tally), duplicatedOf(tally)];
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
    const facts: Readonly<Record<string, JsonValue>> = counts;
    return judged(findings, facts, doubts.length === 0 ? undefined : listed(doubts, 3));
  });
}

function sumOver(tally: QueueTally, of: (value: QueuedValue) => number): number {
  return tally.values.reduce((total, value) => total + of(value), 0);
}

interface OddTake {
  readonly value: QueuedValue;
  readonly take: number;
}

function unexpectedOf(operations: Operations, tally: QueueTally): OddTake[] {
  return tally.values.flatMap((value) => {
    const take = value.taken.find((op) => possibleSources(operations, value, op).length === 0);
    return take === undefined ? [] : [{ value, take }];
  });
}

function duplicatedOf(tally: QueueTally): QueuedValue[] {
  return tally.values.filter((value) => {
    const sources = value.acknowledged.length + value.inDoubt.length;
    return sources > 0 && value.taken.length > sources;
  });
}

/** Why a missing value may not be lost; undefined where it must be. */
function doubtOfLoss(operations: Operations, tally: QueueTally, missing: readonly QueuedValue[]): string | undefined {
  if (missing.length === 0) return undefined;
  if (tally.unseenDrains > 0) return 'a drain without answer may have taken them';
  const late = missing.filter((value) =>
    value.acknowledged.some((op) => operations.completion(op) > tally.lastFoundEmpty),
  );
  if (late.length === missing.length) return 'the queue was not found empty afterwards';
  const gone = missing.reduce((total, value) => total + value.acknowledged.length - value.taken.length, 0);
  if (gone - late.length <= tally.unseenDequeues && tally.unseenDequeues > 0) {
    return `${plural(tally.unseenDequeues, 'dequeue')} without answer may have taken them`;
  }
  return undefined;
}

function tellLost(operations: Operations, key: number, tally: QueueTally, missing: readonly QueuedValue[]): Finding[] {
  const lost = missing.filter((value) =>
    value.acknowledged.every((op) => operations.completion(op) < tally.lastFoundEmpty),
  );
  return sampleFindings(lost, {
    anomaly: 'lost',
    label: ({ value }) => quote(value),
    tell: ({ value, acknowledged, taken }) => ({
      ...keyMember(operations, key),
      ops: operations.entries([...acknowledged, ...taken, tally.lastFoundEmpty]),
      message: `Value ${quote(value)}${ofKey(operations, key)} was enqueued by ${who(operations, acknowledged[0] ?? 0)} (acknowledged ${when(operations, acknowledged[0] ?? 0)}) and never came out, although the queue was found empty ${when(operations, tally.lastFoundEmpty)}.`,
    }),
  });
}

function tellUnexpected(operations: Operations, key: number, odd: readonly OddTake[]): Finding[] {
  return sampleFindings(odd, {
    anomaly: 'unexpected',
    label: ({ value }) => quote(value.value),
    tell: ({ value, take }) => {
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

function tellDuplicated(operations: Operations, key: number, duplicated: readonly QueuedValue[]): Finding[] {
  return sampleFindings(duplicated, {
    anomaly: 'duplicated',
    label: ({ value }) => quote(value),
    tell: ({ value, acknowledged, inDoubt, taken }) => ({
      ...keyMember(operations, key),
      ops: operations.entries([...acknowledged, ...inDoubt, ...taken]),
      message: `Value ${quote(value)}${ofKey(operations, key)} went in at most ${plural(acknowledged.length + inDoubt.length, 'time')} and came out ${plural(taken.length, 'time')}: ${listed(taken.slice(0, 4).map((take) => `for ${who(operations, take)} ${when(operations, take)}`))}.`,
    }),
  });
}
