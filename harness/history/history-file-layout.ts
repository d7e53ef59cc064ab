import { crc32 } from 'node:zlib';

/** Constants of the history file. The bytes are described in docs/history-format.md. */

/** First bytes of a file; the high byte and the line ends show damage by text-mode copying. */
export const FILE_MAGIC: Buffer = Buffer.from('\x89FLHIST\r\n', 'latin1');
export const FORMAT_VERSION = 1;
/** Magic, then the version as uint16. */
export const FILE_HEADER_SIZE: number = FILE_MAGIC.length + 2;

/** First bytes of a block, by which reading finds blocks behind a damaged one. */
export const BLOCK_MAGIC: Buffer = Buffer.from('\xfbBLK', 'latin1');
/** Magic, payload size, sequence number, CRC-32 of size, sequence number and payload; uint32 each. */
export const BLOCK_HEADER_SIZE = 16;
export const BLOCK_SIZE_OFFSET = 4;
export const BLOCK_SEQUENCE_OFFSET = 8;
export const BLOCK_CRC_OFFSET = 12;

/** The checksum of a block that is given from its magic to its end. */
export function blockCrc(block: Buffer): number {
  const start = crc32(block.subarray(BLOCK_SIZE_OFFSET, BLOCK_CRC_OFFSET));
  return crc32(block.subarray(BLOCK_HEADER_SIZE), start);
}

/** A block ends with the record that reaches this size: what a cut end can lose. */
export const BLOCK_TARGET_SIZE = 2048;
/** The writer keeps at most about this many bytes back before it hands them to the operating system. */
export const WRITE_SIZE = 65_536;

/** Entries: bits 0-1 are the type, the other bits as follow. Definitions have the top bit. */
export const FLAG_KEY = 4;
export const FLAG_NODE = 8;
export const FLAG_ERROR = 16;
export const VALUE_SHIFT = 5;
export const VALUE_NULL = 0;
export const VALUE_NUMBER = 1;
export const VALUE_SLOT = 2;
/** On a completion: the same value as the invocation's. */
export const VALUE_SAME = 3;

export const RECORD_TIME = 0x80;
export const RECORD_FUNCTION = 0x81;
export const RECORD_NODE = 0x82;
export const RECORD_VALUE = 0x83;
export const RECORD_ERROR = 0x84;
export const RECORD_FAULT = 0x85;
export const RECORD_END = 0x86;
