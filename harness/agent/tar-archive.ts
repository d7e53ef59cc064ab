/** A regular file of an archive. */
export interface ArchiveFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly mode?: number;
}

const BLOCK_BYTES = 512;
const NAME_BYTES = 100;
const DEFAULT_MODE = 0o644;

/**
 * An uncompressed tar archive of files owned by root (POSIX.1-1988 ustar), the form in which the Docker engine takes
 * files and build contexts.
 *
 * @throws RangeError for a path of more than 100 bytes.
 */
export function tarArchive(files: readonly ArchiveFile[]): Uint8Array {
  const blocks = files.flatMap(({ path, content, mode = DEFAULT_MODE }) => [
    header(path.replace(/^\/+/, ''), content.length, mode),
    content,
    Buffer.alloc((BLOCK_BYTES - (content.length % BLOCK_BYTES)) % BLOCK_BYTES),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]);
}

function header(name: string, size: number, mode: number): Uint8Array {
  if (Buffer.byteLength(name) > NAME_BYTES) throw new RangeError(`a path in an archive is too long: ${name}`);
  const block = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(name, 0);
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  // The checksum counts its own field as spaces.
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
