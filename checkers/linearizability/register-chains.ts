import { NEVER } from './operations.ts';
import { NO_VALUE, type RegisterOperations } from './register-operations.ts';

/** Why a register's history has no order: which operations contradict each other, and how. */
export interface Contradiction {
  readonly kind: 'phantom-read' | 'lost-update' | 'future-read' | 'stale-read' | 'cyclic-cas';
  /** Operation numbers, the ones that matter most first. */
  readonly ops: readonly number[];
}

export type ChainVerdict = 'valid' | 'not-applicable' | Contradiction;

/** Value 0 is there before everything else. */
const IMAGINARY = -2;
const NOBODY = -1;
/** Zones are sorted as one double each: 31 bits of entry index and 22 bits of zone. */
const MOST_VALUES = 0x400000;

/**
 * Decides a register whose values are each made at most once (the initial one never), with any crashed operations.
 *
 * Each value lives in one contiguous stretch of any order: from its maker over its readers to the `cas` that takes it,
 * which begins the stretch of the next value. Such a chain has a forced inner order, which must agree with real time. Two
 * chains exclude each other exactly when each must hold the register before the other may let go of it; and if no two do,
 * an order exists (Gibbons & Korach 1997; zones as in Golab, Li & Shah 2011; chains of `cas` treated as one zone).
 * A crashed operation happened if somebody saw its value, and can be left out if nobody did.
 *
 * O(n log n) time, typed arrays only. Not applicable where a value is made twice or a failed `cas` was observed.
 */
export function decideByChains(register: RegisterOperations): ChainVerdict {
  const { avoids } = register;
  if (register.valueCount >= MOST_VALUES) return 'not-applicable';
  for (let op = 0; op < register.count; op++) if (avoids[op] !== NO_VALUE) return 'not-applicable';
  const maker = makersOf(register);
  if (maker === undefined) return 'not-applicable';
  const isNeeded = neededValues(register, maker);
  const values = summariseValues(register, maker, isNeeded);
  if ('kind' in values) return values;
  const zones = walkChains(register, maker, isNeeded, values);
  return 'kind' in zones ? zones : (findConflict(zones) ?? 'valid');
}

function makersOf({ count, makes, valueCount }: RegisterOperations): Int32Array | undefined {
  const maker = new Int32Array(valueCount).fill(NOBODY);
  maker[0] = IMAGINARY;
  for (let op = 0; op < count; op++) {
    const value = makes[op] as number;
    if (value === NO_VALUE) continue;
    if (maker[value] !== NOBODY) return undefined;
    maker[value] = op;
  }
  return maker;
}

/** Values that a completed operation saw, directly or through crashed `cas` that must therefore have happened. */
function neededValues({ count, needs, ret, valueCount }: RegisterOperations, maker: Int32Array): Uint8Array {
  const isNeeded = new Uint8Array(valueCount);
  for (let op = 0; op < count; op++) {
    if (ret[op] === NEVER) continue;
    let value = needs[op] as number;
    while (value !== NO_VALUE && isNeeded[value] === 0) {
      isNeeded[value] = 1;
      const by = maker[value] as number;
      value = by >= 0 && ret[by] === NEVER ? (needs[by] as number) : NO_VALUE;
    }
  }
  return isNeeded;
}

/** Per value: the reader that returned first, the reader that was invoked last, and the `cas` that took it. */
interface ValueSummary {
  readonly firstReturn: Int32Array;
  readonly lastCall: Int32Array;
  readonly taker: Int32Array;
}

function summariseValues(
  register: RegisterOperations,
  maker: Int32Array,
  isNeeded: Uint8Array,
): ValueSummary | Contradiction {
  const { count, needs, makes, call, ret, valueCount } = register;
  const firstReturn = new Int32Array(valueCount).fill(NOBODY);
  const lastCall = new Int32Array(valueCount).fill(NOBODY);
  const taker = new Int32Array(valueCount).fill(NOBODY);
  for (let op = 0; op < count; op++) {
    const value = needs[op] as number;
    if (value === NO_VALUE) continue;
    const made = makes[op] as number;
    if (ret[op] === NEVER && isNeeded[made] === 0) continue;
    if (maker[value] === NOBODY) return { kind: 'phantom-read', ops: [op] };
    if (made !== NO_VALUE) {
      if (taker[value] !== NOBODY) return { kind: 'lost-update', ops: [taker[value] as number, op] };
      taker[value] = op;
      continue;
    }
    const first = firstReturn[value] as number;
    if (first === NOBODY || (ret[op] as number) < (ret[first] as number)) firstReturn[value] = op;
    const last = lastCall[value] as number;
    if (last === NOBODY || (call[op] as number) > (call[last] as number)) lastCall[value] = op;
  }
  return { firstReturn, lastCall, taker };
}

