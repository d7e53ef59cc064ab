import { open, readFile, rename, truncate, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JsonValue } from '../kernel/json.ts';
import { crc32 } from './crc32.ts';

const NEWLINE = 0x0a;
/** Eight hexadecimal digits and a space stand before every record. */
const HEADER_LENGTH = 9;

/**
 * A node's log as a file: one record per line, its CRC-32 before it. What was appended is in memory until {@link flush},
 * which makes it durable. A record that a crash tore is dropped when the file is opened again; damage that is followed by
 * good records is not a torn end, and opening rejects.
 */
export class LogFile {
  readonly #path: string;
  #handle: FileHandle;
  #pending: string[] = [];
  /** The pending records replace the file instead of following it. */
  #replaces = false;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  static async open(path: string): Promise<{ readonly log: LogFile; readonly records: readonly JsonValue[] }> {
    const content = await readFile(path).catch((error: unknown) => {
      if (isMissing(error)) return Buffer.alloc(0);
      throw error;
    });
    const { records, goodLength } = parse(content, path);
    if (goodLength < content.length) await truncate(path, goodLength);
    const handle = await open(path, 'a');
    await handle.datasync();
    await syncDirectory(path);
    return { log: new LogFile(path, handle), records };
  }

  append(record: JsonValue): void {
    this.#pending.push(line(record));
  }

  rewrite(records: readonly JsonValue[]): void {
    this.#pending = records.map(line);
    this.#replaces = true;
  }

  /** Makes durable what was appended so far. One at a time. */
  async flush(): Promise<void> {
    const text = this.#pending.join('');
    const replaces = this.#replaces;
    this.#pending = [];
    this.#replaces = false;
    if (replaces) await this.#replace(text);
    else {
      await this.#handle.appendFile(text);
      await this.#handle.datasync();
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** Either the old file or the new one is there after a crash, never a mixture. */
  async #replace(text: string): Promise<void> {
    const fresh = `${this.#path}.new`;
    const handle = await open(fresh, 'w');
    await handle.writeFile(text);
    await handle.datasync();
    await rename(fresh, this.#path);
    await syncDirectory(this.#path);
    await this.#handle.close();
    // Appending goes on at the end of the same file.
    this.#handle = handle;
  }
}

function line(record: JsonValue): string {
  const json = JSON.stringify(record);
  return `${checksum(Buffer.from(json))} ${json}\n`;
}

function checksum(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}

function parse(content: Buffer, path: string): { readonly records: JsonValue[]; readonly goodLength: number } {
  const records: JsonValue[] = [];
  let goodLength = 0;
  let damagedAt: number | undefined;
  for (let start = 0; start < content.length;) {
    const newline = content.indexOf(NEWLINE, start);
    const end = newline === -1 ? content.length : newline;
    const json = content.subarray(start + HEADER_LENGTH, end);
    const isGood = newline !== -1 && content.toString('latin1', start, start + HEADER_LENGTH) === `${checksum(json)} `;
    if (!isGood) damagedAt ??= start;
    else if (damagedAt !== undefined) {
      throw new Error(`the log ${path} is damaged at byte ${damagedAt}, before its end; wipe the node's data`);
    } else {
      records.push(JSON.parse(json.toString()) as JsonValue);
      goodLength = end + 1;
    }
    start = end + 1;
  }
  return { records, goodLength };
}

/** A new or renamed file is only found after a crash when its folder was synced. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
