import type { Checker } from '../../harness/kernel/checker.ts';
import { TYPE_FAIL, TYPE_INVOKE } from '../../harness/kernel/history.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import type { Budget } from '../judging/budget.ts';
import { groupByKey, keyMember } from '../judging/group-by-key.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { listed, ofKey, plural, when, who } from '../judging/wording.ts';
import { roundingOf } from './rounding.ts';

/** A read outside of what the adds allow. */
interface BadRead {
  readonly read: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** How far the bounds may be off, because fractions were added in another order than the counter's. */
  readonly rounding: number;
}

/** Adds that a finding quotes, at most. */
const ADDS_SHOWN = 40;

/**
 * Judges counters: `add` (a number, also negative) and `read`, per key. A read must lie between the least and the most
 * that acknowledged adds, and adds that may have happened meanwhile, can come to. The anomaly is `out-of-bounds`. Option:
 * `initial`, what it begins with (default 0).
 *
 * Necessary for linearizability, and exact for single reads, but for what sums of fractions are rounded by. Answers and arguments that are no numbers are left out, and
 * the verdict is `unknown` unless something else is wrong. O(operations).
 */
export const counterChecker: Checker = operationsChecker('counter', (operations, { options, budget }) => {
  const initial = options.number('initial') ?? 0;
  const findings: Finding[] = [];
  let [reads, adds, readsAfterAdds, unreadable] = [0, 0, 0, 0];
  for (const [key, invocations] of groupByKey(operations)) {
    const [countable, others] = [[] as number[], [] as number[]];
    for (const op of invocations) {
      const f = operations.f(op);
      if (f === 'add' || f === 'read') (isCountable(operations, op) ? countable : others).push(op);
    }
    const isAdd = (op: number): boolean => operations.f(op) === 'add';
    unreadable += others.length;
    // An add of who knows what makes every sum after it anything.
    if (others.some(isAdd)) continue;
    adds += countable.filter(isAdd).length;
    const okReads = countable.filter((op) => !isAdd(op) && operations.isOk(op));
    reads += okReads.length;
    const firstAdded = countable.reduce(
      (first, op) => (isAdd(op) && deltaOf(operations, op) !== 0 ? Math.min(first, operations.end(op)) : first),
      Infinity,
    );
    readsAfterAdds += okReads.filter((read) => read > firstAdded).length;
    findings.push(
      ...tellCounter(operations, key, countable, badReads(operations, countable, { initial, budget }), initial),
    );
  }
  const doubts: string[] = [];
  if (reads === 0) doubts.push('no read of a counter was answered');
  else if (readsAfterAdds === 0) doubts.push('no read began after an add was acknowledged: read after adding');
  if (unreadable > 0) doubts.push(`${plural(unreadable, 'operation')} of counters had no number as argument or answer`);
  return judged(findings, { reads, adds, readsAfterAdds }, doubts.length === 0 ? undefined : listed(doubts));
});

/** Whether the number that matters is one: that of an add that may have happened, or of an answered read. */
function isCountable(operations: Operations, op: number): boolean {
  const isAdd = operations.f(op) === 'add';
  if (isAdd ? operations.outcome(op) === TYPE_FAIL : !operations.isOk(op)) return true;
  return typeof operations.history.decode(isAdd ? operations.input(op) : operations.output(op)) === 'number';
}

/** Sums of deltas: `sum` of all, `up` of the positive and `down` of the negative ones. */
interface Sums {
  sum: number;
  up: number;
  down: number;
  terms: number;
  hasFractions: boolean;
}

/** Sums of nothing. */
const NOTHING: Readonly<Sums> = { sum: 0, up: 0, down: 0, terms: 0, hasFractions: false };

function badReads(
  operations: Operations,
  invocations: readonly number[],
  { initial, budget }: { readonly initial: number; readonly budget: Budget },
): BadRead[] {
  const entries = operations.entries(invocations);
  const [acknowledged, begun]: [Sums, Sums] = [{ ...NOTHING }, { ...NOTHING }];
  // As if an add before everything else had put it there.
  if (initial !== 0) for (const sums of [acknowledged, begun]) include(sums, initial);
  const atCall = new Map<number, Sums>();
  const bad: BadRead[] = [];
  for (const entry of entries) {
    budget.step();
    const isInvoke = operations.history.columns.type[entry] === TYPE_INVOKE;
    const op = isInvoke ? entry : (operations.history.columns.pair[entry] ?? 0);
    if (operations.f(op) === 'add') {
      if (operations.outcome(op) === TYPE_FAIL) continue;
      if (isInvoke) include(begun, deltaOf(operations, op));
      else if (operations.isOk(op)) include(acknowledged, deltaOf(operations, op));
    } else if (operations.isOk(op)) {
      const before = atCall.get(op);
      if (isInvoke || before === undefined) atCall.set(op, { ...acknowledged });
      else {
        const value = numberOf(operations, operations.output(op));
        const low = before.sum + begun.down - before.down;
        const high = before.sum + begun.up - before.up;
        const rounding = roundingIn(begun);
        if (value < low - rounding || value > high + rounding) bad.push({ read: op, value, low, high, rounding });
      }
    }
  }
  return bad;
}

