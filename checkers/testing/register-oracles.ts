import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { RegisterProblem } from '../sessions/register-problem.ts';

/*
 * Deliberately dumb judges of small histories, straight from the definitions: they try everything.
 */

interface PlainOp {
  readonly f: string;
  readonly key: string;
  readonly input: JsonValue;
  readonly output: JsonValue;
  readonly isCrashed: boolean;
}

/** Sequential consistency from the raw history: some interleaving explains every answer; crashed operations may happen. */
export function isSequential(history: History): boolean {
  const sessions = new Map<number, PlainOp[]>();
  for (let index = 0; index < history.length; index++) {
    const op = history.at(index);
    if (op.type !== 'invoke') continue;
    const pair = history.columns.pair[index] ?? -1;
    const end = pair < 0 ? undefined : history.at(pair);
    if (end?.type === 'fail' || (op.f === 'read' && end?.type !== 'ok')) continue;
    const list = sessions.get(op.process) ?? [];
    sessions.set(op.process, list);
    const isCrashed = end?.type !== 'ok';
    list.push({ f: op.f, key: String(op.key), input: op.value, output: end?.value ?? null, isCrashed });
  }
  return interleaves([...sessions.values()], new Map());
}

function interleaves(sessions: readonly (readonly PlainOp[])[], state: ReadonlyMap<string, JsonValue>): boolean {
  if (sessions.every((session) => session.length === 0)) return true;
  return sessions.some((session, position) => {
    const [op, ...rest] = session;
    if (op === undefined) return false;
    const left = sessions.map((other, at) => (at === position ? rest : other));
    if (op.isCrashed && interleaves(left, state)) return true;
    const current = state.get(op.key) ?? null;
    if (op.f === 'read') return current === op.output && interleaves(left, state);
    const [expected, put] = op.f === 'cas' ? (op.input as [JsonValue, JsonValue]) : [current, op.input];
    return expected === current && interleaves(left, new Map(state).set(op.key, put));
  });
}

/** The causal order: `before[a * n + b]` is 1 where a comes before b. */
export function causalOrder(problem: RegisterProblem): Uint8Array {
  return closure(problem, (from, to) => inSessionOrder(problem, from, to) || problem.source[to] === from);
}

function inSessionOrder(problem: RegisterProblem, from: number, to: number): boolean {
  return problem.session[from] === problem.session[to] && problem.position[from]! < problem.position[to]!;
}

function closure(problem: RegisterProblem, edge: (from: number, to: number) => boolean): Uint8Array {
  const n = problem.count;
  const before = new Uint8Array(n * n);
  for (let from = 0; from < n; from++) for (let to = 0; to < n; to++) if (edge(from, to)) before[from * n + to] = 1;
  for (let via = 0; via < n; via++) {
    for (let from = 0; from < n; from++) {
      if (before[from * n + via] === 0) continue;
      for (let to = 0; to < n; to++) if (before[via * n + to] === 1) before[from * n + to] = 1;
    }
  }
  return before;
}

function isCyclic(problem: RegisterProblem, before: Uint8Array): boolean {
  return Array.from({ length: problem.count }, (_, op) => before[op * problem.count + op]).includes(1);
}

function pastOf(problem: RegisterProblem, before: Uint8Array, op: number): number[] {
  return Array.from({ length: problem.count }, (_, other) => other).filter(
    (other) => other === op || before[other * problem.count + op] === 1,
  );
}

/** Whether some order of `ops` keeps `before` and explains the reads that `explains` says. */
function linearizes(
  problem: RegisterProblem,
  ops: readonly number[],
  before: Uint8Array,
  explains: (op: number) => boolean,
): boolean {
  const place = (left: readonly number[], current: ReadonlyMap<number, number>): boolean =>
    left.length === 0 ||
    left.some((op) => {
      if (left.some((other) => before[other * problem.count + op] === 1)) return false;
      const key = problem.key[op]!;
      const source = problem.source[op]!;
      if (source !== -2 && explains(op) && (current.get(key) ?? -1) !== source) return false;
      const next = problem.isWrite[op] === 1 ? new Map(current).set(key, op) : current;
      return place(
        left.filter((other) => other !== op),
        next,
      );
    });
  return place(ops, new Map());
}

