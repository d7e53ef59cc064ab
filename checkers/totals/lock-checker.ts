import { lowerBound, upperBound } from '../../harness/kernel/bounds.ts';
import type { Checker } from '../../harness/kernel/checker.ts';
import { NO_PAIR, TYPE_FAIL, TYPE_INFO } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { getOrAdd } from '../judging/get-or-add.ts';
import { groupByKey, keyMember } from '../judging/group-by-key.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { capital, moment, ofKey, when, who } from '../judging/wording.ts';

type LockAnomaly = 'double-grant' | 'token-reused' | 'token-regressed' | 'stale-token-accepted';

/** Two operations of which the later one must not have been possible. */
interface Clash {
  readonly earlier: number;
  readonly later: number;
  /** Other operations that prove it. */
  readonly also: readonly number[];
}

/**
 * Judges locks that hand out fencing tokens: `acquire` (answers a token, a growing number, or null where tokens are not
 * used), `release`, and `write` of `{ "token": n, ... }` to whatever the lock protects. Per key.
 *
 * A process certainly holds the lock from the answer of its acquire on, until it begins a release that does not definitely
 * fail, or any operation (on whatever key) that is left in doubt, because its session may have gone with that. Option `leaseMs` ends it so
 * many milliseconds after the acquire began; with `lease: true` a lock may run out at any time.
 *
 * Anomalies: `double-grant` (two processes certainly held the lock at a time; not with `lease: true`), `token-reused`, `token-regressed` (an acquire that began after another was answered got a token that is
 * not larger), `stale-token-accepted` (a write succeeded although one with a larger token had been accepted before it
 * began). Where no two tokens can be compared, and nobody else asked for the lock while it was held, the verdict is `unknown`.
 * O(n log n).
 */
export const lockChecker: Checker = operationsChecker('lock', (operations, { options, budget }) => {
  const askedMs = options.number('leaseMs');
  // Without times nobody knows when a lease was over: then its end is as open as with `lease: true`.
  const leaseMs = operations.hasTimes ? askedMs : undefined;
  const isTimeless = askedMs !== undefined && leaseMs === undefined;
  const isLease = options.flag('lease') || isTimeless;
  const lostSessions = isLease && leaseMs === undefined ? new Map<number, number[]>() : doubtsOf(operations);
  const findings: Finding[] = [];
  const counts = { acquired: 0, writes: 0, contended: 0, tokens: 0 };
  let comparable = 0;
  for (const [key, invocations] of groupByKey(operations)) {
    budget.step(invocations.length);
    const ok = invocations.filter((op) => operations.isOk(op));
    const acquires = ok.filter((op) => operations.f(op) === 'acquire');
    const writes = ok.filter((op) => operations.f(op) === 'write');
    counts.acquired += acquires.length;
    counts.writes += writes.length;
    const holds = isLease && leaseMs === undefined ? [] : holdsOf(operations, invocations, lostSessions, leaseMs);
    const contended = contendedBy(operations, holds, invocations);
    const tokens = [...acquires, ...writes].filter((op) => tokenOf(operations, op) !== undefined).length;
    counts.contended += contended;
    counts.tokens += tokens;
    if (contended > 0 || tokens > 1) comparable++;
    findings.push(
      ...tellClashes(operations, key, 'double-grant', doubleGrants(operations, holds)),
      ...tellClashes(operations, key, 'token-reused', reused(operations, acquires)),
      ...tellClashes(operations, key, 'token-regressed', regressed(operations, acquires)),
      ...tellClashes(operations, key, 'stale-token-accepted', regressed(operations, writes, true)),
    );
  }
  const doubt =
    counts.acquired === 0
      ? 'the lock was never acquired'
      : comparable === 0
        ? 'nobody asked for the lock while another held it, and no tokens tell an order: run longer or with more clients'
        : isTimeless
          ? 'the history has no times, so nobody knows when a lease of leaseMs was over'
          : undefined;
  return judged(findings, counts, doubt);
});

