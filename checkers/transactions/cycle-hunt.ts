import type { CycleFinder, CyclePattern, Step } from './cycle-finder.ts';
import { cyclicCount, type Components } from './strong-components.ts';

/** Edge visits allowed for making the cycles of one kind shorter: some tenths of a second. What exists is found regardless. */
const VISITS = 12_000_000;

/** Where to search one kind of cycle, and how. */
export interface Hunt {
  readonly parts: Components;
  readonly finder: CycleFinder;
  /** Vertices of this hunt's graph to those of the core. */
  readonly coreVertex: (vertex: number) => number;
  /** The vertices of a part to search from, and the pattern. Undefined where the part is none of this hunt's. */
  readonly plan: (members: Int32Array, part: number) => Plan | undefined;
  /** Whether a part need not be looked at, and what is to be noted of one that holds such a cycle. */
  readonly isTaken?: (members: Int32Array) => boolean;
  readonly take?: (members: Int32Array) => void;
  /** Whether a cycle is of this kind: for walks that meet a vertex of the core twice. One of the two cycles then is. */
  readonly isAllowed: (steps: readonly Step[]) => boolean;
}

export interface Plan {
  readonly starts: Iterable<number>;
  readonly pattern: CyclePattern;
  /** Whether a cycle through each of the starts is known to exist. */
  readonly sure: boolean;
}

/** What a hunt came to. */
export interface Caught {
  /** Parts that hold such a cycle. */
  readonly parts: number;
  /** A cycle over vertices of the core, if there is any. */
  readonly steps: readonly Step[] | undefined;
  /** Whether no shorter one was missed, and no part that holds one. */
  readonly shortest: boolean;
  readonly settled: boolean;
}

/** Looks through all parts for cycles of one kind, and for a shortest one. */
export function huntCycles(hunt: Hunt): Caught {
  const { parts, finder, coreVertex } = hunt;
  const quarry: Quarry = { allowance: finder.visits + VISITS, best: undefined, cutOff: false, settled: true };
  let count = 0;
  for (let part = 0; part < cyclicCount(parts); part++) {
    const members = parts.members.subarray(parts.starts[part], parts.starts[part + 1]);
    if (hunt.isTaken?.(members) === true) continue;
    const plan = hunt.plan(members, part);
    if (plan === undefined || !huntPart(finder, plan, parts.of, quarry)) continue;
    count++;
    hunt.take?.(members);
  }
  const { best, cutOff, settled } = quarry;
  if (best === undefined) return { parts: count, steps: undefined, shortest: false, settled };
  const steps = best.map(({ from, to, kind }) => ({ from: coreVertex(from), to: coreVertex(to), kind }));
  return {
    parts: count,
    steps: withoutDetours(steps, hunt.isAllowed),
    shortest: steps.length === 2 || !cutOff,
    settled,
  };
}

/** What a hunt has so far. */
interface Quarry {
  /** Edge visits of the finder after which only existence is looked for. */
  readonly allowance: number;
  best: readonly Step[] | undefined;
  /** Whether a shorter cycle may have been missed, and whether parts with a cycle may have been. */
  cutOff: boolean;
  settled: boolean;
}

/** Whether the part holds such a cycle; keeps it if it is the shortest so far. No cycle is shorter than 2. */
function huntPart(finder: CycleFinder, plan: Plan, component: Int32Array, quarry: Quarry): boolean {
  let found = false;
  for (const start of plan.starts) {
    const spent = finder.visits > quarry.allowance;
    if (spent) quarry.cutOff = true;
    found ||= plan.sure && quarry.best !== undefined;
    if (found && (spent || quarry.best?.length === 2)) return true;
    if (spent && !plan.sure) {
      quarry.settled = false;
      return false;
    }
    const steps = finder.through(
      start,
      plan.pattern,
      found ? (quarry.best?.length ?? Infinity) - 1 : Infinity,
      component,
    );
    if (steps === undefined) continue;
    found = true;
    if (quarry.best === undefined || steps.length < quarry.best.length) quarry.best = steps;
  }
  return found;
}

/** A closed walk may meet a vertex twice. Of the two cycles that it then consists of, keeps one that is allowed. */
function withoutDetours(steps: readonly Step[], isAllowed: (steps: readonly Step[]) => boolean): readonly Step[] {
  const metAt = new Map<number, number>();
  for (const [index, { from }] of steps.entries()) {
    const before = metAt.get(from);
    if (before !== undefined) {
      const loop = steps.slice(before, index);
      const rest = [...steps.slice(0, before), ...steps.slice(index)];
      return withoutDetours(isAllowed(loop) ? loop : rest, isAllowed);
    }
    metAt.set(from, index);
  }
  return steps;
}

export function pattern(first: number, rest: number, last: number): CyclePattern {
  return { first, rest, last };
}
