import type { Budget } from '../judging/budget.ts';
import { INITIAL, NOT_A_READ, type RegisterProblem } from './register-problem.ts';
import { ReadIndex } from './read-index.ts';
import { isOlderVersion, lastUpTo, writesByKey, type WritesByKey } from './session-columns.ts';

/** The session guarantees of Terry et al., Session Guarantees for Weakly Consistent Replicated Data (PDIS 1994). */
export const SESSION_GUARANTEES = [
  'read-your-writes',
  'monotonic-reads',
  'monotonic-writes',
  'writes-follow-reads',
] as const;
export type SessionGuarantee = (typeof SESSION_GUARANTEES)[number];

/** A read that returned a version older than the session must see. */
export interface SessionViolation {
  readonly guarantee: SessionGuarantee;
  readonly read: number;
  /** The write that the read should have seen, or a newer one. */
  readonly missed: number;
  /**
   * How the session was bound to it, in order: for `monotonic-reads` the earlier read of the newer version (and, before
   * it, that of the older one, where the order is known by that); for the last two the observed write and its reader;
   * for `writes-follow-reads` also the read that the observed write followed.
   */
  readonly via: readonly number[];
}

/**
 * Finds violations of the session guarantees, judged without any assumption about clocks or a common version order. That
 * a version is older than another is only concluded where the sessions themselves show it: the initial value is older
 * than every other, a session's own writes of a key have its order, and what a session has read is older than what it
 * read or wrote of that key later.
 *
 * - read-your-writes: a session wrote w and later reads a version older than w.
 * - monotonic-reads: a session read v and later returns to a version that it had read before v.
 * - monotonic-writes: a session saw a write of another session and later reads a version of some key that the other
 *   session had overwritten before that write.
 * - writes-follow-reads: the same, for a version older than one that the other session had read before that write, or one
 *   that it had read and then overwritten, be it by that write itself.
 *
 * Each is implied by PRAM but the last, which is implied by causal consistency. O(n (w + r)) with the sessions that write
 * (w) and read (r) a key.
 */
export function sessionViolations(problem: RegisterProblem, budget: Budget): readonly SessionViolation[] {
  const known = FOUND.get(problem);
  if (known !== undefined) return known;
  const found = walkSessions(problem, budget);
  FOUND.set(problem, found);
  return found;
}

/** Found before in the same problem: whoever asks for one guarantee mostly asks for the others as well. */
const FOUND = new WeakMap<RegisterProblem, readonly SessionViolation[]>();

function walkSessions(problem: RegisterProblem, budget: Budget): readonly SessionViolation[] {
  const index = { writes: writesByKey(problem, budget), reads: new ReadIndex(problem, budget) };
  const violations: SessionViolation[] = [];
  for (const session of problem.sessions.keys()) {
    new SessionWalk(problem, index, session, budget).run((violation) => violations.push(violation));
  }
  return violations;
}

/** What one session knows of one key. */
interface KeyKnowledge {
  /** Version of its last read, and that read. */
  lastVersion: number | undefined;
  lastRead: number;
  /** Its last write. */
  ownWrite: number | undefined;
  /** First read of each version. */
  readonly firstReads: Map<number, number>;
}

type Report = (violation: SessionViolation) => void;

class SessionWalk {
  readonly #problem: RegisterProblem;
  readonly #writes: WritesByKey;
  readonly #reads: ReadIndex;
  readonly #session: number;
  readonly #budget: Budget;
  readonly #keys = new Map<number, KeyKnowledge>();
  /** By session: position of its last write that was seen here, and the read that saw it. */
  readonly #seenUpTo: Int32Array;
  readonly #seenBy: Int32Array;

  constructor(
    problem: RegisterProblem,
    index: { readonly writes: WritesByKey; readonly reads: ReadIndex },
    session: number,
    budget: Budget,
  ) {
    this.#problem = problem;
    this.#writes = index.writes;
    this.#reads = index.reads;
    this.#session = session;
    this.#budget = budget;
    this.#seenUpTo = new Int32Array(problem.sessions.length).fill(-1);
    this.#seenBy = new Int32Array(problem.sessions.length).fill(-1);
  }

