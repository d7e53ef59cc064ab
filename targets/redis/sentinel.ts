import type { Reply } from './reply.ts';

export const SERVER_PORT = 6379;
export const SENTINEL_PORT = 26379;
/** Name under which the Sentinels watch the primary. */
export const PRIMARY_NAME = 'mymaster';

/** Reads the answer to `SENTINEL GET-MASTER-ADDR-BY-NAME`. Throws where it names none. */
export function parsePrimaryAddress(reply: Reply): { readonly address: string; readonly port: number } {
  const [address, port] = Array.isArray(reply) ? (reply as readonly Reply[]) : [];
  if (typeof address !== 'string' || typeof port !== 'string') throw new Error('the Sentinel names no primary');
  return { address, port: Number(port) };
}

/** Reads the answer to `SENTINEL MASTER`: a flat list of names and values. */
export function parsePairs(reply: Reply): ReadonlyMap<string, string> {
  const words = (Array.isArray(reply) ? (reply as readonly Reply[]) : []).map(String);
  const pairs = new Map<string, string>();
  for (let index = 0; index + 1 < words.length; index += 2) pairs.set(words[index] ?? '', words[index + 1] ?? '');
  return pairs;
}

/** Reads an answer to `INFO`: lines of `name:value`. */
export function parseInfo(reply: Reply): ReadonlyMap<string, string> {
  const lines = String(reply).split('\r\n');
  return new Map(
    lines.flatMap((line) => {
      const colon = line.indexOf(':');
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)] as const] : [];
    }),
  );
}
