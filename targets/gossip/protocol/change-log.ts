import type { NodeId } from '../../../harness/kernel/node.ts';
import type { Change, VersionVector } from './messages.ts';

interface OriginLog {
  /** The change with sequence s stands at s - 1. */
  readonly changes: Change[];
  /** So many of them are durable and shown. */
  shownCount: number;
}

/** All changes a node has taken in, by origin. What is not durable yet is neither shown nor passed on. */
export class ChangeLog {
  readonly #origins = new Map<NodeId, OriginLog>();

  /** Takes in the next change of its origin; false where it is known already or an earlier one is missing. */
  accept(change: Change): boolean {
    let log = this.#origins.get(change.origin);
    if (log === undefined) {
      log = { changes: [], shownCount: 0 };
      this.#origins.set(change.origin, log);
    }
    if (change.sequence !== log.changes.length + 1) return false;
    log.changes.push(change);
    return true;
  }

  /** The change is durable: from now on it is passed on. In the order of acceptance. */
  show(change: Change): void {
    const log = this.#origins.get(change.origin);
    if (log !== undefined) log.shownCount = Math.max(log.shownCount, change.sequence);
  }

  nextSequence(origin: NodeId): number {
    return (this.#origins.get(origin)?.changes.length ?? 0) + 1;
  }

  get vector(): VersionVector {
    return Object.fromEntries([...this.#origins].map(([origin, { shownCount }]) => [origin, shownCount]));
  }

  /** At most `countMax` shown changes that a node with this vector lacks, each origin's in order. */
  missingFrom(vector: VersionVector, countMax: number): readonly Change[] {
    const missing: Change[] = [];
    for (const [origin, { changes, shownCount }] of this.#origins) {
      const known = vector[origin] ?? 0;
      if (known < shownCount)
        missing.push(...changes.slice(known, Math.min(shownCount, known + countMax - missing.length)));
      if (missing.length >= countMax) break;
    }
    return missing;
  }

  /** Whether a node with this vector shows the same changes, and this one waits for none. */
  isEqual(vector: VersionVector): boolean {
    for (const [origin, { changes, shownCount }] of this.#origins) {
      if (shownCount !== changes.length || shownCount !== (vector[origin] ?? 0)) return false;
    }
    return Object.entries(vector).every(([origin, count]) => count === 0 || this.#origins.has(origin));
  }
}
