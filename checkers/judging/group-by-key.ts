import type { Operations } from './operations.ts';

/** The invocations of each key (by key code), ascending, in order of first use. O(operations). */
export function groupByKey(operations: Operations, only?: (invocation: number) => boolean): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const invocation of operations.invocations) {
    if (only !== undefined && !only(invocation)) continue;
    const key = operations.key(invocation);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [invocation]);
    else group.push(invocation);
  }
  return groups;
}

/** The key as findings quote it: `{ key }`, or nothing where operations have none. */
export function keyMember(operations: Operations, key: number): { readonly key?: string | number } {
  const decoded = operations.history.decode(key);
  return typeof decoded === 'string' || typeof decoded === 'number' ? { key: decoded } : {};
}
