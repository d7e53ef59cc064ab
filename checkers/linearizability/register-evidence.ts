import { decideRegister, type RegisterVerdict } from './decide-register.ts';
import { EVIDENCE_CACHE_BYTES, EVIDENCE_STEPS, type EvidenceEffort } from './evidence-effort.ts';
import { MakerIndex, MOST_INDEXED } from './maker-index.ts';
import { NEVER } from './operations.ts';
import { NO_VALUE, type RegisterOperations } from './register-operations.ts';
import type { SearchLimits } from './search-limits.ts';
import { MOST_OPS, shrink } from './shrink.ts';

/** A part of a register's history that has no order by itself. */
export interface RegisterEvidence {
  /** Operation numbers in order of invocation. */
  readonly ops: readonly number[];
  /** Entry index: everything before it has an order. Undefined where that was not established. */
  readonly prefixEnd: number | undefined;
}

/** Up to this many operations the exact end of the longest prefix is looked for. */
const EXACT_PREFIX_OPS = 50_000;
/** Looks at each operation that deciding a part takes besides the search. */
const PASSES = 2;

/**
 * Finds a small part that is wrong on its own account.
 *
 * A part is *closed* when it holds, with every operation that needs a value, all makers of that value that it could have
 * seen. A closed part of a history that has an order has one too (take the same order), so a closed part without an order
 * proves that the whole has none. The part is shrunk greedily within the closed ones.
 */
export function registerEvidence(
  register: RegisterOperations,
  hint: readonly number[],
  limits: SearchLimits,
  effort: EvidenceEffort,
): RegisterEvidence {
  const bounded = {
    ...limits,
    cacheBytes: Math.min(limits.cacheBytes, EVIDENCE_CACHE_BYTES),
    maxSteps: EVIDENCE_STEPS,
  };
  const decide = (part: RegisterOperations): RegisterVerdict => {
    const verdict = decideRegister(part, bounded);
    effort.spend(PASSES * part.count + verdict.steps);
    return verdict;
  };
  const isWrong = (part: RegisterOperations): boolean => decide(part).outcome === 'invalid';
  const prefixEnd = register.count <= EXACT_PREFIX_OPS ? firstBadEntry(register, isWrong, effort) : undefined;
  const prefix = prefixEnd === undefined ? register : cutAt(register, prefixEnd);
  const suspects = prefixEnd === undefined ? hint : (decide(prefix).contradiction?.ops ?? []);
  const traced = withMakers(prefix, suspects);
  if (traced.length > 0 && isWrong(pick(prefix, traced))) {
    return { ops: traced, prefixEnd };
  }
  if (prefix.count >= MOST_INDEXED) return { ops: hint, prefixEnd };
  const makers = new MakerIndex(prefix);
  const test = (roots: readonly number[]): number[] | undefined => wrongPart(prefix, makers, roots, isWrong);
  const hinted = suspects.length === 0 ? undefined : test(suspects);
  if (hinted !== undefined && hinted.length <= MOST_OPS) return { ops: hinted, prefixEnd };
  const start = startingPart(prefix, test);
  return { ops: start === undefined ? hint : lastOf(shrink(start, test, effort)), prefixEnd };
}

function wrongPart(
  register: RegisterOperations,
  makers: MakerIndex,
  roots: readonly number[],
  isWrong: (part: RegisterOperations) => boolean,
): number[] | undefined {
  const ops = closureOf(register, makers, roots);
  return isWrong(pick(register, ops)) ? ops : undefined;
}

/**
 * The operations and the makers of what they need, and so on, in order of invocation; empty where that grows too much or
 * a value has several makers.
 */
function withMakers(register: RegisterOperations, ops: readonly number[]): readonly number[] {
  const { count, needs, makes, ret, valueCount } = register;
  const maker = new Int32Array(valueCount).fill(-1);
  for (let op = 0; op < count; op++) {
    const value = makes[op] as number;
    if (value === NO_VALUE) continue;
    if (value === 0 || maker[value] !== -1) return [];
    maker[value] = op;
  }
  const kept = new Set<number>();
  for (let op of ops) {
    while (op >= 0 && !kept.has(op) && kept.size <= MOST_OPS) {
      // A crashed observation of the prefix was an answer only later.
      if (ret[op] !== NEVER || makes[op] !== NO_VALUE) kept.add(op);
      op = needs[op] === NO_VALUE ? -1 : (maker[needs[op] as number] as number);
    }
  }
  return kept.size > MOST_OPS ? [] : [...kept].sort((left, right) => left - right);
}

