import { historyOf } from '../../harness/history/index.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Key, OpDraft } from '../../harness/kernel/op.ts';

/** Processes of what is buried are renamed by so much, so that they are nobody else's. */
const OTHERS = 1_000_000;

/**
 * A small history inside of a large one: its entries in their order, far apart, spread evenly over the other's time. The
 * two must not know each other's keys, or not mind.
 */
export function buried(small: History, background: History): History {
  const entries = entriesOf(background);
  const last = entries.at(-1)?.timeNs ?? 0;
  const apart = last / (small.length + 1);
  const planted = entriesOf(small).map((entry, position) => ({
    ...entry,
    process: entry.process + OTHERS,
    timeNs: Math.floor(apart * (position + 1)),
  }));
  return historyOf([...entries, ...planted].sort((left, right) => left.timeNs - right.timeNs));
}

function entriesOf(history: History): OpDraft[] {
  return Array.from({ length: history.length }, (_, index) => history.at(index));
}

/** The n-th operation of a background. */
export interface BackgroundOp {
  readonly f: string;
  readonly key?: Key;
  readonly input?: JsonValue;
  readonly output?: JsonValue;
}

const PROCESSES = 12;
const LENGTH_NS = 1_000_000;

/**
 * A history of always busy processes, each operation overlapping with those of all others. One in `crashEvery` operations
 * never returns, where that is asked for.
 */
export function busyHistory(
  operations: number,
  opAt: (order: number) => BackgroundOp,
  crashEvery: number = Infinity,
): History {
  const drafts: OpDraft[] = [];
  const ids = Array.from({ length: PROCESSES }, (_, process) => process);
  for (let order = 0; order < operations; order++) {
    const { f, key, input = null, output = null } = opAt(order);
    const slot = order % PROCESSES;
    const process = ids[slot] ?? 0;
    const timeNs = order * (LENGTH_NS / PROCESSES);
    const common = { process, f, ...(key === undefined ? {} : { key }) };
    drafts.push({ ...common, timeNs, type: 'invoke', value: input });
    if (order % crashEvery === crashEvery - 1) ids[slot] = process + PROCESSES;
    else drafts.push({ ...common, timeNs: timeNs + LENGTH_NS * 0.9, type: 'ok', value: output });
  }
  return historyOf(drafts.sort((left, right) => left.timeNs - right.timeNs));
}
