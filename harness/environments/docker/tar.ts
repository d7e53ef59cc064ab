import type { ContainerFile } from '../../kernel/target.ts';

const BLOCK_BYTES = 512;
const PATH_BYTES_MAX = 100;

/**
 * Packs files into an uncompressed POSIX ustar archive, as the engine takes for files of a container and for a build
 * context. Folders on the way are created by the engine's unpacking. Owner is root, the time stamp is 0, so that equal
 * files make equal bytes.
 *
 * Throws RangeError for paths longer than 100 bytes, which no target needs.
 */
export function packTar(files: readonly ContainerFile[]): Buffer {
  const blocks: Buffer[] = [];
  for (const file of files) {
    const content = Buffer.from(file.content);
    blocks.push(header(file, content.length), content, padding(content.length));
  }
  // Two empty blocks end an archive.
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]);
}

/** POSIX.1-1988 ustar header: fixed-width fields, numbers in octal, the checksum counted with its own field blank. */
function header(file: ContainerFile, sizeBytes: number): Buffer {
  const path = file.path.replace(/^\/+/, '');
  if (path === '' || Buffer.byteLength(path) > PATH_BYTES_MAX) {
    throw new RangeError(`a file's path must have 1 to ${PATH_BYTES_MAX} bytes, got ${JSON.stringify(file.path)}`);
  }
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(path, 0);
  block.write(octal(file.mode ?? 0o644, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(sizeBytes, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function octal(value: number, width: number): string {
  return value.toString(8).padStart(width - 1, '0');
}

function padding(sizeBytes: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
}
