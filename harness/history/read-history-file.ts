import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { HarnessError } from '../kernel/harness-error.ts';
import type { History } from '../kernel/history.ts';
import { ByteSource, MalformedBytesError } from './byte-source.ts';
import { readingFile } from './file-errors.ts';
import * as layout from './history-file-layout.ts';
import { RecordDecoder } from './record-decoder.ts';

/** What a history file holds. */
export interface HistoryFileContent {
  readonly history: History;
  /** True when the file was closed cleanly; false when its end is missing, so that `history` is a prefix. */
  readonly complete: boolean;
  /** Index of the last entry that could be read, -1 where there is none. */
  readonly lastGoodIndex: number;
  /** Bytes at the cut end that are no whole block. */
  readonly ignoredBytes: number;
}

/**
 * Reads a history file into memory: O(bytes), 62 bytes per operation plus its values.
 *
 * A cut-off end gives the entries before it with `complete: false`. Damage before the end, and anything that is not a
 * history file, throws HarnessError `usage` with the position. `shared` puts the columns into shared memory.
 */
export function readHistoryFile(path: string, options: { readonly shared?: boolean } = {}): HistoryFileContent {
  return decodeHistoryFile(
    readingFile(path, () => readFileSync(path)),
    path,
    options,
  );
}

/** {@link readHistoryFile} over bytes in memory; `path` is for messages. */
export function decodeHistoryFile(
  bytes: Buffer,
  path: string,
  options: { readonly shared?: boolean } = {},
): HistoryFileContent {
  assertFileHeader(bytes, path);
  const source = new ByteSource(bytes);
  const records = new RecordDecoder(source);
  let position = Math.min(layout.FILE_HEADER_SIZE, bytes.length);
  try {
    for (let sequence = 0; position < bytes.length; sequence++) {
      const end = blockEnd(bytes, position, sequence);
      if (end === undefined) break;
      if (records.ended) source.fail('a block after the end record');
      source.seek(position + layout.BLOCK_HEADER_SIZE, end);
      records.readBlock();
      position = end;
    }
  } catch (error) {
    if (!(error instanceof MalformedBytesError)) throw error;
    throw damaged(path, error.position, error.message);
  }
  assertNothingBehind(bytes, position, path, records.ended);
  return {
    history: records.history(options.shared === true),
    complete: records.ended,
    lastGoodIndex: records.entries - 1,
    ignoredBytes: bytes.length - position,
  };
}

/** True when the bytes begin like a history file, and where there are fewer of them than tell it: one that was cut off there. */
export function isHistoryFile(bytes: Buffer): boolean {
  const magic = bytes.subarray(0, layout.FILE_MAGIC.length);
  return magic.length > 0 && magic.equals(layout.FILE_MAGIC.subarray(0, magic.length));
}

/** SHA-256 of a file's bytes, in lower-case hexadecimal digits. */
export function sha256OfFile(path: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(1 << 20);
  const file = readingFile(path, () => openSync(path, 'r'));
  try {
    for (;;) {
      const size = readingFile(path, () => readSync(file, chunk));
      if (size === 0) return hash.digest('hex');
      hash.update(chunk.subarray(0, size));
    }
  } finally {
    closeSync(file);
  }
}

function assertFileHeader(bytes: Buffer, path: string): void {
  const magic = bytes.subarray(0, layout.FILE_MAGIC.length);
  // A file that was cut off within its first bytes still begins with a part of them.
  if (!magic.equals(layout.FILE_MAGIC.subarray(0, magic.length))) {
    throw new HarnessError('usage', `${path} is not a Faultline history file: its first bytes are others`);
  }
  if (bytes.length < layout.FILE_HEADER_SIZE) return;
  const version = bytes.readUInt16LE(layout.FILE_MAGIC.length);
  if (version !== layout.FORMAT_VERSION) {
    throw new HarnessError(
      'usage',
      `${path} has history format ${version}, this Faultline reads format ${layout.FORMAT_VERSION}`,
    );
  }
}

/** How many beginnings of blocks, of which size, are tried behind a bad one: a crafted file must not keep the reader busy. */
const MOST_CANDIDATES = 1000;
const LARGEST_CANDIDATE = 1 << 20;

/** Where the block at `position` ends, or undefined where no sound block with this sequence number begins. */
function blockEnd(bytes: Buffer, position: number, sequence: number): number | undefined {
  if (position + layout.BLOCK_HEADER_SIZE > bytes.length) return undefined;
  const end = position + layout.BLOCK_HEADER_SIZE + bytes.readUInt32LE(position + layout.BLOCK_SIZE_OFFSET);
  if (end > bytes.length) return undefined;
  const block = bytes.subarray(position, end);
  const isSound =
    block.subarray(0, layout.BLOCK_MAGIC.length).equals(layout.BLOCK_MAGIC) &&
    block.readUInt32LE(layout.BLOCK_SEQUENCE_OFFSET) === sequence &&
    block.readUInt32LE(layout.BLOCK_CRC_OFFSET) === layout.blockCrc(block);
  return isSound ? end : undefined;
}

/** A crash leaves a part of a block at the end. A sound block behind it means that something in the middle was changed. */
function assertNothingBehind(bytes: Buffer, position: number, path: string, ended: boolean): void {
  if (position === bytes.length) return;
  if (ended) throw damaged(path, position, `${bytes.length - position} bytes follow the end record`);
  let candidates = MOST_CANDIDATES;
  for (let next = position; candidates-- > 0;) {
    next = bytes.indexOf(layout.BLOCK_MAGIC, next + 1);
    if (next < 0 || next + layout.BLOCK_HEADER_SIZE > bytes.length) return;
    if (bytes.readUInt32LE(next + layout.BLOCK_SIZE_OFFSET) > LARGEST_CANDIDATE) continue;
    if (blockEnd(bytes, next, bytes.readUInt32LE(next + layout.BLOCK_SEQUENCE_OFFSET)) !== undefined) {
      throw damaged(path, position, `the block there does not match its checksum, and the one at byte ${next} does`);
    }
  }
  throw damaged(path, position, `more than ${MOST_CANDIDATES} beginnings of blocks follow and none of them is sound`);
}

function damaged(path: string, position: number, reason: string): HarnessError {
  return new HarnessError('usage', `${path} is damaged at byte ${position}: ${reason}`);
}
