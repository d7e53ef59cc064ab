import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { itemsOf, plainOps, type OracleAnswer, type PlainOp, type Shape } from './plain-histories.ts';

/*
 * Dumb judges of queues and locks, straight from what the anomalies mean: every way to match takes with enqueues, every
 * pair of holders.
 */

const nothing = (): JsonValue => null;

export const queueShapes: readonly Shape[] = [
  // Three values, so that some are enqueued twice.
  { f: 'enqueue', input: (position, draw) => (draw === 3 ? null : position % 3), output: nothing, weight: 4 },
  {
    f: 'dequeue',
    input: nothing,
    output: (draw) => (draw % 5 === 4 ? null : draw % 5 === 3 ? 1 : draw % 5),
    weight: 4,
  },
  {
    f: 'drain',
    input: nothing,
    output: (draw) => (draw % 9 === 0 ? null : [0, 1, 2].filter((bit) => (draw >> bit) & 1)),
  },
];

interface Take {
  readonly value: JsonValue;
  readonly op: PlainOp;
}

function takesOf(ops: readonly PlainOp[]): Take[] {
  const answered = ops.filter(({ type }) => type === 'ok');
  return answered.flatMap((op): Take[] => {
    if (op.f === 'drain') return itemsOf(op).map((value) => ({ value, op }));
    return op.f === 'dequeue' && op.output !== null ? [{ value: op.output, op }] : [];
  });
}

/** Whether every take can have an enqueue of its own that had begun before the take ended. */
function canMatch(takes: readonly Take[], enqueues: readonly PlainOp[]): boolean {
  const [first, ...others] = takes;
  if (first === undefined) return true;
  return enqueues.some(
    (enqueue, at) =>
      enqueue.from < first.op.to && enqueue.input === first.value && canMatch(others, enqueues.toSpliced(at, 1)),
  );
}

export function judgeQueueDumbly(history: History, wantsAll: boolean): OracleAnswer {
  const ops = plainOps(history);
  const attempts = ops.filter(({ f, input }) => f === 'enqueue' && input !== null);
  const possible = attempts.filter(({ type }) => type !== 'fail');
  const takes = takesOf(ops);
  const hasNulls = ops.some(({ f, input, type }) => f === 'enqueue' && input === null && type !== 'fail');
  const acknowledged = attempts.filter(({ type }) => type === 'ok');
  const anomalies: string[] = [];
  for (const value of [0, 1, 2]) {
    const mine = takes.filter((take) => take.value === value);
    if (canMatch(mine, possible)) continue;
    anomalies.push(mine.some((take) => !canMatch([take], possible)) ? 'unexpected' : 'duplicated');
  }
  let isInDoubt = hasNulls || attempts.length === 0 || takes.length === 0;
  if (!wantsAll) return { anomalies, isInDoubt };
  const missingOf = (value: number, enqueues: readonly PlainOp[]): number =>
    Math.max(0, enqueues.filter(({ input }) => input === value).length - takes.filter((t) => t.value === value).length);
  const missingAmong = (enqueues: readonly PlainOp[]): number =>
    missingOf(0, enqueues) + missingOf(1, enqueues) + missingOf(2, enqueues);
  const unseenDequeues = ops.filter(({ f, type }) => f === 'dequeue' && type === 'info').length;
  const hasUnseenDrain = ops.some(
    ({ f, type, output }) => f === 'drain' && (type === 'info' || (type === 'ok' && output === null)),
  );
  const foundEmpty = ops.filter(
    ({ f, type, output }) =>
      type === 'ok' && ((f === 'drain' && output !== null) || (f === 'dequeue' && output === null && !hasNulls)),
  );
  const isLost = foundEmpty.some(
    (empty) => missingAmong(acknowledged.filter(({ to }) => to < empty.from)) > unseenDequeues,
  );
  if (isLost && !hasUnseenDrain) anomalies.push('lost');
  else if (missingAmong(acknowledged) > 0) isInDoubt = true;
  return { anomalies, isInDoubt: isInDoubt || acknowledged.length === 0 };
}

export const lockShapes: readonly Shape[] = [
  {
    f: 'acquire',
    input: nothing,
    output: (draw, position) => (draw % 6 === 0 ? null : position + (draw % 8 === 1 ? -2 : 0)),
  },
  { f: 'acquire', input: nothing, output: nothing },
  { f: 'release', input: nothing, output: nothing, weight: 3 },
  { f: 'write', input: (position, draw) => ({ token: position - (draw % 3) }), output: nothing },
];

function tokenOf(op: PlainOp): number | undefined {
  if (op.f === 'acquire') return typeof op.output === 'number' ? op.output : undefined;
  return (op.input as { token: number }).token;
}

export function judgeLockDumbly(history: History, leaseMs: number | undefined): OracleAnswer {
  const ops = plainOps(history);
  const times = history.columns.timeNs;
  const acquires = ops.filter(({ f, type }) => f === 'acquire' && type === 'ok');
  const writes = ops.filter(({ f, type }) => f === 'write' && type === 'ok');
  /** Entries at which the process certainly held the lock. */
  const heldAt = (acquire: PlainOp): Set<number> => {
    const held = new Set<number>();
    for (let entry = acquire.to; entry <= history.length; entry++) {
      const ends = ops.some(
        ({ process, f, type, from }) =>
          process === acquire.process && from === entry && (type === 'info' || (f === 'release' && type === 'ok')),
      );
      const isOver = leaseMs !== undefined && (times[entry] ?? 0) >= (times[acquire.from] ?? 0) + leaseMs * 1e6;
      if (ends || isOver) break;
      held.add(entry);
    }
    return held;
  };
  const holds = acquires.map((acquire) => ({ acquire, held: heldAt(acquire) }));
  const anomalies = new Set<string>();
  for (const one of holds) {
    for (const other of holds) {
      const isLater = one.acquire.to < other.acquire.to;
      const isBoth = one.acquire.process !== other.acquire.process && one.held.has(other.acquire.to);
      if (isLater && isBoth && other.held.size > 0) anomalies.add('double-grant');
    }
  }
  const order = (ops_: readonly PlainOp[], mayRepeat: boolean): boolean =>
    ops_.some((earlier) =>
      ops_.some((later) => {
        const [before, after] = [tokenOf(earlier), tokenOf(later)];
        if (before === undefined || after === undefined || earlier.to >= later.from) return false;
        return mayRepeat ? after < before : after <= before;
      }),
    );
  const tokens = acquires.map(tokenOf).filter((token) => token !== undefined);
  if (new Set(tokens).size < tokens.length) anomalies.add('token-reused');
  if (order(acquires, false)) anomalies.add('token-regressed');
  if (order(writes, true)) anomalies.add('stale-token-accepted');
  const isContended = ops.some(
    (asking) =>
      asking.f === 'acquire' &&
      holds.some(
        ({ acquire, held }) =>
          acquire.process !== asking.process && [...held].some((entry) => asking.from < entry + 1 && entry < asking.to),
      ),
  );
  return {
    anomalies,
    isInDoubt: acquires.length === 0 || (!isContended && tokens.length + writes.length < 2),
  };
}