/** The token that an acquire was given, or that a write came with. */
function tokenOf(operations: Operations, op: number): number | undefined {
  const value = operations.history.decode(
    operations.f(op) === 'acquire' ? operations.output(op) : operations.input(op),
  );
  return tokenIn(value);
}

function tokenIn(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { token } = value as Readonly<Record<string, JsonValue>>;
  return typeof token === 'number' ? token : undefined;
}

/** A time during which a process certainly held the lock. */
interface Hold {
  readonly acquire: number;
  /** What ended it, where that is an operation. */
  readonly release: number | undefined;
  readonly from: number;
  /** Entry index; Infinity where nothing in the history ends it. */
  readonly to: number;
}

/** By process, ascending: its operations on any key that were left in doubt. Its session may have gone with each. */
function doubtsOf(operations: Operations): Map<number, number[]> {
  const doubts = new Map<number, number[]>();
  for (const op of operations.invocations) {
    if (operations.outcome(op) === TYPE_INFO) getOrAdd(doubts, operations.process(op), () => []).push(op);
  }
  return doubts;
}

/** The holds of one key, in order of their begin. */
function holdsOf(
  operations: Operations,
  invocations: readonly number[],
  lostSessions: ReadonlyMap<number, readonly number[]>,
  leaseMs: number | undefined,
): Hold[] {
  const releases = new Map<number, number[]>();
  for (const op of invocations) {
    if (operations.f(op) !== 'release' || operations.outcome(op) === TYPE_FAIL) continue;
    getOrAdd(releases, operations.process(op), () => []).push(op);
  }
  return invocations
    .filter((op) => operations.f(op) === 'acquire' && operations.isOk(op))
    .flatMap((acquire): Hold[] => {
      const from = operations.completion(acquire);
      const process = operations.process(acquire);
      const ends = [releases, lostSessions].map((each) => firstFrom(each.get(process) ?? [], from) ?? Infinity);
      const end = Math.min(...ends);
      const expiry =
        leaseMs === undefined ? Infinity : entryAt(operations, operations.startNs(acquire) + leaseMs * 1e6);
      const to = Math.min(end, expiry);
      return to <= from ? [] : [{ acquire, release: to === end && to < Infinity ? end : undefined, from, to }];
    })
    .sort((left, right) => left.from - right.from);
}

/** The first of the ascending entries after `after`. */
function firstFrom(entries: readonly number[], after: number): number | undefined {
  return entries[upperBound(entries, after)];
}

/** The first entry at or after a time; Infinity where the history ended before. */
function entryAt({ history }: Operations, timeNs: number): number {
  const times = history.columns.timeNs;
  const first = lowerBound(times, timeNs);
  return first === times.length ? Infinity : first;
}

/** How many acquires, however they ended, were open while another process certainly held the lock. */
function contendedBy(operations: Operations, holds: readonly Hold[], invocations: readonly number[]): number {
  /** The two holds that last longest among those begun so far, of different processes. */
  let [longest, second]: [Hold | undefined, Hold | undefined] = [undefined, undefined];
  let next = 0;
  let contended = 0;
  const asked = invocations
    .filter((op) => operations.f(op) === 'acquire')
    .map((op) => ({ op, end: operations.completion(op) === NO_PAIR ? Infinity : operations.completion(op) }))
    .sort((left, right) => left.end - right.end);
  for (const { op, end } of asked) {
    for (let hold = holds[next]; hold !== undefined && hold.from < end; hold = holds[++next]) {
      const isOthers: boolean =
        longest === undefined || operations.process(hold.acquire) !== operations.process(longest.acquire);
      if (longest === undefined || hold.to > longest.to) [longest, second] = [hold, isOthers ? longest : second];
      else if (isOthers && (second === undefined || hold.to > second.to)) second = hold;
    }
    const process = operations.process(op);
    const others = [longest, second].filter(
      (hold) => hold !== undefined && operations.process(hold.acquire) !== process && hold.to > op,
    );
    if (others.length > 0) contended++;
  }
  return contended;
}

