import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import path from 'node:path';
import type { StorePath } from './store-path.ts';

/**
 * A page of a run or campaign may run the script it was written with, and nothing else: it is shut off from this server,
 * so that even a report that was tampered with cannot read other runs.
 */
const FILE_POLICY =
  "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const TEXT = 'text/plain; charset=utf-8';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.jsonl': TEXT,
  '.log': TEXT,
  '.txt': TEXT,
  '.md': TEXT,
  '.xml': TEXT,
};

/** A file of the store as an answer; unknown kinds are offered for saving. Undefined where it has just gone. */
export async function deliverFile(file: StorePath): Promise<Response | undefined> {
  // The path holds no link now; refusing one here leaves no moment to put one in its place.
  const handle = await open(file.absolute, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
  if (handle === undefined) return undefined;
  const status: Stats = await handle.stat();
  if (!status.isFile()) {
    await handle.close();
    return undefined;
  }
  // A file that grows meanwhile is delivered as long as it was.
  const stream = status.size === 0 ? undefined : handle.createReadStream({ end: status.size - 1 });
  if (stream === undefined) await handle.close();
  return new Response(stream === undefined ? null : (Readable.toWeb(stream) as ReadableStream), {
    headers: {
      ...fileHeaders(file.relative),
      'Content-Length': String(status.size),
    },
  });
}

/** What to send with a page of the store, whether it lies there or is made now. */
export function fileHeaders(relative: string): Readonly<Record<string, string>> {
  const type = TYPES[path.posix.extname(relative)];
  return {
    'Content-Type': type ?? 'application/octet-stream',
    'Content-Security-Policy': FILE_POLICY,
    ...(type === undefined ? { 'Content-Disposition': 'attachment' } : {}),
  };
}
