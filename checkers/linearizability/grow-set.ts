import type { History } from '../../harness/kernel/history.ts';
import { isJsonArray } from '../../harness/kernel/json.ts';
import { getOrAdd } from '../judging/get-or-add.ts';
import { NONE, type SlotContradiction } from './container-operations.ts';
import { ENDED_FAIL, ENDED_OK, type OperationColumns } from './operations.ts';
import type { Look } from './stack-order.ts';
import { ValueIds } from './value-ids.ts';

/** Objects that only grow. */
interface Growing {
  readonly add: string;
  /** True where reads answer in the order of the additions. */
  readonly ordered: boolean;
}

export const GROWING: Readonly<Record<string, Growing>> = {
  set: { add: 'add', ordered: false },
  'append-log': { add: 'append', ordered: true },
};

/**
 * Decides a set that only grows, with reads of all of it; or a log whose values are appended once each.
 *
 * Reads must hold each other (of a log: begin with each other). Then the order is forced in layers: what the smallest read
 * saw, that read, what the next one saw besides, and so on, unseen elements last; it must agree with real time. In a log
 * every element is a layer of its own. A crashed add happened if somebody saw its element. Of several adds of one element
 * the one invoked first is the best to have put it in, and the others only must not have been over before that.
 * O(n log n + sizes of the reads). `undefined` where the conditions do not hold.
 */
export function decideGrowing(
  growing: Growing,
  history: History,
  operations: OperationColumns,
  members: Int32Array,
  look: Look,
): 'valid' | SlotContradiction | undefined {
  const set = readGrowing(growing, history, operations, members, look);
  return set === undefined ? undefined : new Layers(set, operations, look).decide();
}

interface Read {
  readonly slot: number;
  readonly elements: Int32Array;
}

interface GrowSet {
  readonly ordered: boolean;
  /** Slot of the add that was invoked first, by element. */
  readonly addSlot: Int32Array;
  /** Slots of the other adds of an element, where there are any. */
  readonly again: ReadonlyMap<number, readonly number[]>;
  /** Completed reads, small ones first. */
  readonly reads: readonly Read[];
}

function readGrowing(
  { add, ordered }: Growing,
  history: History,
  operations: OperationColumns,
  members: Int32Array,
  look: Look,
): GrowSet | undefined {
  const { columns, fNames } = history;
  const ids = new ValueIds(history, members.length);
  const adds: (number | undefined)[] = [];
  const again = new Map<number, number[]>();
  const reads: Read[] = [];
  for (const slot of members) {
    look();
    const entry = operations.invoke[slot] as number;
    const ended = operations.ended[slot];
    const f = fNames[columns.f[entry] as number];
    if (f !== add && f !== 'read') return undefined;
    if (ended === ENDED_FAIL) continue;
    if (f === add) {
      const element = ids.ofCode(columns.value[entry] as number);
      if (adds[element] === undefined) adds[element] = slot;
      else if (ordered) return undefined;
      else getOrAdd(again, element, () => []).push(slot);
    } else if (ended === ENDED_OK) {
      const answer = history.decode(columns.value[operations.complete[slot] as number] as number);
      if (!isJsonArray(answer)) return undefined;
      reads.push({ slot, elements: Int32Array.from(answer, (element) => ids.ofValue(element)) });
    }
  }
  reads.sort((left, right) => left.elements.length - right.elements.length);
  const addSlot = Int32Array.from({ length: ids.size }, (_, element) => adds[element] ?? NONE);
  return { ordered, addSlot, again, reads };
}

/** Walks the forced order, layer by layer. */
class Layers {
  readonly #set: GrowSet;
  readonly #operations: OperationColumns;
  readonly #look: Look;
  readonly #seen: Uint8Array;
  /** Round in which an element was last marked, for comparing reads. */
  readonly #marked: Int32Array;
  #round = 0;
  /** The operation invoked last among closed layers: nothing after them may have returned before that. */
  #latest = NONE;
  /** The same within the open layer. */
  #pending = NONE;

  constructor(set: GrowSet, operations: OperationColumns, look: Look) {
    this.#set = set;
    this.#operations = operations;
    this.#look = look;
    this.#seen = new Uint8Array(set.addSlot.length);
    this.#marked = new Int32Array(set.addSlot.length);
  }