/** The earliest entry that makes the history wrong, by halving: what is wrong stays wrong when it goes on. */
function firstBadEntry(
  register: RegisterOperations,
  isWrong: (part: RegisterOperations) => boolean,
  effort: EvidenceEffort,
): number | undefined {
  const returns = register.ret.filter((ret) => ret !== NEVER).sort();
  let low = 0;
  let high = returns.length - 1;
  while (low < high) {
    if (effort.isSpent) return undefined;
    const middle = (low + high) >> 1;
    if (isWrong(cutAt(register, returns[middle] as number))) high = middle;
    else low = middle + 1;
  }
  return returns[high];
}

/**
 * The history up to and with an entry: later operations are gone, open ones crashed. Operation numbers stay, so crashed
 * observations stay too, saying nothing.
 */
function cutAt(register: RegisterOperations, entry: number): RegisterOperations {
  const { count, call, ret, makes } = register;
  let kept = 0;
  while (kept < count && (call[kept] as number) <= entry) kept++;
  const saysNothing = (op: number): boolean => (ret[op] as number) > entry && makes[op] === NO_VALUE;
  const observed = (column: Int32Array): Int32Array =>
    column.subarray(0, kept).map((value, op) => (saysNothing(op) ? NO_VALUE : value));
  return {
    ...register,
    count: kept,
    needs: observed(register.needs),
    avoids: observed(register.avoids),
    makes: makes.subarray(0, kept),
    call: call.subarray(0, kept),
    ret: ret.subarray(0, kept).map((time) => (time > entry ? NEVER : time)),
  };
}

/** The given operations alone. Crashed observations say nothing and are left out. */
function pick(register: RegisterOperations, ops: readonly number[]): RegisterOperations {
  const kept = ops.filter((op) => register.ret[op] !== NEVER || register.makes[op] !== NO_VALUE);
  const column = (from: Int32Array): Int32Array => Int32Array.from(kept, (op) => from[op] as number);
  return {
    ...register,
    count: kept.length,
    needs: column(register.needs),
    avoids: column(register.avoids),
    makes: column(register.makes),
    call: column(register.call),
    ret: column(register.ret),
  };
}

/** Ever more of the end of the history, until that is wrong. */
function startingPart(
  prefix: RegisterOperations,
  test: (roots: readonly number[]) => number[] | undefined,
): number[] | undefined {
  for (let size = 16; ; size *= 4) {
    const from = Math.max(0, prefix.count - size);
    const part = test(Array.from({ length: prefix.count - from }, (_, index) => from + index));
    if (part !== undefined || from === 0) return part;
  }
}

function lastOf(ops: readonly number[]): readonly number[] {
  return ops.slice(-MOST_OPS);
}

/**
 * The operations and everything that must stay with them, in order of invocation. Where nobody can have left a needed value
 * in place, who made it last and who replaced that stay too, so that people see why.
 */
function closureOf(register: RegisterOperations, makers: MakerIndex, roots: readonly number[]): number[] {
  const { needs, avoids, valueCount } = register;
  const kept = new Set(roots);
  const queue = [...roots];
  const keep = (reader: number, value: number): void => {
    const visible = makers.visible(reader, value);
    const isUnexplained = visible.length === 0 && needs[reader] === value;
    for (const maker of isUnexplained ? makers.replaced(reader, value) : visible) {
      if (kept.has(maker)) continue;
      kept.add(maker);
      queue.push(maker);
    }
  };
  for (let op = queue.pop(); op !== undefined; op = queue.pop()) {
    const needed = needs[op] as number;
    if (needed !== NO_VALUE) keep(op, needed);
    else if (avoids[op] !== NO_VALUE) for (let value = 0; value < valueCount; value++) keep(op, value);
  }
  return [...kept].sort((left, right) => left - right);
}
