import { NO_KEY, NO_PAIR, NULL_CODE, TYPE_INVOKE, TYPE_OK, type History } from '../../harness/kernel/history.ts';
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
/** Entries before a named operation that are looked at for its neighbours, and for who wrote what it read. */
const CONTEXT_REACH = 4_000;
const MAKER_REACH = 100_000;
/** Updates shown that had completed before a named operation began. */
const PRECEDING_MAX = 2;

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

/**
 * Operations on the same object that explain a named one: who wrote what it read, the updates that had completed last
 * before it began, and what was concurrent with it.
 */
function contextOf(history: History, named: readonly number[]): readonly number[] {
  const context = new Set<number>();
  const perOperation = Math.max(2, Math.floor(CONTEXT_MAX / named.length));
  for (const invocation of named) {
    const found = contextOfOne(history, invocation).filter((entry) => !named.includes(entry) && !context.has(entry));
    for (const entry of found.slice(0, perOperation)) if (context.size < CONTEXT_MAX) context.add(entry);
  }
  return [...context];
}

/** The most telling first. */
function contextOfOne(history: History, invocation: number): readonly number[] {
  const { type, key, timeNs, pair, value } = history.columns;
  const completion = pair[invocation] ?? NO_PAIR;
  const startNs = timeNs[invocation] ?? 0;
  const last = completion === NO_PAIR ? Math.min(history.length - 1, invocation + CONTEXT_REACH) : completion;
  const readCode =
    completion !== NO_PAIR && value[invocation] === NULL_CODE ? (value[completion] ?? NULL_CODE) : NULL_CODE;
  const isMaker = makerTest(history, readCode);
  const preceding: number[] = [];
  const concurrent: number[] = [];
  for (let entry = last; entry >= Math.max(0, invocation - MAKER_REACH); entry--) {
    if (type[entry] !== TYPE_INVOKE || entry === invocation || key[entry] !== key[invocation]) continue;
    if (isMaker(entry)) return [entry, ...preceding.slice(0, PRECEDING_MAX), ...concurrent];
    // Without keys everything is one object, and everything near would be context: that shows nothing.
    if (key[entry] === NO_KEY || entry < invocation - CONTEXT_REACH) continue;
    const other = pair[entry] ?? NO_PAIR;
    const isOver = other !== NO_PAIR && (timeNs[other] ?? 0) < startNs;
    if (!isOver) concurrent.push(entry);
    else if (value[entry] !== NULL_CODE && type[other] === TYPE_OK) preceding.push(entry);
  }
  return [...preceding.slice(0, PRECEDING_MAX), ...concurrent];
}

/** Tells whether an invocation writes what was read: its argument is that value, or a list that ends with it. */
function makerTest(history: History, readCode: number): (entry: number) => boolean {
  if (readCode === NULL_CODE) return () => false;
  const read = history.decode(readCode);
  return (entry) => {
    const code = history.columns.value[entry] ?? NULL_CODE;
    if (code === readCode) return true;
    const argument = code < NULL_CODE ? history.decode(code) : undefined;
    return Array.isArray(argument) && argument.length > 1 && argument.at(-1) === read;
  };
}