  decide(): 'valid' | SlotContradiction {
    let previous: Read | undefined;
    for (const read of this.#set.reads) {
      this.#look();
      const wrong = this.#misfit(previous, read) ?? this.#putAdds(read, previous) ?? this.#putRead(read, previous);
      if (wrong !== undefined) return wrong;
      previous = read;
    }
    this.#close();
    return this.#findLost(previous) ?? 'valid';
  }

  /** A read that lists an element twice or one that nobody added, or that does not hold the one before. */
  #misfit(previous: Read | undefined, read: Read): SlotContradiction | undefined {
    const { addSlot } = this.#set;
    const round = ++this.#round;
    for (const [place, element] of read.elements.entries()) {
      const add = addSlot[element] as number;
      if (add === NONE) return { kind: 'phantom', slots: [read.slot], place };
      if (this.#marked[element] === round) return { kind: 'duplicate', slots: [add, read.slot] };
      this.#marked[element] = round;
    }
    if (previous === undefined) return undefined;
    const missing = this.#set.ordered
      ? previous.elements.find((element, index) => element !== read.elements[index])
      : previous.elements.find((element) => this.#marked[element] !== round);
    if (missing === undefined) return undefined;
    const back = ++this.#round;
    for (const element of previous.elements) this.#marked[element] = back;
    const surplus = read.elements.find((element) => this.#marked[element] !== back);
    const adds = [missing, surplus].map((element) => (element === undefined ? NONE : (addSlot[element] as number)));
    return { kind: 'diverging-reads', slots: [...adds.filter((add) => add !== NONE), previous.slot, read.slot] };
  }

  #putAdds(read: Read, previous: Read | undefined): SlotContradiction | undefined {
    const fresh = read.elements.filter((element) => this.#seen[element] === 0);
    if (fresh.length === 0) return undefined;
    this.#close();
    for (const element of fresh) {
      this.#seen[element] = 1;
      const late = this.#addsOf(element).find((add) => this.#contradicts(add));
      if (late !== undefined) return { kind: 'lost', slots: this.#witness(late, [read, previous]) };
      this.#put(this.#set.addSlot[element] as number);
      if (this.#set.ordered) this.#close();
    }
    this.#close();
    return undefined;
  }

  #putRead(read: Read, previous: Read | undefined): SlotContradiction | undefined {
    // Reads of the same elements make one layer; any order among them will do.
    if (previous === undefined || previous.elements.length < read.elements.length) this.#close();
    if (this.#contradicts(read.slot)) {
      const isRead = this.#set.reads.some(({ slot }) => slot === this.#latest);
      return { kind: isRead ? 'diverging-reads' : 'future-read', slots: [this.#latest, read.slot] };
    }
    this.#put(read.slot);
    return undefined;
  }

  /** An acknowledged add that nobody saw although somebody looked later. */
  #findLost(last: Read | undefined): SlotContradiction | undefined {
    const { addSlot } = this.#set;
    for (let element = 0; element < addSlot.length; element++) {
      if (addSlot[element] === NONE || this.#seen[element] === 1) continue;
      const late = this.#addsOf(element).find((add) => this.#contradicts(add));
      if (late !== undefined) return { kind: 'lost', slots: this.#witness(late, [last]) };
    }
    return undefined;
  }

  #addsOf(element: number): readonly number[] {
    return [this.#set.addSlot[element] as number, ...(this.#set.again.get(element) ?? [])];
  }

  /** An add that comes too early, what it must come after, and the reads that say so. */
  #witness(add: number, reads: readonly (Read | undefined)[]): number[] {
    const slots = reads.flatMap((read) => (read === undefined ? [] : [read.slot]));
    return [...new Set([add, this.#latest, ...slots])];
  }

  #contradicts(slot: number): boolean {
    const { invoke, complete } = this.#operations;
    return this.#latest !== NONE && (complete[slot] as number) < (invoke[this.#latest] as number);
  }

  #put(slot: number): void {
    this.#pending = this.#later(this.#pending, slot);
  }

  #close(): void {
    if (this.#pending !== NONE) this.#latest = this.#later(this.#latest, this.#pending);
    this.#pending = NONE;
  }

  #later(left: number, right: number): number {
    const { invoke } = this.#operations;
    return left === NONE || (invoke[right] as number) > (invoke[left] as number) ? right : left;
  }
}