/** Per chain: the operation that returned first (`holdsFrom`) and the one that was invoked last (`holdsUntil`). */
interface Zones {
  readonly count: number;
  readonly firstValue: Int32Array;
  readonly from: Int32Array;
  readonly until: Int32Array;
  readonly fromOp: Int32Array;
  readonly untilOp: Int32Array;
}

function walkChains(
  register: RegisterOperations,
  maker: Int32Array,
  isNeeded: Uint8Array,
  { firstReturn, lastCall, taker }: ValueSummary,
): Zones | Contradiction {
  const { call, ret, needs, makes, valueCount } = register;
  const column = (): Int32Array => new Int32Array(valueCount);
  const zones = {
    count: 0,
    firstValue: column(),
    from: column(),
    until: column(),
    fromOp: column(),
    untilOp: column(),
  };
  let walked = 0;
  let kept = 0;
  for (let value = 0; value < valueCount; value++) {
    const by = maker[value] as number;
    if (by === NOBODY || (by >= 0 && ret[by] === NEVER && isNeeded[value] === 0)) continue;
    kept++;
    if (by >= 0 && needs[by] !== NO_VALUE) continue;
    let from = by === IMAGINARY ? -1 : NEVER;
    let fromOp = NOBODY;
    let until = -1;
    let untilOp = NOBODY;
    let at = value;
    let op = by;
    for (;;) {
      walked++;
      if (op >= 0) {
        if ((ret[op] as number) < until) return { kind: 'future-read', ops: [op, untilOp] };
        if ((ret[op] as number) < from) [from, fromOp] = [ret[op] as number, op];
        if ((call[op] as number) > until) [until, untilOp] = [call[op] as number, op];
      }
      const early = firstReturn[at] as number;
      if (early !== NOBODY) {
        if ((ret[early] as number) < until) return { kind: 'future-read', ops: [early, untilOp] };
        if ((ret[early] as number) < from) [from, fromOp] = [ret[early] as number, early];
        const late = lastCall[at] as number;
        if ((call[late] as number) > until) [until, untilOp] = [call[late] as number, late];
      }
      op = taker[at] as number;
      if (op === NOBODY) break;
      at = makes[op] as number;
    }
    const zone = zones.count++;
    zones.firstValue[zone] = value;
    zones.from[zone] = from;
    zones.until[zone] = until;
    zones.fromOp[zone] = fromOp;
    zones.untilOp[zone] = untilOp;
  }
  if (walked < kept) return { kind: 'cyclic-cas', ops: cycleOf(register, maker, isNeeded) };
  return zones;
}

/** Some `cas` that take each other's values in a circle. */
function cycleOf({ needs, ret, valueCount }: RegisterOperations, maker: Int32Array, isNeeded: Uint8Array): number[] {
  const seen = new Int32Array(valueCount);
  for (let start = 1; start < valueCount; start++) {
    const path: number[] = [];
    for (let value = start; value > 0;) {
      const by = maker[value] as number;
      if (by < 0 || needs[by] === NO_VALUE || (ret[by] === NEVER && isNeeded[value] === 0)) break;
      if (seen[value] === start) return path.slice(path.indexOf(by));
      if (seen[value] !== 0) break;
      seen[value] = start;
      path.push(by);
      value = needs[by] as number;
    }
  }
  return [];
}

/** Two chains of which each must begin before the other ends, or undefined. */
function findConflict(zones: Zones): Contradiction | undefined {
  const { count, from, until, fromOp, untilOp } = zones;
  const order = new Float64Array(count);
  for (let zone = 0; zone < count; zone++) order[zone] = (from[zone] as number) * MOST_VALUES + zone;
  order.sort();
  let longest = -1;
  for (const rank of order) {
    const zone = ((rank % MOST_VALUES) + MOST_VALUES) % MOST_VALUES;
    if (
      longest >= 0 &&
      (from[longest] as number) < (until[zone] as number) &&
      (from[zone] as number) < (until[longest] as number)
    ) {
      const ops = [fromOp[longest], untilOp[longest], fromOp[zone], untilOp[zone]] as number[];
      return { kind: 'stale-read', ops: [...new Set(ops.filter((op) => op >= 0))] };
    }
    const isForward = (from[zone] as number) < (until[zone] as number);
    if (isForward && (longest < 0 || (until[zone] as number) > (until[longest] as number))) longest = zone;
  }
  return undefined;
}
