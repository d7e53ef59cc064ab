import type { Budget } from '../judging/budget.ts';
import { getOrAdd } from '../judging/get-or-add.ts';
import { INITIAL, NOT_A_READ, type RegisterProblem } from './register-problem.ts';
import { lastUpTo, type Track, type WritesByKey } from './session-columns.ts';

/** What one session read of one key. */
export interface ReadTrack {
  /** Its first read that found anything. */
  readonly firstFound: number;
  /** By session of the writer: reads that went further in that session than every read before them. */
  readonly advances: Map<number, Track>;
  /** First read of each version. */
  readonly firstReads: Map<number, number>;
}

/** A read by the observed session, and the version that whoever sees its later write must see. */
export interface FollowedRead {
  readonly read: number;
  readonly missed: number;
}

/** What each session read of each key, for questions about writes that follow reads. Built in O(operations). */
export class ReadIndex {
  readonly #problem: RegisterProblem;
  readonly #byKey: Map<number, ReadTrack>[];

  constructor(problem: RegisterProblem, budget: Budget) {
    this.#problem = problem;
    this.#byKey = Array.from({ length: problem.keyCount }, () => new Map<number, ReadTrack>());
    budget.reserve(problem.count * 64);
    // Operations are in order of invocation, so each session's reads come in its own order.
    for (let op = 0; op < problem.count; op++) {
      budget.step();
      const version = problem.source[op] ?? NOT_A_READ;
      if (version >= 0) this.#add(op, version);
    }
  }

  readersOf(key: number): Iterable<[number, ReadTrack]> {
    return this.#byKey[key] ?? [];
  }

  /**
   * A read of the session up to position `upTo` that found a version newer than `version`, or found `version` itself and
   * was followed by a write of the key, also up to there. Undefined where there is none.
   */
  newerSeen(
    track: ReadTrack,
    question: { readonly version: number; readonly upTo: number; readonly key: number; readonly session: number },
    writes: WritesByKey,
  ): FollowedRead | undefined {
    const { version, upTo } = question;
    const position = (op: number): number => this.#problem.position[op] ?? 0;
    if (version === INITIAL) {
      const first = track.firstFound;
      if (position(first) > upTo) return undefined;
      return { read: first, missed: this.#problem.source[first] ?? INITIAL };
    }
    const advances = track.advances.get(this.#problem.session[version] ?? 0);
    const furthest = advances === undefined ? -1 : lastUpTo(advances, upTo);
    const newest = furthest < 0 ? INITIAL : (this.#problem.source[furthest] ?? INITIAL);
    if (newest !== INITIAL && position(newest) > position(version)) return { read: furthest, missed: newest };
    const read = track.firstReads.get(version);
    if (read === undefined || position(read) > upTo) return undefined;
    const ownWrites = writes[question.key]?.get(question.session);
    if (ownWrites === undefined) return undefined;
    const last = lastUpTo(ownWrites, upTo);
    const write = last === version ? lastUpTo(ownWrites, position(version) - 1) : last;
    return write < 0 || position(write) < position(read) ? undefined : { read, missed: write };
  }

  #add(op: number, version: number): void {
    const tracks = this.#byKey[this.#problem.key[op] ?? 0] ?? new Map<number, ReadTrack>();
    const track = getOrAdd(tracks, this.#problem.session[op] ?? 0, () => ({
      firstFound: op,
      advances: new Map<number, Track>(),
      firstReads: new Map<number, number>(),
    }));
    if (!track.firstReads.has(version)) track.firstReads.set(version, op);
    const writer = this.#problem.session[version] ?? 0;
    const advances = getOrAdd(track.advances, writer, () => ({ positions: [], ops: [] }));
    const last = advances.ops.at(-1);
    const furthest = last === undefined ? -1 : (this.#problem.position[this.#problem.source[last] ?? 0] ?? 0);
    if ((this.#problem.position[version] ?? 0) <= furthest) return;
    advances.positions.push(this.#problem.position[op] ?? 0);
    advances.ops.push(op);
  }
}
