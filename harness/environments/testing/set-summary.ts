import type { History } from '../../kernel/history.ts';

/** What is known of a set at the end of a storm. */
export interface SetSummary {
  /** Elements whose addition was acknowledged. */
  readonly acknowledged: readonly number[];
  /** What each node showed when it was last read, sorted; by order of that read. */
  readonly finals: readonly (readonly number[])[];
}

/** Reads a storm on the workload `set`. */
export function setSummary(history: History): SetSummary {
  const acknowledged: number[] = [];
  const added = new Map<number, number>();
  const finals = new Map<string, readonly number[]>();
  for (let index = 0; index < history.length; index++) {
    const { type, f, value, process, node = '' } = history.at(index);
    if (type === 'invoke' && f === 'add') added.set(process, Number(value));
    if (type !== 'ok') continue;
    if (f === 'add') acknowledged.push(added.get(process) ?? NaN);
    else if (Array.isArray(value)) {
      finals.delete(node);
      finals.set(
        node,
        value.map(Number).toSorted((left, right) => left - right),
      );
    }
  }
  return { acknowledged, finals: [...finals.values()] };
}
