import type { Checker } from '../../harness/kernel/checker.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { getOrAdd } from '../judging/get-or-add.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged, undecided } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { listed, quote, when, who } from '../judging/wording.ts';

/** What a read of a group of keys saw. */
interface GroupRead {
  readonly read: number;
  /** Keys that had a value. */
  readonly present: ReadonlySet<string>;
  readonly keys: number;
}

/**
 * Judges groups of keys that are written once each and read together: micro-operations `["w", key, value]` and
 * `["r", key, value]` in operations of any name. Two reads of a group must not each see a write that the other misses: the
 * anomaly is `long-fork`, which parallel snapshot isolation allows and snapshot isolation does not.
 *
 * A group is a set of keys read together. O(r log r) for r reads of a group.
 */
export const longForkChecker: Checker = operationsChecker('long-fork', (operations, { budget }) => {
  const groups = new Map<string, GroupRead[]>();
  const values = new Map<string, string>();
  const counts = { reads: 0, earlyReads: 0, lateReads: 0 };
  for (const op of operations.invocations) {
    budget.step();
    if (!operations.isOk(op)) continue;
    const reads = microReads(operations, op);
    for (const [key, value] of reads) {
      if (value === null) continue;
      const text = JSON.stringify(value);
      const known = getOrAdd(values, key, () => text);
      if (known !== text)
        return undecided(`key ${key} had the values ${known} and ${text}: each key may be written once only`);
    }
    const present = new Set(reads.filter(([, value]) => value !== null).map(([key]) => key));
    const keys = [...new Set(reads.map(([key]) => key))].sort();
    if (keys.length < 2) continue;
    counts.reads++;
    if (present.size === 0) counts.earlyReads++;
    if (present.size === keys.length) counts.lateReads++;
    getOrAdd(groups, keys.join('\n'), () => []).push({ read: op, present, keys: keys.length });
  }
  const forks = [...groups.values()].flatMap((group) => forksOf(group));
  const findings = sampleFindings(forks, {
    anomaly: 'long-fork',
    label: ([one]) => `the read ${when(operations, one.read)}`,
    tell: ([one, other]) => ({
      ops: operations.entries([one.read, other.read]),
      message: `The read by ${who(operations, one.read)} ${when(operations, one.read)} saw ${only(one, other)} and not ${only(other, one)}; the read by ${who(operations, other.read)} ${when(operations, other.read)} saw it the other way round.`,
    }),
  });
  const partialReads = counts.reads - counts.earlyReads - counts.lateReads;
  const couldFork = [...groups.values()].some((group) => group.length > 1 && group.some(isPartial));
  const doubt =
    counts.reads === 0
      ? 'no group of keys was read'
      : couldFork
        ? undefined
        : 'no group was read twice and seen half written: read more often while it is written';
  return judged(findings, { ...counts, partialReads, groups: groups.size }, doubt);
});

/** Whether a read saw some of its group's writes and not others: others can only be held against such a one. */
function isPartial({ present, keys }: GroupRead): boolean {
  return present.size > 0 && present.size < keys;
}

function microReads(operations: Operations, op: number): [key: string, value: JsonValue][] {
  const answer = operations.history.decode(operations.output(op));
  if (!Array.isArray(answer)) return [];
  return (answer as readonly JsonValue[]).flatMap((step): [string, JsonValue][] => {
    const [f, key, value = null] = Array.isArray(step) ? (step as readonly JsonValue[]) : [];
    return f === 'r' ? [[quote(key), value]] : [];
  });
}

/** Pairs of reads that are not comparable. Reads that all are form a chain, in which neighbours by size contain each other. */
function forksOf(group: readonly GroupRead[]): (readonly [GroupRead, GroupRead])[] {
  const bySize = group.toSorted((left, right) => left.present.size - right.present.size || left.read - right.read);
  const forks: (readonly [GroupRead, GroupRead])[] = [];
  let smaller = bySize[0];
  for (const larger of bySize.slice(1)) {
    if (smaller !== undefined && [...smaller.present].some((key) => !larger.present.has(key)))
      forks.push([smaller, larger]);
    else smaller = larger;
  }
  return forks;
}

function only(one: GroupRead, other: GroupRead): string {
  return listed([...one.present].filter((key) => !other.present.has(key)).map((key) => `key ${key}`));
}
