/** Where a search is. One object is reused for every look-up. */
export interface Configuration {
  state: number;
  /** The newest required operation taken, by its place in the order of invocations; -1 for none. */
  newest: number;
  /** Required operations older than `newest` that were not taken, in ascending order: the first `pendingCount` slots. */
  pending: Int32Array;
  pendingCount: number;
  /** How many operations of each group of interchangeable crashed ones were taken. */
  readonly used: Int32Array;
}

/** Fills in what is pending: untaken operations older than the newest taken one. `next` links the untaken ones by invocation. */
export function fillPending(here: Configuration, next: Int32Array): void {
  let count = 0;
  for (let op = next[next.length - 1] as number; op < here.newest; op = next[op] as number) {
    if (count === here.pending.length) {
      const grown = new Int32Array(count * 2);
      grown.set(here.pending);
      here.pending = grown;
    }
    here.pending[count++] = op;
  }
  here.pendingCount = count;
}

/** A hash of a configuration: a whole number from 0. It decides where to look, never what is known. */
export type ConfigurationHash = (state: number, newest: number, pending: Int32Array, pendingCount: number) => number;

/** A half of the cache: records in one arena, found through a table of record offsets. */
interface Generation {
  arena: Int32Array;
  used: number;
  /** Record offset + 1 by hash; 0 is empty. Linear probing. */
  table: Int32Array;
  chains: number;
}

const FIRST_ARENA = 1 << 12;
const FIRST_TABLE = 1 << 9;
/** Numbers per expected record; sizes at the beginning stay below {@link MOST_AT_FIRST}. */
const EXPECTED_RECORD = 8;
const MOST_AT_FIRST = 1 << 20;
/** Record: [next record of the chain + 1, pending count, group count, state, newest, hash, pending..., (group, used)...]. */
const HEADER = 6;
const HASH = 5;

/**
 * The configurations that a search has been in, compared exactly; a hash only finds them.
 *
 * A configuration is: the object's state, the newest operation taken, the operations older than it not taken yet, and
 * how many of each group of interchangeable crashed operations were taken. One that differs from a known one only by
 * having used up more crashed operations can do nothing that the known one could not, and is refused too.
 *
 * Bounded: when full, the older half is forgotten. Forgetting costs time, never a verdict.
 */
export class ConfigurationCache {
  readonly #generationBytes: number;
  readonly #hashOf: ConfigurationHash;
  #young: Generation;
  #old: Generation | undefined;
  #admitted = 0;

  /** Uses at most about `maxBytes`. Makes room for the `expected` number of configurations at once: growing copies. */
  constructor(maxBytes: number, hash: ConfigurationHash = hashOf, expected = 0) {
    this.#hashOf = hash;
    this.#generationBytes = Math.max(1 << 16, Math.floor(maxBytes / 2));
    this.#young = emptyGeneration(Math.min(expected, this.#generationBytes / (8 * EXPECTED_RECORD)));
  }

  /** Configurations admitted so far. */
  get admitted(): number {
    return this.#admitted;
  }

