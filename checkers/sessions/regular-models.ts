import { lowerBound } from '../../harness/kernel/bounds.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import type { Budget } from '../judging/budget.ts';
import { keyMember } from '../judging/group-by-key.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { capital, duration, plural } from '../judging/wording.ts';
import { describeOperation, describeVersion } from './describe-operation.ts';
import { entriesOf } from './problem-entries.ts';
import type { RegisterProblem } from './register-problem.ts';
import { tellStrays } from './stray-findings.ts';
import { replacementsOf, timelineOf, type FutureRead, type StaleRead, type Timeline } from './version-timeline.ts';

/**
 * The violations of regularity (Lamport 1986; for several writers the weakest form of Shao et al., MWR1): each read by
 * itself fits between the writes in real time. Anomalies: `stale-read`, `future-read`. O(n log n).
 */
export function regularFindings(problem: RegisterProblem, budget: Budget): Finding[] {
  return tellTimeline(problem, timelineOf(problem, budget));
}

/**
 * The violations of safety (Lamport 1986): as regularity, but only for reads that overlap no write of their key; others
 * may return anything. A crashed write overlaps everything after it. O(n log n).
 */
export function safeFindings(problem: RegisterProblem, budget: Budget): Finding[] {
  const overlaps = writeOverlap(problem);
  const { stale, future } = timelineOf(problem, budget);
  const isAlone = (read: number): boolean =>
    !overlaps(problem.invocation[read] ?? 0, problem.isWrite[read] === 1 ? 1 : 0);
  return [
    ...tellStrays(
      problem.operations,
      // A crashed compare-and-set overlaps the reads that saw its value: they do not show that it happened.
      problem.strays.filter(
        ({ invocation }) =>
          problem.operations.isOk(invocation) &&
          !overlaps(invocation, problem.operations.f(invocation) === 'cas' ? 1 : 0),
      ),
    ),
    ...tellTimeline(problem, {
      stale: stale.filter(({ read }) => isAlone(read)),
      future: future.filter(({ read }) => isAlone(read)),
    }),
  ];
}

/** Writes between a version and its stale read that a finding quotes, at most, where nobody asks for more. */
const REPLACEMENTS_SHOWN = 5;

/** The findings of reads that contradict real time. `shown`: writes between a version and its stale read that are quoted. */
export function tellTimeline(
  problem: RegisterProblem,
  timeline: Timeline,
  shown: number = REPLACEMENTS_SHOWN,
): Finding[] {
  return [
    ...sampleFindings(timeline.stale, {
      anomaly: 'stale-read',
      label: ({ read }) => describeOperation(problem, read),
      tell: (stale) => tellStale(problem, stale, shown),
    }),
    ...sampleFindings(timeline.future, {
      anomaly: 'future-read',
      label: ({ read }) => describeOperation(problem, read),
      tell: (future) => tellFuture(problem, future),
    }),
  ];
}

type Telling = Omit<Finding, 'anomaly' | 'count'>;

function tellStale(problem: RegisterProblem, stale: StaleRead, shown: number): Telling {
  const { read, version, first, versionsBehind, behindNs } = stale;
  const { operations } = problem;
  const replacements = replacementsOf(problem, stale, shown);
  const proof = [read, first, ...replacements, ...(version < 0 ? [] : [version])];
  const name = describeOperation(problem, read);
  return {
    ...keyMember(operations, operations.key(problem.invocation[read] ?? 0)),
    ops: entriesOf(problem, proof),
    message: `${capital(name)} found ${describeVersion(problem, version)}, which had been replaced ${duration(operations, behindNs)} before by ${describeOperation(problem, first)}: it was at least ${plural(versionsBehind, 'version')} behind.`,
    detail: { versionsBehind, ...(operations.hasTimes ? { behindMs: behindNs / 1e6 } : {}) },
  };
}

function tellFuture(problem: RegisterProblem, { read, version }: FutureRead): Telling {
  const { operations } = problem;
  const name = describeOperation(problem, read);
  return {
    ...keyMember(operations, operations.key(problem.invocation[read] ?? 0)),
    ops: entriesOf(problem, [read, version]),
    message: `${capital(name)} was answered before ${describeOperation(problem, version)} had begun.`,
  };
}

/** Tells whether an operation overlaps more than `self` writes of its key; `self` is 1 for one that writes itself. */
function writeOverlap(problem: RegisterProblem): (invocation: number, self: number) => boolean {
  const { operations } = problem;
  const calls = new Map<number, number[]>();
  const ends = new Map<number, number[]>();
  const push = (map: Map<number, number[]>, key: number, point: number): void => {
    const points = map.get(key);
    if (points === undefined) map.set(key, [point]);
    else points.push(point);
  };
  for (let op = 0; op < problem.count; op++) {
    if (problem.isWrite[op] === 0) continue;
    const key = operations.key(problem.invocation[op] ?? 0);
    push(calls, key, problem.invocation[op] ?? 0);
    push(ends, key, problem.end[op] ?? 0);
  }
  for (const invocation of problem.unseenCrashed) push(calls, operations.key(invocation), invocation);
  for (const points of [...calls.values(), ...ends.values()]) points.sort((left, right) => left - right);
  return (invocation, self) => {
    const key = operations.key(invocation);
    const begun = lowerBound(calls.get(key) ?? [], operations.completion(invocation));
    return begun - lowerBound(ends.get(key) ?? [], invocation) > self;
  };
}