function doubleGrants(operations: Operations, spans: readonly Hold[]): Clash[] {
  const clashes: Clash[] = [];
  let longest = spans[0];
  for (const span of spans.slice(1)) {
    if (
      longest !== undefined &&
      span.from < longest.to &&
      operations.process(span.acquire) !== operations.process(longest.acquire)
    ) {
      const also = [longest.release, span.release].filter((op) => op !== undefined);
      clashes.push({ earlier: longest.acquire, later: span.acquire, also });
    }
    if (longest === undefined || span.to > longest.to) longest = span;
  }
  return clashes;
}

function reused(operations: Operations, acquires: readonly number[]): Clash[] {
  const owners = new Map<number, number>();
  return acquires.flatMap((later): Clash[] => {
    const token = tokenOf(operations, later);
    const earlier = token === undefined ? undefined : owners.get(token);
    if (token !== undefined && earlier === undefined) owners.set(token, later);
    return earlier === undefined ? [] : [{ earlier, later, also: [] }];
  });
}

/** Operations whose token is below (or, unless `mayRepeat`, at) the largest one answered before they began. */
function regressed(operations: Operations, ops: readonly number[], mayRepeat = false): Clash[] {
  const byEnd = ops.toSorted((left, right) => operations.completion(left) - operations.completion(right));
  let [over, largest, holder] = [0, -Infinity, -1];
  return ops.flatMap((later): Clash[] => {
    for (let done = byEnd[over]; done !== undefined && operations.completion(done) < later; done = byEnd[++over]) {
      const token = tokenOf(operations, done) ?? -Infinity;
      if (token > largest) [largest, holder] = [token, done];
    }
    const token = tokenOf(operations, later);
    if (token === undefined || token > largest || (mayRepeat && token === largest)) return [];
    return [{ earlier: holder, later, also: [] }];
  });
}

function tellClashes(operations: Operations, key: number, anomaly: LockAnomaly, clashes: readonly Clash[]): Finding[] {
  return sampleFindings(clashes, {
    anomaly,
    label: ({ later }) => `${who(operations, later)} ${when(operations, later)}`,
    tell: ({ earlier, later, also }) => ({
      ...keyMember(operations, key),
      ops: operations.entries([earlier, later, ...also]),
      message: `${capital(sentence(operations, anomaly, { earlier, later, also }))}.`,
    }),
  });
}

function sentence(operations: Operations, anomaly: LockAnomaly, { earlier, later, also }: Clash): string {
  const [one, other] = [who(operations, earlier), who(operations, later)];
  const lock = `the lock${ofKey(operations, operations.key(later))}`;
  const tokens = [earlier, later].map((op) => tokenOf(operations, op));
  switch (anomaly) {
    case 'double-grant': {
      const release = also.find((op) => operations.process(op) === operations.process(earlier));
      const until =
        release === undefined
          ? 'and had not released it'
          : `and ${operations.f(release) === 'release' ? 'released' : 'lost'} it no earlier than ${moment(operations, release)}`;
      return `${other} was given ${lock} ${when(operations, later)}, while ${one} held it: that one had been given it ${when(operations, earlier)} ${until}`;
    }
    case 'token-reused':
      return `${other} was given token ${tokens[1]} of ${lock} ${when(operations, later)}, which ${one} had been given ${when(operations, earlier)}`;
    case 'token-regressed':
      return `${other} was given token ${tokens[1]} of ${lock} ${when(operations, later)}, although ${one} had been given token ${tokens[0]} before, ${when(operations, earlier)}`;
    case 'stale-token-accepted':
      return `The write by ${other} with token ${tokens[1]} was accepted ${when(operations, later)}, although the one by ${one} with the larger token ${tokens[0]} had been accepted before, ${when(operations, earlier)}`;
  }
}
