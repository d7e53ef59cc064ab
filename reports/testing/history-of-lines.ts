import { historyOf } from '../../harness/history/index.ts';
import type { FaultEvent, FaultPhase, ResolvedFault } from '../../harness/kernel/fault.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { DirectedLink, NodeId } from '../../harness/kernel/node.ts';
import type { OpDraft } from '../../harness/kernel/op.ts';

/** One operation of a test's history; times in milliseconds. */
export interface Line {
  readonly p: number;
  readonly from: number;
  /** Absent: it never completed. */
  readonly to?: number;
  readonly f: string;
  readonly value?: JsonValue;
  readonly answer?: JsonValue;
  readonly type?: 'ok' | 'fail' | 'info';
  readonly code?: string;
  readonly key?: string;
  readonly node?: NodeId;
}

/** The history of the given operations, whatever their order. */
export function historyOfLines(lines: readonly Line[], faults: readonly FaultEvent[] = []): History {
  const entries = lines.flatMap((line): OpDraft[] => {
    const shared = {
      process: line.p,
      f: line.f,
      ...(line.key === undefined ? {} : { key: line.key }),
      ...(line.node === undefined ? {} : { node: line.node }),
    };
    const type = line.type ?? 'ok';
    const invoke: OpDraft = { ...shared, timeNs: line.from * 1e6, type: 'invoke', value: line.value ?? null };
    if (line.to === undefined) return [invoke];
    const value = type === 'ok' && line.answer !== undefined ? line.answer : (line.value ?? null);
    const error = line.code === undefined ? {} : { error: { code: line.code } };
    return [invoke, { ...shared, ...error, timeNs: line.to * 1e6, type, value }];
  });
  return historyOf(
    entries.sort((left, right) => left.timeNs - right.timeNs),
    faults,
  );
}

/** The records of a fault that was asked for, seen, healed and seen gone. Times in milliseconds. */
export function observedFault(fault: ResolvedFault, fromMs: number, toMs: number): readonly FaultEvent[] {
  const event = (phase: FaultPhase, timeMs: number): FaultEvent => ({
    faultId: fault.id,
    kind: fault.kind,
    phase,
    timeNs: timeMs * 1e6,
    fault,
    ...(phase === 'effective' || phase === 'healed'
      ? {
          observation: {
            phase,
            probe: 'test',
            firstSeenNs: timeMs * 1e6,
            lastSeenNs: timeMs * 1e6,
            detail: '',
          },
        }
      : {}),
  });
  return [
    event('requested', fromMs - 1),
    event('effective', fromMs),
    event('healing', toMs - 1),
    event('healed', toMs),
  ];
}

/** All links between the two groups, both directions. */
export function cutBetween(left: readonly NodeId[], right: readonly NodeId[]): readonly DirectedLink[] {
  return left.flatMap((from) =>
    right.flatMap((to) => [
      { from, to },
      { from: to, to: from },
    ]),
  );
}
