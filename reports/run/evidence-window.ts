import { NO_KEY, NO_PAIR, TYPE_INVOKE, type History } from '../../harness/kernel/history.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { invocationOf } from '../metrics/operations.ts';

/** One operation of an evidence drawing. */
export interface EvidenceOperation {
  /** Entry index of the invocation. */
  readonly invocation: number;
  readonly startNs: number;
  /** `Infinity` where it never completed. */
  readonly endNs: number;
  /** True for operations that the finding names; the others are context. */
  readonly named: boolean;
}

/** The operations that show one finding, in order of invocation. */
export interface EvidenceWindow {
  readonly operations: readonly EvidenceOperation[];
  /** Operations the finding names that the drawing leaves out. */
  readonly omitted: number;
  /** Last time at which something is drawn. */
  readonly endNs: number;
  readonly startNs: number;
}

/** Named operations and context operations drawn at most; more would be a wall, and the timeline has them all. */
const NAMED_MAX = 20;
const CONTEXT_MAX = 10;
/** Entries that are looked at for context on each side of a named operation. */
const CONTEXT_REACH = 2_000;

/**
 * The smallest window that shows a finding: the operations that it names, and of those on the same object and
 * concurrent with them the nearest few. Undefined where it names no operation of this history.
 */
export function evidenceWindow(history: History, finding: Finding): EvidenceWindow | undefined {
  const named = [
    ...new Set(
      finding.ops
        .filter((entry) => Number.isInteger(entry) && entry >= 0 && entry < history.length)
        .map((entry) => invocationOf(history.columns, entry)),
    ),
  ].sort((left, right) => left - right);
  if (named.length === 0) return undefined;
  // The last ones named matter as much as the first: what was done, and where it was missed.
  const shown = named.length <= NAMED_MAX ? named : [...named.slice(0, NAMED_MAX / 2), ...named.slice(-NAMED_MAX / 2)];
  const operations = [
    ...shown.map((invocation) => evidenceOperation(history, invocation, true)),
    ...contextOf(history, shown).map((invocation) => evidenceOperation(history, invocation, false)),
  ].sort((left, right) => left.invocation - right.invocation);
  const startNs = operations[0]?.startNs ?? 0;
  const ends = operations.map(({ startNs: start, endNs }) => (endNs === Infinity ? start : endNs));
  return { operations, omitted: named.length - shown.length, startNs, endNs: Math.max(startNs, ...ends) };
}

function evidenceOperation(history: History, invocation: number, named: boolean): EvidenceOperation {
  const { timeNs, pair } = history.columns;
  const completion = pair[invocation] ?? NO_PAIR;
  return {
    invocation,
    startNs: timeNs[invocation] ?? 0,
    endNs: completion === NO_PAIR ? Infinity : (timeNs[completion] ?? 0),
    named,
  };
}

function contextOf(history: History, named: readonly number[]): readonly number[] {
  const { type, key, timeNs, pair } = history.columns;
  const taken = new Set(named);
  const context: number[] = [];
  const perOperation = Math.max(1, Math.floor(CONTEXT_MAX / named.length));
  for (const invocation of named) {
    const completion = pair[invocation] ?? NO_PAIR;
    const last = completion === NO_PAIR ? invocation + CONTEXT_REACH : completion;
    const startNs = timeNs[invocation] ?? 0;
    let found = 0;
    for (let entry = Math.max(0, invocation - CONTEXT_REACH); entry < last && entry < history.length; entry++) {
      if (found >= perOperation || context.length >= CONTEXT_MAX) break;
      if (type[entry] !== TYPE_INVOKE || taken.has(entry)) continue;
      // Without keys everything is one object, and everything concurrent would be context: that shows nothing.
      if (key[entry] === NO_KEY || key[entry] !== key[invocation]) continue;
      const other = pair[entry] ?? NO_PAIR;
      if (other !== NO_PAIR && (timeNs[other] ?? 0) < startNs) continue;
      taken.add(entry);
      context.push(entry);
      found++;
    }
  }
  return context;
}
