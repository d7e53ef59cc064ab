import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Op } from '../../harness/kernel/op.ts';
import type { RepeatedRegisters } from './repeated-registers.ts';

interface PlainOperation {
  readonly invoke: Op;
  readonly end: Op | undefined;
}

/**
 * Whether all nodes of a small history of registers can have held the same once it was quiet, by trying everything: one
 * state per key after the last answered update, some value that was put and not taken back, and then any of the updates
 * without answer, each once at any time; each node's last read found the state of some moment within it. `unread`: yes,
 * but some node was not asked about some key.
 */
export function canHaveConverged(
  history: History,
  { initial, nullReads }: Pick<RepeatedRegisters, 'initial' | 'nullReads'>,
): 'yes' | 'no' | 'unread' {
  const all = Array.from({ length: history.length }, (_, index) => history.at(index));
  const operations = all
    .filter(({ type }) => type === 'invoke')
    .map((invoke): PlainOperation => ({ invoke, end: all[history.columns.pair[invoke.index] ?? -1] }));
  let isUnread = false;
  for (const key of new Set(operations.map(({ invoke }) => invoke.key))) {
    const own = operations.filter(({ invoke }) => invoke.key === key);
    const updates = own.filter(({ invoke }) => invoke.f !== 'read');
    const quiet = Math.max(-1, ...updates.map(({ end }) => end?.index ?? -1));
    const reads = own.filter(
      ({ invoke, end }) =>
        invoke.f === 'read' &&
        end?.type === 'ok' &&
        invoke.index > quiet &&
        !(nullReads === 'any' && end.value === null),
    );
    const last = new Map(reads.map((read) => [read.invoke.node, read]));
    if (updates.length > 0 && last.size < Math.max(2, history.nodes.length)) isUnread = true;
    if (!explains([...last.values()], updates, initial)) return 'no';
  }
  return isUnread ? 'unread' : 'yes';
}

function explains(reads: readonly PlainOperation[], updates: readonly PlainOperation[], initial: JsonValue): boolean {
  const put = ({ invoke }: PlainOperation): JsonValue =>
    invoke.f === 'cas' ? ((invoke.value as readonly JsonValue[])[1] ?? null) : invoke.value;
  const acknowledged = updates.filter(({ end }) => end?.type === 'ok').map(put);
  const open = updates.filter(({ end }) => end === undefined || end.type === 'info').map(put);
  const starts = [...acknowledged, ...(acknowledged.length === 0 ? [initial] : [])];
  const place = (
    left: readonly PlainOperation[],
    state: JsonValue | undefined,
    pending: readonly JsonValue[],
  ): boolean => {
    if (left.length === 0) return true;
    const next = left.filter((read) => !left.some((other) => (other.end?.index ?? 0) < read.invoke.index));
    const isRead = next.some(
      (read) =>
        state !== undefined &&
        read.end?.value === state &&
        place(
          left.filter((other) => other !== read),
          state,
          pending,
        ),
    );
    return isRead || pending.some((value, at) => place(left, value, pending.toSpliced(at, 1)));
  };
  return starts.some((state) => place(reads, state, open)) || place(reads, undefined, open);
}