  get bytes(): number {
    return bytesOf(this.#young) + (this.#old === undefined ? 0 : bytesOf(this.#old));
  }

  /**
   * Records the configuration and answers true, or answers false when it can do no more than a known one.
   */
  admit(configuration: Configuration): boolean {
    const { pending, pendingCount } = configuration;
    const hash = this.#hashOf(configuration.state, configuration.newest, pending, pendingCount);
    if (this.#old !== undefined && isCovered(this.#old, hash, configuration)) return false;
    if (isCovered(this.#young, hash, configuration)) return false;
    this.#makeRoom(HEADER + pendingCount + 2 * configuration.used.length);
    insert(this.#young, hash, configuration);
    this.#admitted++;
    return true;
  }

  #makeRoom(ints: number): void {
    const young = this.#young;
    const needsArena = young.used + ints > young.arena.length;
    const needsTable = (young.chains + 1) * 2 > young.table.length;
    if (!needsArena && !needsTable) return;
    if (bytesOf(young) * 2 > this.#generationBytes) {
      this.#old = young;
      this.#young = emptyGeneration();
      this.#makeRoom(ints);
      return;
    }
    if (needsArena) {
      const arena = new Int32Array(Math.max(young.arena.length * 2, young.used + ints));
      arena.set(young.arena.subarray(0, young.used));
      young.arena = arena;
    }
    if (needsTable) rehash(young);
  }
}

function emptyGeneration(expected = 0): Generation {
  const arena = Math.max(FIRST_ARENA, Math.min(MOST_AT_FIRST, EXPECTED_RECORD * expected));
  let table = FIRST_TABLE;
  while (table < 2 * expected && table < MOST_AT_FIRST) table *= 2;
  return { arena: new Int32Array(arena), used: 0, table: new Int32Array(table), chains: 0 };
}

function bytesOf(generation: Generation): number {
  return 4 * (generation.arena.length + generation.table.length);
}

function hashOf(state: number, newest: number, pending: Int32Array, pendingCount: number): number {
  let hash = Math.imul(state ^ 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15) ^ newest, 0xc2b2ae35);
  for (let index = 0; index < pendingCount; index++) {
    hash = Math.imul(hash ^ (hash >>> 13) ^ (pending[index] as number), 0x27d4eb2f);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Slot of the chain of records with this state and these operations, or of the empty slot where it would be. */
function slotOf({ arena, table }: Generation, hash: number, configuration: Configuration): number {
  const { state, newest, pending, pendingCount } = configuration;
  const mask = table.length - 1;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const record = (table[slot] as number) - 1;
    if (record < 0) return slot;
    if (arena[record + 3] !== state || arena[record + 4] !== newest || arena[record + 1] !== pendingCount) continue;
    let index = 0;
    while (index < pendingCount && arena[record + HEADER + index] === pending[index]) index++;
    if (index === pendingCount) return slot;
  }
}

function isCovered(generation: Generation, hash: number, configuration: Configuration): boolean {
  const { pendingCount, used } = configuration;
  const { arena, table } = generation;
  let record = (table[slotOf(generation, hash, configuration)] as number) - 1;
  while (record >= 0) {
    const groups = arena[record + 2] as number;
    const from = record + HEADER + pendingCount;
    let index = 0;
    while (
      index < groups &&
      (used[arena[from + 2 * index] as number] as number) >= (arena[from + 2 * index + 1] as number)
    ) {
      index++;
    }
    if (index === groups) return true;
    record = (arena[record] as number) - 1;
  }
  return false;
}

function insert(generation: Generation, hash: number, configuration: Configuration): void {
  const { state, newest, pending, pendingCount, used } = configuration;
  const { arena, table } = generation;
  const slot = slotOf(generation, hash, configuration);
  const record = generation.used;
  const head = table[slot] as number;
  if (head === 0) generation.chains++;
  arena[record] = head;
  arena[record + 1] = pendingCount;
  arena[record + 3] = state;
  arena[record + 4] = newest;
  arena[record + HASH] = hash;
  for (let index = 0; index < pendingCount; index++) arena[record + HEADER + index] = pending[index] as number;
  let at = record + HEADER + pendingCount;
  let groups = 0;
  for (let group = 0; group < used.length; group++) {
    const count = used[group] as number;
    if (count === 0) continue;
    arena[at++] = group;
    arena[at++] = count;
    groups++;
  }
  arena[record + 2] = groups;
  generation.used = at;
  table[slot] = record + 1;
}

function rehash(generation: Generation): void {
  const { arena, table } = generation;
  const grown = new Int32Array(table.length * 2);
  const mask = grown.length - 1;
  for (let from = 0; from < table.length; from++) {
    const head = table[from] as number;
    if (head === 0) continue;
    let slot = (arena[head - 1 + HASH] as number) & mask;
    while (grown[slot] !== 0) slot = (slot + 1) & mask;
    grown[slot] = head;
  }
  generation.table = grown;
}
