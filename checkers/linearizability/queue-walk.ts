import { canonicalJson } from '../models/canonical-json.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { ModelOperations } from './model-operations.ts';
import { QueueSide, type SideOperation, type Taken } from './queue-side.ts';
import { NEVER } from './operations.ts';
import type { SpecialEffort, SpecialWay } from './special-way.ts';

/** Configurations kept per value that came out, in attempt after attempt. */
const WIDTHS: readonly number[] = [64, 4096, 65_536];
/** About what one configuration costs, and one operation that its lists hold, in them and in its name. */
const CONFIGURATION_BYTES = 600;
const LISTED_BYTES = 60;
/** What reading takes per operation. */
const OPERATION_BYTES = 80;
/** Listed operations that are copied or compared in one step. */
const LISTED_PER_STEP = 8;
/** One choice of an operation, in steps of a search. */
const CHOICE_COST = 2;

/**
 * Decides a first-in-first-out queue in which values repeat, value by value in the order in which they went through it. The
 * i-th to go in is the i-th to come out, so after i values both sides have done the same: which insertions and which
 * removals these were is all there is to know, and of both only those that overlap in time are open to choice. Orders of
 * insertions against removals are never tried: each happens as early as it can, a removal not before its insertion.
 *
 * - Of operations that do the same and have begun, the one that must be over first goes first; one that begins later is
 *   an alternative only where it must be over before that.
 * - A removal that found nothing needs a moment between the i-th removal and the next insertion.
 * - A crashed removal takes any value, at any time after it began. Where the same value's own removal had begun as well,
 *   that one goes first.
 *
 * As many configurations as there are such choices at one time, seldom more than some hundreds. Where they are more than
 * are kept, the verdict may be open.
 */
