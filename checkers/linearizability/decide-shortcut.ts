import type { History } from '../../harness/kernel/history.ts';
import { containerOperationsOf, type SlotContradiction } from './container-operations.ts';
import { decideGrowing, GROWING } from './grow-set.ts';
import type { OperationColumns } from './operations.ts';
import { decideQueue } from './queue-order.ts';
import { decideStack } from './decide-stack.ts';
import type { Look } from './stack-order.ts';

/** What a near-linear special case says. */
export interface ShortcutVerdict {
  readonly outcome: 'valid' | 'invalid' | 'undecided';
  readonly algorithm: string;
  /** Present exactly for `invalid`. */
  readonly contradiction?: SlotContradiction;
  readonly ignored: Readonly<Record<string, number>>;
}

/** Decides by the near-linear special case for this kind of object, where it has one whose conditions hold. */
export function decideShortcut(
  kind: string,
  history: History,
  operations: OperationColumns,
  members: Int32Array,
  look: Look,
): ShortcutVerdict | undefined {
  switch (kind) {
    case 'fifo-queue':
    case 'unordered-queue':
    case 'stack': {
      const names = kind === 'stack' ? { insert: 'push', remove: 'pop' } : { insert: 'enqueue', remove: 'dequeue' };
      const moving = kind === 'stack' ? withoutPeeks(history, operations, members) : members;
      const container = containerOperationsOf(history, operations, moving, names);
      if (container === undefined) return undefined;
      if ('kind' in container) return verdictOf('unique values', container, 0);
      const verdict =
        kind === 'stack' ? decideStack(container, look) : decideQueue(container, kind === 'fifo-queue', look);
      // Without what only looks it must be right as well; that it is says nothing about the looks.
      if (verdict === 'valid' && moving.length < members.length) return undefined;
      return verdictOf(`${kind} of unique values`, verdict, container.failed);
    }
    default: {
      const growing = GROWING[kind];
      if (growing === undefined) return undefined;
      return verdictOf(`${kind} that only grows`, decideGrowing(growing, history, operations, members, look), 0);
    }
  }
}

function withoutPeeks({ columns, fNames }: History, { invoke }: OperationColumns, members: Int32Array): Int32Array {
  const peek = fNames.indexOf('peek');
  return peek === -1 ? members : members.filter((slot) => columns.f[invoke[slot] as number] !== peek);
}

function verdictOf(
  algorithm: string,
  verdict: 'valid' | SlotContradiction | undefined,
  failed: number,
): ShortcutVerdict | undefined {
  if (verdict === undefined) return undefined;
  const ignored = { failed };
  if (verdict === 'valid') return { outcome: 'valid', algorithm, ignored };
  return { outcome: 'invalid', algorithm, contradiction: verdict, ignored };
}