  run(report: Report): void {
    const problem = this.#problem;
    for (const op of problem.sessions[this.#session] ?? []) {
      this.#budget.step(4);
      const key = problem.key[op] ?? 0;
      const known = this.#knowledgeOf(key);
      const version = problem.source[op] ?? NOT_A_READ;
      if (version !== NOT_A_READ) {
        this.#judgeOwn(op, version, known, report);
        this.#judgeObserved(op, version, key, report);
        this.#learn(op, version, known);
      }
      if (problem.isWrite[op] === 1) known.ownWrite = op;
    }
  }

  #knowledgeOf(key: number): KeyKnowledge {
    let known = this.#keys.get(key);
    if (known === undefined) {
      known = { lastVersion: undefined, lastRead: -1, ownWrite: undefined, firstReads: new Map() };
      this.#keys.set(key, known);
    }
    return known;
  }

  #judgeOwn(read: number, version: number, known: KeyKnowledge, report: Report): void {
    const problem = this.#problem;
    const { lastVersion, lastRead, ownWrite } = known;
    const firstRead = known.firstReads.get(version);
    if (ownWrite !== undefined && version !== ownWrite) {
      const wasReadBefore =
        firstRead !== undefined && (problem.position[firstRead] ?? 0) <= (problem.position[ownWrite] ?? 0);
      if (isOlderVersion(problem, version, ownWrite)) {
        report({ guarantee: 'read-your-writes', read, missed: ownWrite, via: [] });
      } else if (wasReadBefore) {
        report({ guarantee: 'read-your-writes', read, missed: ownWrite, via: [firstRead] });
      }
    }
    if (lastVersion === undefined || lastVersion === version || lastVersion === INITIAL) return;
    if (version === INITIAL) report({ guarantee: 'monotonic-reads', read, missed: lastVersion, via: [lastRead] });
    else if (firstRead !== undefined) {
      report({ guarantee: 'monotonic-reads', read, missed: lastVersion, via: [firstRead, lastRead] });
    }
  }

  #judgeObserved(read: number, version: number, key: number, report: Report): void {
    const problem = this.#problem;
    const writer = version === INITIAL ? -1 : (problem.session[version] ?? -1);
    const overwritten = (session: number): void => {
      const track = this.#writes[key]?.get(session);
      const seenUpTo = this.#seenUpTo[session] ?? -1;
      if (track === undefined || seenUpTo < 0 || session === this.#session) return;
      const missed = lastUpTo(track, seenUpTo);
      if (missed < 0 || !isOlderVersion(problem, version, missed)) return;
      report({ guarantee: 'monotonic-writes', read, missed, via: this.#observation(session) });
    };
    if (writer >= 0) overwritten(writer);
    else for (const session of this.#writes[key]?.keys() ?? []) overwritten(session);
    for (const [session, track] of this.#reads.readersOf(key)) {
      this.#budget.step();
      const seenUpTo = this.#seenUpTo[session] ?? -1;
      if (seenUpTo < 0 || session === this.#session) continue;
      const followed = this.#reads.newerSeen(track, { version, upTo: seenUpTo, key, session }, this.#writes);
      if (followed === undefined) continue;
      report({
        guarantee: 'writes-follow-reads',
        read,
        missed: followed.missed,
        via: [followed.read, ...this.#observation(session)],
      });
    }
  }

  #observation(session: number): number[] {
    const write = this.#problem.sessions[session]?.[this.#seenUpTo[session] ?? 0] ?? 0;
    return [write, this.#seenBy[session] ?? 0];
  }

  #learn(read: number, version: number, known: KeyKnowledge): void {
    if (!known.firstReads.has(version)) known.firstReads.set(version, read);
    known.lastVersion = version;
    known.lastRead = read;
    if (version === INITIAL) return;
    const session = this.#problem.session[version] ?? 0;
    const position = this.#problem.position[version] ?? 0;
    if (position <= (this.#seenUpTo[session] ?? -1)) return;
    this.#seenUpTo[session] = position;
    this.#seenBy[session] = read;
  }
}
