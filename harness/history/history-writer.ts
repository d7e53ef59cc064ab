import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { FaultEvent } from '../kernel/fault.ts';
import type { History } from '../kernel/history.ts';
import type { Op, OpDraft } from '../kernel/op.ts';
import { ByteSink } from './byte-sink.ts';
import * as layout from './history-file-layout.ts';
import { RecordEncoder } from './record-encoder.ts';
import { storageError } from './file-errors.ts';

/**
 * Writes a history file (docs/history-format.md), append-only: whole records in the order of the calls, in checksummed
 * blocks. The bytes depend on the appended records and on the calls of {@link flush} only.
 *
 * Up to 64 KiB are kept back; in real time the caller flushes at least every 100 ms. Every failure of the file system
 * is a HarnessError `storage`; after one, nothing more is written, and what is in the file is a prefix.
 */
export class HistoryWriter {
  readonly path: string;
  readonly #sink = new ByteSink();
  readonly #records = new RecordEncoder(this.#sink);
  #file: number | undefined;
  #failure: Error | undefined;
  /** Where the header of the block that is being filled stands in the sink; its end where the block is still empty. */
  #blockStart: number;
  #blocks = 0;

  /** Creates the file, or empties it. */
  constructor(path: string) {
    this.path = path;
    this.#file = this.#attempt(() => openSync(path, 'w'));
    this.#sink.skip(layout.FILE_HEADER_SIZE);
    layout.FILE_MAGIC.copy(this.#sink.view());
    this.#sink.view().writeUInt16LE(layout.FORMAT_VERSION, layout.FILE_MAGIC.length);
    this.#blockStart = this.#sink.length;
    this.#openBlock();
  }

  /** Entries appended so far. */
  get length(): number {
    return this.#records.entries;
  }

  /** Throws IllFormedHistoryError for an entry that cannot follow the ones before, and leaves it out. */
  append(entry: OpDraft | Op): void {
    this.#assertOpen();
    this.#records.entry(entry);
    this.#finishRecord();
  }

  appendFault(event: FaultEvent): void {
    this.#assertOpen();
    this.#records.fault(event);
    this.#finishRecord();
  }

  /** Ends the block and hands everything to the operating system: a crash of this program loses none of it. */
  flush(): void {
    this.#assertOpen();
    this.#sealBlock();
    this.#write();
  }

  /** Writes the end record and closes; when this returns, the file is on disk. A second call does nothing. */
  close(): void {
    if (this.#file === undefined) return;
    this.#assertOpen();
    this.#sealBlock();
    this.#records.end();
    this.#sealBlock();
    this.#write();
    const file = this.#file;
    this.#attempt(() => fsyncSync(file));
    this.#file = undefined;
    this.#attempt(() => closeSync(file));
  }

  /** Closes without the end record, as after a crash. For giving up; does nothing when closed already. */
  abandon(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    this.#attempt(() => closeSync(file));
  }

  #finishRecord(): void {
    if (this.#sink.length - this.#blockStart < layout.BLOCK_HEADER_SIZE + layout.BLOCK_TARGET_SIZE) return;
    this.#sealBlock();
    if (this.#sink.length >= layout.WRITE_SIZE) this.#write();
  }

  #openBlock(): void {
    this.#blockStart = this.#sink.length;
    this.#sink.skip(layout.BLOCK_HEADER_SIZE);
  }

  #sealBlock(): void {
    const block = this.#sink.view(this.#blockStart);
    const size = block.length - layout.BLOCK_HEADER_SIZE;
    if (size === 0) return;
    layout.BLOCK_MAGIC.copy(block);
    block.writeUInt32LE(size, layout.BLOCK_SIZE_OFFSET);
    block.writeUInt32LE(this.#blocks++, layout.BLOCK_SEQUENCE_OFFSET);
    block.writeUInt32LE(layout.blockCrc(block), layout.BLOCK_CRC_OFFSET);
    this.#openBlock();
  }

  /** Writes the sealed blocks. */
  #write(): void {
    const bytes = this.#sink.view().subarray(0, this.#blockStart);
    const file = this.#file;
    if (file === undefined) return;
    this.#attempt(() => {
      for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
    });
    this.#sink.truncate(0);
    this.#openBlock();
  }

  #attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (cause) {
      const failure = storageError('write the history', this.path, cause);
      this.#failure = failure;
      this.#giveUp();
      throw failure;
    }
  }

  /** After a failure only the descriptor is left to be released; that it may fail as well adds nothing. */
  #giveUp(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    try {
      closeSync(file);
    } catch {
      // The first failure is the one to report.
    }
  }

  #assertOpen(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#file === undefined) throw new Error(`the history file ${this.path} is closed`);
  }
}

/** Writes a whole history, its fault events between the entries by time. */
export function writeHistoryFile(path: string, history: History): void {
  const writer = new HistoryWriter(path);
  try {
    let nextFault = 0;
    for (let index = 0; index < history.length; index++) {
      const entry = history.at(index);
      for (; nextFault < history.faults.length; nextFault++) {
        const fault = history.faults[nextFault];
        if (fault === undefined || fault.timeNs > entry.timeNs) break;
        writer.appendFault(fault);
      }
      writer.append(entry);
    }
    for (const fault of history.faults.slice(nextFault)) writer.appendFault(fault);
    writer.close();
  } finally {
    writer.abandon();
  }
}
