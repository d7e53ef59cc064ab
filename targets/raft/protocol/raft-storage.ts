import type { Host } from '../../../harness/kernel/host.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { NodeId } from '../../../harness/kernel/node.ts';
import { GroupSync } from '../../hosted-group-sync.ts';
import { asRecord, type LogEntry, type RaftRecord } from './messages.ts';
import type { RaftMutant } from './mutants.ts';

/**
 * What must outlive a crash: the current term, the vote in it, and the log (Raft paper, figure 2). Changes show in memory
 * at once; whoever answers because of them waits for {@link afterSync} first. Indexes start at 1.
 */
export class RaftStorage {
  readonly #sync: GroupSync;
  readonly #mutant: RaftMutant | undefined;
  #entries: LogEntry[] = [];
  #term = 0;
  #votedFor: NodeId | null = null;

  constructor(host: Host, mutant: RaftMutant | undefined) {
    this.#sync = new GroupSync(host);
    this.#mutant = mutant;
  }

  get term(): number {
    return this.#term;
  }

  get votedFor(): NodeId | null {
    return this.#votedFor;
  }

  get lastIndex(): number {
    return this.#entries.length;
  }

  get lastTerm(): number {
    return this.termAt(this.lastIndex);
  }

  /** 0 before the first entry, -1 behind the last one. */
  termAt(index: number): number {
    if (index === 0) return 0;
    return this.#entries[index - 1]?.term ?? -1;
  }

  entryAt(index: number): LogEntry | undefined {
    return this.#entries[index - 1];
  }

  /** At most `countMax` entries from `index` on. */
  entriesFrom(index: number, countMax: number): readonly LogEntry[] {
    return this.#entries.slice(index - 1, index - 1 + countMax);
  }

  recover(records: readonly JsonValue[]): void {
    for (const record of records.map(asRecord)) {
      if (record.k === 'term') {
        this.#term = record.term;
        this.#votedFor = record.votedFor;
      } else {
        this.#entries[record.index - 1] = record.entry;
      }
    }
  }

  setTerm(term: number, votedFor: NodeId | null): void {
    this.#term = term;
    this.#votedFor = votedFor;
    this.#sync.append(this.#termRecord());
  }

  append(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      this.#entries.push(entry);
      this.#sync.append({ k: 'entry', index: this.#entries.length, entry } satisfies RaftRecord);
    }
  }

  /** Drops the entry at `index` and all behind it. The whole log is written anew, so that a crash keeps all or nothing. */
  truncateFrom(index: number): void {
    this.#entries = this.#entries.slice(0, index - 1);
    const entries = this.#entries.map((entry, at): RaftRecord => ({ k: 'entry', index: at + 1, entry }));
    this.#sync.rewrite([this.#termRecord(), ...entries]);
  }

  /** Runs `action` once the term, the vote and the entries as they are now would survive a crash. */
  afterSync(action: () => void): void {
    if (this.#mutant === 'ack-before-sync') {
      this.#sync.afterSync(() => undefined);
      action();
    } else this.#sync.afterSync(action);
  }

  onSynced(token: number): void {
    this.#sync.onSynced(token);
  }

  #termRecord(): RaftRecord {
    return { k: 'term', term: this.#term, votedFor: this.#mutant === 'vote-not-persisted' ? null : this.#votedFor };
  }
}