export function isCausal(problem: RegisterProblem): boolean {
  const before = causalOrder(problem);
  if (isCyclic(problem, before)) return false;
  return [...problem.source.keys()].every((op) =>
    linearizes(problem, pastOf(problem, before, op), before, (other) => other === op),
  );
}

export function isCausallyConvergent(problem: RegisterProblem): boolean {
  const before = causalOrder(problem);
  if (isCyclic(problem, before)) return false;
  const n = problem.count;
  const arbitrate = (order: readonly number[], left: readonly number[]): boolean => {
    if (left.length > 0) {
      return left.some(
        (op) =>
          !left.some((other) => before[other * n + op] === 1) &&
          arbitrate(
            [...order, op],
            left.filter((other) => other !== op),
          ),
      );
    }
    return order.every((op) => {
      if (problem.source[op] === -2) return true;
      const seen = order.filter(
        (other) =>
          before[other * n + op] === 1 && problem.isWrite[other] === 1 && problem.key[other] === problem.key[op],
      );
      return (seen.at(-1) ?? -1) === problem.source[op];
    });
  };
  return arbitrate([], [...problem.source.keys()]);
}

export function isCausalMemory(problem: RegisterProblem): boolean {
  const before = causalOrder(problem);
  if (isCyclic(problem, before)) return false;
  return [...problem.source.keys()].every((op) =>
    linearizes(
      problem,
      pastOf(problem, before, op),
      before,
      (other) => other === op || inSessionOrder(problem, other, op),
    ),
  );
}

export function isPram(problem: RegisterProblem): boolean {
  const before = closure(problem, (from, to) => inSessionOrder(problem, from, to));
  return [...problem.sessions.keys()].every((session) => {
    const isOwn = (op: number): boolean => problem.session[op] === session;
    const ops = [...problem.source.keys()].filter((op) => isOwn(op) || problem.isWrite[op] === 1);
    return linearizes(problem, ops, before, isOwn);
  });
}

/** The guarantee's definition (see sessionViolations) over all tuples of operations. */
export function keepsSessionGuarantee(problem: RegisterProblem, guarantee: string): boolean {
  const ops = [...problem.source.keys()];
  const { source, key, session } = problem;
  const so = (from: number, to: number): boolean => inSessionOrder(problem, from, to);
  const soOrSame = (from: number, to: number): boolean => from === to || so(from, to);
  const reads = ops.filter((op) => source[op] !== -2);
  const writes = ops.filter((op) => problem.isWrite[op] === 1);
  const isOlder = (older: number, newer: number): boolean => newer !== -1 && (older === -1 || so(older, newer));
  switch (guarantee) {
    case 'read-your-writes':
      return !reads.some((r) =>
        writes.some((w) => {
          if (!so(w, r) || key[w] !== key[r] || source[r] === w) return false;
          // Only the last own write binds.
          if (writes.some((later) => so(w, later) && so(later, r) && key[later] === key[r])) return false;
          return (
            isOlder(source[r]!, w) ||
            reads.some((r0) => soOrSame(r0, w) && key[r0] === key[r] && source[r0] === source[r])
          );
        }),
      );
    case 'monotonic-reads':
      return !reads.some((r3) =>
        reads.some(
          (r2) =>
            so(r2, r3) &&
            key[r2] === key[r3] &&
            source[r2] !== source[r3] &&
            source[r2] !== -1 &&
            (source[r3] === -1 || reads.some((r1) => so(r1, r2) && key[r1] === key[r3] && source[r1] === source[r3])),
        ),
      );
    case 'monotonic-writes':
      return !reads.some((r2) =>
        reads.some((r1) => {
          const seen = source[r1]!;
          if (!so(r1, r2) || seen < 0 || session[seen] === session[r2]) return false;
          return writes.some((w) => soOrSame(w, seen) && key[w] === key[r2] && isOlder(source[r2]!, w));
        }),
      );
    default:
      return !reads.some((r2) =>
        reads.some((r1) => {
          const seen = source[r1]!;
          if (!so(r1, r2) || seen < 0 || session[seen] === session[r2]) return false;
          return reads.some((followed) => {
            if (!soOrSame(followed, seen) || key[followed] !== key[r2]) return false;
            if (isOlder(source[r2]!, source[followed]!)) return true;
            return (
              source[r2] === source[followed] &&
              source[r2] !== -1 &&
              writes.some((w) => soOrSame(followed, w) && soOrSame(w, seen) && key[w] === key[r2] && w !== source[r2])
            );
          });
        }),
      );
  }
}