export const queueWalk: SpecialWay = {
  algorithm: 'fifo-queue value by value',
  decide(operations, _, effort) {
    const queue = readQueue(operations, effort);
    if (queue === undefined) return undefined;
    for (const width of WIDTHS) {
      if (width * CONFIGURATION_BYTES > effort.bytes) break;
      const outcome = new QueueWalk(queue, width, effort).run();
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  },
};

interface RepeatingQueue {
  readonly insertions: QueueSide;
  readonly removals: QueueSide;
  /** Removals that found nothing, in order of invocation. */
  readonly empties: readonly SideOperation[];
}

/** Stands for a removal whose value nobody knows. */
const ANY = -1;

function readQueue(operations: ModelOperations, effort: SpecialEffort): RepeatingQueue | undefined {
  const { count, action, call, ret, actions } = operations;
  const ids = new Map<string, number>();
  const idOf = (value: JsonValue): number => {
    const text = canonicalJson(value);
    const known = ids.get(text) ?? ids.size;
    ids.set(text, known);
    return known;
  };
  effort.reserve(count * OPERATION_BYTES);
  const insertions: SideOperation[] = [];
  const removals: SideOperation[] = [];
  const empties: SideOperation[] = [];
  for (let op = 0; op < count; op++) {
    effort.step();
    const what = actions[action[op] as number];
    if (what === undefined) return undefined;
    const times = { call: call[op] as number, ret: ret[op] as number };
    if (what.f === 'enqueue') {
      // A null that was put in and none at all look the same when they come out.
      if (what.input === null) return undefined;
      insertions.push({ value: idOf(what.input), ...times });
    } else if (what.output === null) {
      if (times.ret !== NEVER) empties.push({ value: ANY, ...times });
    } else removals.push({ value: what.output === undefined ? ANY : idOf(what.output), ...times });
  }
  return { insertions: new QueueSide(insertions), removals: new QueueSide(removals), empties };
}

/** Where the walk may be after some number of values. */
interface Place {
  readonly inserted: Taken;
  readonly removed: Taken;
  /** When the last insertion and the last removal happened, at the earliest. */
  readonly insertedAt: number;
  readonly removedAt: number;
  /** Numbers of the empty removals that have begun by `removedAt` or been passed, and found no empty moment yet. */
  readonly unseen: readonly number[];
  /** The first empty removal that was not looked at. */
  readonly nextEmpty: number;
}

class QueueWalk {
  readonly #queue: RepeatingQueue;
  readonly #width: number;
  readonly #effort: SpecialEffort;
  #isCut = false;

  constructor(queue: RepeatingQueue, width: number, effort: SpecialEffort) {
    this.#queue = queue;
    this.#width = width;
    this.#effort = effort;
  }

  run(): 'valid' | 'invalid' | undefined {
    let places: readonly Place[] = [
      {
        inserted: this.#queue.insertions.nothing(),
        removed: this.#queue.removals.nothing(),
        insertedAt: -1,
        removedAt: -1,
        unseen: [],
        nextEmpty: 0,
      },
    ];
    while (places.length > 0) {
      let next = new Map<string, Place[]>();
      let [size, bytes] = [0, 0];
      for (const place of places) {
        if (this.#isEnd(place)) return 'valid';
        for (const following of this.#following(place)) {
          const more = this.#add(next, following);
          size += more.size;
          bytes += more.bytes;
        }
        // The places before these are held as well, and those that are cut off until they are.
        if (size <= 2 * this.#width && bytes <= this.#effort.bytes / 3) continue;
        const best = this.#best(next);
        next = byNames(best);
        size = best.length;
        bytes = bytesOf(best);
      }
      places = size > this.#width ? this.#best(next) : [...next.values()].flat();
    }
    return this.#isCut ? undefined : 'invalid';
  }

  /** Those that are furthest behind in time, as many as are kept. */
  #best(places: ReadonlyMap<string, readonly Place[]>): readonly Place[] {
    this.#isCut = true;
    const ranked = [...places.values()].flat();
    this.#effort.step(ranked.length);
    ranked.sort((left, right) => left.removedAt - right.removedAt || left.insertedAt - right.insertedAt);
    const most = this.#effort.bytes / 6;
    let [kept, bytes] = [0, 0];
    for (const place of ranked.slice(0, this.#width)) {
      bytes += bytesOf([place]);
      if (bytes > most) break;
      kept++;
    }
    return ranked.slice(0, kept);
  }

  /** Adds a place unless a known one can do everything that it can. Answers by how much there is more. */
  #add(places: Map<string, Place[]>, place: Place): { readonly size: number; readonly bytes: number } {
    const key = nameOf(place);
    const alike = places.get(key) ?? [];
    this.#effort.step((listedBy(place) * (1 + alike.length)) / LISTED_PER_STEP);
    if (alike.some((known) => isAsGood(known, place))) return { size: 0, bytes: 0 };
    const kept = [...alike.filter((known) => !isAsGood(place, known)), place];
    places.set(key, kept);
    return { size: kept.length - alike.length, bytes: bytesOf(kept) - bytesOf(alike) };
  }

  /** Whether everything that must be is done, but for insertions of what stays in. */
  #isEnd({ inserted, removed, removedAt, unseen, nextEmpty }: Place): boolean {
    const { removals, empties } = this.#queue;
    if (!removals.hasAllOf(removed)) return false;
    let emptyUntil = -1;
    for (const { call } of [...unseen.map((number) => empties[number]), ...empties.slice(nextEmpty)].filter(isThere)) {
      emptyUntil = Math.max(emptyUntil, removedAt, call);
    }
    return emptyUntil <= inserted.until;
  }

  *#following(place: Place): Generator<Place> {
    const { insertions, removals } = this.#queue;
    this.#effort.step(1 + place.unseen.length);
    for (const from of this.#emptyUntil(place)) {
      this.#effort.step(insertions.lookedAt(place.inserted));
      for (const insertion of insertions.candidates(place.inserted, from, undefined)) {
        this.#effort.step(CHOICE_COST);
        const insertedAt = Math.max(from, insertion.call);
        if (insertedAt > place.inserted.until) continue;
        const passed = this.#passEmpty(place, insertedAt);
        const earliest = Math.max(place.removedAt, insertedAt);
        this.#effort.step(removals.lookedAt(place.removed));
        for (const removal of removals.candidates(place.removed, earliest, insertion.value)) {
          this.#effort.step(CHOICE_COST);
          const removedAt = Math.max(earliest, removal.call);
          if (removedAt > place.removed.until) continue;
          if (this.#missesEmpty(passed, removedAt)) continue;
          yield {
            inserted: insertions.take(place.inserted, insertion),
            removed: removals.take(place.removed, removal),
            insertedAt,
            removedAt,
            ...passed,
          };
        }
      }
    }
  }

  /** Whether an empty removal that found no empty moment yet is over before a removal happens. */
  #missesEmpty({ unseen, nextEmpty }: Pick<Place, 'unseen' | 'nextEmpty'>, time: number): boolean {
    const { empties } = this.#queue;
    if (unseen.some((number) => (empties[number] as SideOperation).ret < time)) return true;
    for (let number = nextEmpty; number < empties.length; number++) {
      const empty = empties[number] as SideOperation;
      if (empty.call > time) return false;
      if (empty.ret < time) return true;
    }
    return false;
  }

  /** From when on the next insertion may happen: as it comes, or after an empty removal has found the queue empty. */
  #emptyUntil({ inserted, insertedAt, removedAt, unseen, nextEmpty }: Place): readonly number[] {
    const { empties } = this.#queue;
    const times = new Set([insertedAt]);
    const until = inserted.until;
    const add = ({ call }: SideOperation): boolean => {
      const time = Math.max(call, removedAt, insertedAt);
      if (time > until) return false;
      times.add(time);
      return true;
    };
    for (const number of unseen) add(empties[number] as SideOperation);
    for (let number = nextEmpty; number < empties.length && add(empties[number] as SideOperation);) number++;
    return [...times];
  }

  /** The queue is empty from the last removal until the next insertion: who asked in between has found nothing. */
  #passEmpty({ removedAt, unseen, nextEmpty }: Place, insertedAt: number): Pick<Place, 'unseen' | 'nextEmpty'> {
    const { empties } = this.#queue;
    if (insertedAt < removedAt) return { unseen, nextEmpty };
    const isServed = ({ call, ret }: SideOperation): boolean => call <= insertedAt && ret >= removedAt;
    const left = unseen.filter((number) => !isServed(empties[number] as SideOperation));
    let number = nextEmpty;
    for (; number < empties.length && (empties[number] as SideOperation).call <= insertedAt; number++) {
      if (!isServed(empties[number] as SideOperation)) left.push(number);
    }
    return { unseen: left, nextEmpty: number };
  }
}

function isThere(op: SideOperation | undefined): op is SideOperation {
  return op !== undefined;
}

function nameOf({ inserted, removed }: Place): string {
  return `${inserted.name} ${removed.name}`;
}

function byNames(places: readonly Place[]): Map<string, Place[]> {
  const named = new Map<string, Place[]>();
  for (const place of places) {
    const alike = named.get(nameOf(place));
    if (alike === undefined) named.set(nameOf(place), [place]);
    else alike.push(place);
  }
  return named;
}

/** How many operations the lists of a place hold. */
function listedBy({ inserted, removed, unseen }: Place): number {
  return inserted.left.length + inserted.crashed.length + removed.left.length + removed.crashed.length + unseen.length;
}

function bytesOf(places: readonly Place[]): number {
  return places.reduce((bytes, place) => bytes + CONFIGURATION_BYTES + LISTED_BYTES * listedBy(place), 0);
}

function isAsGood(left: Place, right: Place): boolean {
  if (left.insertedAt > right.insertedAt || left.removedAt > right.removedAt) return false;
  // What the one has not looked at yet counts as unseen.
  return left.nextEmpty === right.nextEmpty && left.unseen.every((number) => right.unseen.includes(number));
}
