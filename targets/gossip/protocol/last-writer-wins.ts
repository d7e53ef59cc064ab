import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { Key } from '../../../harness/kernel/op.ts';
import type { Change } from './messages.ts';

/**
 * Registers in which the last writer wins, by the wall clocks of the nodes that took the writes in, and grow-only sets.
 * Changes may come in any order and more than once: replicas that have seen the same changes show the same.
 */
export class LastWriterWinsStore {
  readonly #registers = new Map<Key, { readonly change: Change; readonly value: JsonValue }>();
  readonly #sets = new Map<Key, Set<JsonValue>>();

  apply(change: Change): void {
    const { operation } = change;
    if (operation.f === 'add') {
      const elements = this.#sets.get(operation.key);
      if (elements === undefined) this.#sets.set(operation.key, new Set([operation.element]));
      else elements.add(operation.element);
      return;
    }
    const current = this.#registers.get(operation.key);
    if (current === undefined || isLater(change, current.change)) {
      this.#registers.set(operation.key, { change, value: operation.value });
    }
  }

  /** Null where it was never written. */
  readRegister(key: Key): JsonValue {
    return this.#registers.get(key)?.value ?? null;
  }

  readSet(key: Key): readonly JsonValue[] {
    return [...(this.#sets.get(key) ?? [])];
  }
}

/** A total order of changes: wall clock, then node, then the node's own order. */
export function isLater(change: Change, other: Change): boolean {
  if (change.wallMs !== other.wallMs) return change.wallMs > other.wallMs;
  if (change.origin !== other.origin) return change.origin > other.origin;
  return change.sequence > other.sequence;
}
