import { historyOf } from '../../harness/history/index.ts';
import type { CheckContext } from '../../harness/kernel/checker.ts';
import type { FaultEvent } from '../../harness/kernel/fault.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Key, OpDraft, OpType } from '../../harness/kernel/op.ts';

/** One operation of a history that a test writes down. */
export interface SketchedOp {
  readonly process: number;
  readonly f: string;
  readonly key?: Key;
  /** Argument; null where absent. */
  readonly input?: JsonValue;
  /** Answer of an `ok`; null where absent. */
  readonly output?: JsonValue;
  /** `ok` where absent. */
  readonly type?: Exclude<OpType, 'invoke'>;
  readonly errorCode?: string;
  readonly node?: string;
  /** Begin in milliseconds; where absent, one after everything before it. */
  readonly from?: number;
  /** End in milliseconds; where absent, right after the begin. Infinity: it never completes. */
  readonly to?: number;
}

/** The history of these operations. */
export function sketch(ops: readonly SketchedOp[], faults: readonly FaultEvent[] = []): History {
  const entries: { readonly atMs: number; readonly order: number; readonly draft: OpDraft }[] = [];
  let lastMs = 0;
  for (const [order, op] of ops.entries()) {
    const fromMs = op.from ?? lastMs + 1;
    const toMs = op.to ?? fromMs + 0.5;
    lastMs = Math.max(lastMs, fromMs, toMs === Infinity ? 0 : toMs);
    const common = {
      process: op.process,
      f: op.f,
      ...(op.key === undefined ? {} : { key: op.key }),
      ...(op.node === undefined ? {} : { node: op.node }),
    };
    const input = op.input ?? null;
    entries.push({ atMs: fromMs, order, draft: { ...common, timeNs: fromMs * 1e6, type: 'invoke', value: input } });
    if (toMs === Infinity) continue;
    const type = op.type ?? 'ok';
    const value = type === 'ok' ? (op.output ?? null) : input;
    const error = op.errorCode === undefined ? {} : { error: { code: op.errorCode } };
    entries.push({ atMs: toMs, order, draft: { ...common, timeNs: toMs * 1e6, type, value, ...error } });
  }
  entries.sort((left, right) => left.atMs - right.atMs || left.order - right.order);
  return historyOf(
    entries.map(({ draft }) => draft),
    faults,
  );
}

/** A context with these options, much memory, and all the time there is: a busy machine decides no test. */
export function contextWith(
  options: CheckContext['options'] = {},
  limits: Partial<CheckContext['limits']> = {},
): CheckContext {
  return {
    limits: { timeMs: Infinity, memoryBytes: 2 ** 31, ...limits },
    nowMs: () => performance.now(),
    options,
  };
}

/** Only the operations whose entries are in `ops` (a finding's), with the history's faults. */
export function keepOps(history: History, ops: readonly number[]): History {
  const kept = new Set<number>();
  for (const entry of ops) {
    kept.add(entry);
    const pair = history.columns.pair[entry] ?? -1;
    if (pair >= 0) kept.add(pair);
  }
  return historyOf(
    [...kept].sort((left, right) => left - right).map((entry) => history.at(entry)),
    history.faults,
  );
}
