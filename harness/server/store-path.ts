import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** A file or folder that a request named and that lies in the store. */
export interface StorePath {
  /** Absolute, without symbolic links. */
  readonly absolute: string;
  /** From the store, as it was asked for, with `/` between the parts. */
  readonly relative: string;
  readonly kind: 'file' | 'folder';
}

/**
 * Finds what the encoded path of a URL names inside the store; undefined for anything else.
 *
 * Every part is decoded by itself: one that holds a separator, a control character, is `.` or `..`, or begins with a dot
 * is refused. Symbolic links are followed and must end inside the store again, on a file or a folder.
 *
 * @param store the store's own path without symbolic links
 */
export function findInStore(store: string, encoded: string): StorePath | undefined {
  const parts = decodedParts(encoded);
  if (parts === undefined) return undefined;
  try {
    const absolute = realpathSync(path.join(store, ...parts));
    if (absolute !== store && !absolute.startsWith(store + path.sep)) return undefined;
    const status = statSync(absolute);
    if (!status.isFile() && !status.isDirectory()) return undefined;
    return { absolute, relative: parts.join('/'), kind: status.isFile() ? 'file' : 'folder' };
  } catch {
    // Absent, a loop of links, or not to be read: the same to the one who asks.
    return undefined;
  }
}

/** A path inside the store as it stands in a URL. */
export function encodePath(relative: string): string {
  return relative
    .split('/')
    .map((part) => encodeURIComponent(part.replace(/[\ud800-\udfff]/gu, '\ufffd')))
    .join('/');
}

function decodedParts(encoded: string): readonly string[] | undefined {
  const parts = encoded.split('/').filter((part) => part !== '');
  try {
    const decoded = parts.map(decodeURIComponent);
    return decoded.every(isPlainName) ? decoded : undefined;
  } catch {
    return undefined;
  }
}

function isPlainName(name: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is refused
  return !name.startsWith('.') && !/[/\\\u0000-\u001f\u007f]/.test(name);
}
