import type { Checker } from '../../harness/kernel/checker.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { getOrAdd } from '../judging/get-or-add.ts';
import { groupByKey, keyMember } from '../judging/group-by-key.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { capital, ofKey, seconds, when, who } from '../judging/wording.ts';

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
 * Anomalies: `double-grant` (two processes certainly held the lock at a time; not with option `lease: true`, where a lock
 * may run out), `token-reused`, `token-regressed` (an acquire that began after another was answered got a token that is
 * not larger), `stale-token-accepted` (a write succeeded although one with a larger token had been accepted before it
 * began). O(n log n).
 */
export const lockChecker: Checker = operationsChecker('lock', (operations, { options, budget }) => {
  const isLease = options.flag('lease');
  const findings: Finding[] = [];
  const counts = { acquired: 0, writes: 0 };
  for (const [key, invocations] of groupByKey(operations)) {
    budget.step(invocations.length);
    const ok = invocations.filter((op) => operations.isOk(op));
    const acquires = ok.filter((op) => operations.f(op) === 'acquire');
    const writes = ok.filter((op) => operations.f(op) === 'write');
    counts.acquired += acquires.length;
    counts.writes += writes.length;
    const clashes: Readonly<Record<string, readonly Clash[]>> = {
      'double-grant': isLease ? [] : doubleGrants(operations, acquires, invocations),
      'token-reused': reused(operations, acquires),
      'token-regressed': regressed(operations, acquires, (op) =>
        tokenOf(operations.history.decode(operations.output(op))),
      ),
      'stale-token-accepted': regressed(
        operations,
        writes,
        (op) => tokenOf(operations.history.decode(operations.input(op))),
        true,
      ),
    };
    for (const [anomaly, found] of Object.entries(clashes)) {
      findings.push(...tellClashes(operations, key, anomaly, found));
    }
  }
  return judged(findings, counts, counts.acquired === 0 ? 'the lock was never acquired' : undefined);
});

function tokenOf(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { token } = value as Readonly<Record<string, JsonValue>>;
  return typeof token === 'number' ? token : undefined;
}

/** From the answer of an acquire to the begin of the same process's next release the lock is certainly held. */
function doubleGrants(operations: Operations, acquires: readonly number[], invocations: readonly number[]): Clash[] {
  const releases = new Map<number, number[]>();
  for (const op of invocations) {
    if (operations.f(op) === 'release') getOrAdd(releases, operations.process(op), () => []).push(op);
  }
  const spans = acquires
    .map((acquire) => {
      const from = operations.completion(acquire);
      const release = releases.get(operations.process(acquire))?.find((op) => op > from);
      return { acquire, release, from, to: release ?? Infinity };
    })
    .sort((left, right) => left.from - right.from);
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
    const token = tokenOf(operations.history.decode(operations.output(later)));
    const earlier = token === undefined ? undefined : owners.get(token);
    if (token !== undefined && earlier === undefined) owners.set(token, later);
    return earlier === undefined ? [] : [{ earlier, later, also: [] }];
  });
}

/** Operations whose token is below (or, unless `mayRepeat`, at) the largest one answered before they began. */
function regressed(
  operations: Operations,
  ops: readonly number[],
  tokenAt: (op: number) => number | undefined,
  mayRepeat = false,
): Clash[] {
  const byEnd = ops.toSorted((left, right) => operations.completion(left) - operations.completion(right));
  let [over, largest, holder] = [0, -Infinity, -1];
  return ops.flatMap((later): Clash[] => {
    for (let done = byEnd[over]; done !== undefined && operations.completion(done) < later; done = byEnd[++over]) {
      const token = tokenAt(done) ?? -Infinity;
      if (token > largest) [largest, holder] = [token, done];
    }
    const token = tokenAt(later);
    if (token === undefined || token > largest || (mayRepeat && token === largest)) return [];
    return [{ earlier: holder, later, also: [] }];
  });
}

function tellClashes(operations: Operations, key: number, anomaly: string, clashes: readonly Clash[]): Finding[] {
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

function sentence(operations: Operations, anomaly: string, { earlier, later, also }: Clash): string {
  const [one, other] = [who(operations, earlier), who(operations, later)];
  const lock = `the lock${ofKey(operations, operations.key(later))}`;
  const tokens = [earlier, later].map((op) => {
    const code = operations.f(op) === 'acquire' ? operations.output(op) : operations.input(op);
    return tokenOf(operations.history.decode(code));
  });
  switch (anomaly) {
    case 'double-grant': {
      const [release] = also;
      const until =
        release === undefined
          ? 'and never released it'
          : `and released it no earlier than ${seconds(operations.startNs(release))}`;
      return `${other} was given ${lock} ${when(operations, later)}, while ${one} held it: that one had been given it ${when(operations, earlier)} ${until}`;
    }
    case 'token-reused':
      return `${other} was given token ${tokens[1]} of ${lock} ${when(operations, later)}, which ${one} had been given ${when(operations, earlier)}`;
    case 'token-regressed':
      return `${other} was given token ${tokens[1]} of ${lock} ${when(operations, later)}, although ${one} had been given token ${tokens[0]} before, ${when(operations, earlier)}`;
    default:
      return `The write by ${other} with token ${tokens[1]} was accepted ${when(operations, later)}, although the one by ${one} with the larger token ${tokens[0]} had been accepted before, ${when(operations, earlier)}`;
  }
}