/** Real time over indices: `before[a * n + b]` is 1 where a was answered before b began. */
function realTime(problem: RegisterProblem): Uint8Array {
  return closure(problem, (from, to) => problem.end[from]! < problem.invocation[to]!);
}

/** Regularity of each read by itself. */
export function isRegular(problem: RegisterProblem, judges: (read: number) => boolean = () => true): boolean {
  const before = realTime(problem);
  const ops = [...problem.source.keys()];
  return ops.every((read) => {
    if (problem.source[read] === -2 || !judges(read)) return true;
    const others = ops.filter(
      (op) => op !== read && problem.isWrite[op] === 1 && problem.key[op] === problem.key[read],
    );
    return linearizes(problem, [...others, read], before, (op) => op === read);
  });
}

/** Safety: regularity of the reads that overlap no write of their key; `history` knows crashed writes that nobody saw. */
export function isSafe(history: History, problem: RegisterProblem): boolean {
  const overlapsWrite = (invocation: number): boolean => {
    const completion = history.columns.pair[invocation]!;
    return Array.from({ length: history.length }, (_, index) => index).some((other) => {
      const op = history.at(other);
      if (other === invocation || op.type !== 'invoke' || op.f === 'read' || op.key !== history.at(invocation).key)
        return false;
      const pair = history.columns.pair[other]!;
      const type = pair < 0 ? 'info' : history.at(pair).type;
      return type !== 'fail' && other < completion && (type === 'info' || pair > invocation);
    });
  };
  const isAlone = (read: number): boolean => !overlapsWrite(problem.invocation[read]!);
  const isAnswered = (op: number): boolean =>
    history.columns.pair[op]! >= 0 && history.at(history.columns.pair[op]!).type === 'ok';
  const isStray = (op: number): boolean => isAnswered(op) && !overlapsWrite(op);
  return !problem.strays.some(({ invocation }) => isStray(invocation)) && isRegular(problem, isAlone);
}

/** What {@link isKAtomic} orders: a read or a write; a compare-and-set is one of each. */
interface Item {
  readonly op: number;
  readonly isRead: boolean;
}

/** Whether in each key some order in real time lets every read return one of the last `k` writes. */
export function isKAtomic(problem: RegisterProblem, k: number): boolean {
  const before = realTime(problem);
  const place = (left: readonly Item[], last: readonly number[]): boolean =>
    left.length === 0 ||
    left.some((item) => {
      if (left.some((other) => before[other.op * problem.count + item.op] === 1)) return false;
      if (item.isRead && !last.includes(problem.source[item.op]!)) return false;
      return place(
        left.filter((other) => other !== item),
        item.isRead ? last : [item.op, ...last].slice(0, k),
      );
    });
  return [...new Set(problem.key)].every((key) => {
    const ops = [...problem.source.keys()].filter((op) => problem.key[op] === key);
    const reads = ops.filter((op) => problem.source[op] !== -2).map((op) => ({ op, isRead: true }));
    const writes = ops.filter((op) => problem.isWrite[op] === 1).map((op) => ({ op, isRead: false }));
    return place([...reads, ...writes], [-1]);
  });
}

/** Linearizability of one key where reads may begin `deltaNs` earlier. */
export function isDeltaAtomic(problem: RegisterProblem, deltaNs: number): boolean {
  const { timeNs } = problem.operations.history.columns;
  const before = closure(problem, (from, to) => {
    const end = problem.end[from]! === 0x7fffffff ? Infinity : timeNs[problem.end[from]!]!;
    return end < timeNs[problem.invocation[to]!]! - (problem.isWrite[to] === 1 ? 0 : deltaNs);
  });
  return linearizes(problem, [...problem.source.keys()], before, () => true);
}