function include(sums: Sums, delta: number): void {
  sums.sum += delta;
  if (delta > 0) sums.up += delta;
  else sums.down += delta;
  sums.terms++;
  sums.hasFractions ||= !Number.isInteger(delta);
}

/** A bound is made of three sums, and the counter's own is the fourth: half a unit in the last place per term of each. */
function roundingIn({ up, down, terms, hasFractions }: Sums): number {
  return hasFractions ? roundingOf(2 * terms + 3, up - down) : 0;
}

function deltaOf(operations: Operations, add: number): number {
  return numberOf(operations, operations.input(add));
}

function numberOf(operations: Operations, code: number): number {
  const value = operations.history.decode(code);
  return typeof value === 'number' ? value : 0;
}

interface Proof {
  /** Adds that are quoted. */
  readonly adds: readonly number[];
  /** Adds that the bound is made of. */
  readonly all: number;
}

/**
 * The adds that prove that a bound is broken: all of them where they are few. Else as many as it takes of those that bring
 * the bound closer, the largest first, because without them the rest would allow the value, and some of the others. Where
 * that are too many to read, the last ones before the read stand for them all.
 */
function proofOf(
  operations: Operations,
  invocations: readonly number[],
  { read, value, low, rounding }: BadRead,
  initial: number,
): Proof {
  const isTooLow = value < low;
  const sign = isTooLow ? -1 : 1;
  /** Below this, the bound is broken. */
  const reached = sign * (value - initial) - rounding;
  const weighed = invocations.flatMap((add): Weighed[] => {
    if (operations.f(add) !== 'add' || operations.outcome(add) === TYPE_FAIL) return [];
    const weight = sign * deltaOf(operations, add);
    const counts = operations.end(add) < read || (add < operations.completion(read) && weight > 0);
    return counts ? [{ add, weight }] : [];
  });
  const adds = (of: readonly Weighed[]): Proof => ({ adds: of.map(({ add }) => add), all: weighed.length });
  if (weighed.length <= ADDS_SHOWN) return adds(weighed);
  const kept: Weighed[] = [];
  let sum = 0;
  const closer = weighed.filter(({ weight }) => weight < 0).sort((left, right) => left.weight - right.weight);
  for (const each of closer) {
    if (sum < reached) break;
    kept.push(each);
    sum += each.weight;
  }
  if (kept.length > ADDS_SHOWN) return adds(farFrom(weighed, Math.abs(value - initial) - rounding));
  for (const each of weighed) {
    if (kept.length >= ADDS_SHOWN) break;
    if (kept.includes(each) || sum + each.weight >= reached) continue;
    kept.push(each);
    sum += each.weight;
  }
  return adds(kept);
}

/** The last adds, as many as are shown and cannot come that far in either direction. */
function farFrom(weighed: readonly Weighed[], distance: number): readonly Weighed[] {
  let room = distance;
  return weighed.slice(-ADDS_SHOWN).filter(({ weight }) => {
    if (Math.abs(weight) >= room) return false;
    room -= Math.abs(weight);
    return true;
  });
}

/** An add with what it adds to the bound, turned so that the value is too high. */
interface Weighed {
  readonly add: number;
  readonly weight: number;
}

function tellCounter(
  operations: Operations,
  key: number,
  invocations: readonly number[],
  bad: readonly BadRead[],
  initial: number,
): Finding[] {
  const from = initial === 0 ? '' : `from ${initial} on, `;
  return sampleFindings(bad, {
    anomaly: 'out-of-bounds',
    label: ({ read, value }) => `${value} ${when(operations, read)}`,
    tell: (each) => {
      const { read, value, low, high } = each;
      const { adds, all } = proofOf(operations, invocations, each, initial);
      return {
        ...keyMember(operations, key),
        ops: operations.entries([read, ...adds]),
        message: `The counter${ofKey(operations, key)} was ${value} for ${who(operations, read)} ${when(operations, read)}, but ${from}by ${plural(all, 'add')} it must have been ${low === high ? low : `between ${low} and ${high}`}.`,
      };
    },
  });
}
