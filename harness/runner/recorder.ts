import type { FaultEvent } from '../kernel/fault.ts';
import type { History } from '../kernel/history.ts';
import type { Key, OpDraft } from '../kernel/op.ts';
import { HistoryBuilder } from '../history/index.ts';

/** Where whole records go as they come: the history file. */
export interface RecordSink {
  append(entry: OpDraft): void;
  appendFault(event: FaultEvent): void;
}

/**
 * The one place where a run's records are made: into memory first, then to the sink, in the same order. Remembers which
 * keys were used, the most recently used last.
 */
export class Recorder {
  readonly #builder = new HistoryBuilder();
  readonly #sink: RecordSink | undefined;
  /** Insertion order is order of last use. */
  readonly #keys = new Set<Key>();

  constructor(sink: RecordSink | undefined) {
    this.#sink = sink;
  }

  /** Appends an entry and returns its index. Throws what the sink throws, for example when the disk is full. */
  append(entry: OpDraft): number {
    const index = this.#builder.append(entry);
    this.#sink?.append(entry);
    if (entry.key !== undefined && entry.type === 'invoke') {
      this.#keys.delete(entry.key);
      this.#keys.add(entry.key);
    }
    return index;
  }

  appendFault(event: FaultEvent): void {
    this.#builder.appendFault(event);
    this.#sink?.appendFault(event);
  }

  keys(): readonly Key[] {
    return [...this.#keys];
  }

  history(): History {
    return this.#builder.build({ shared: true });
  }
}
