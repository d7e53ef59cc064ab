import type { ComposeReader, Place } from './compose-reader.ts';
import type { Variables } from './interpolate.ts';
import { splitWords } from './split-words.ts';

/** A map of a compose file. */
export type Fields = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text; numbers and booleans are taken as what they look like. */
export function textOf(reader: ComposeReader, place: Place, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw reader.refuse(place, `expected text, received ${kindOf(value)}`);
}

export function listOf(reader: ComposeReader, place: Place, value: unknown): readonly string[] {
  const items = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  return items.map((item, index) => textOf(reader, Array.isArray(value) ? [...place, index] : place, item));
}

/** A command: a list of words, or text that is split into words as a shell does, without running one. */
export function wordsOf(reader: ComposeReader, place: Place, value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return listOf(reader, place, value);
  try {
    return splitWords(textOf(reader, place, value));
  } catch (error) {
    throw reader.refuse(place, error instanceof Error ? error.message : String(error));
  }
}

/** Variables of a container: a map, or a list of `NAME=value`. A name without a value takes it from the surroundings. */
export function environmentOf(
  reader: ComposeReader,
  place: Place,
  value: unknown,
  variables: Variables,
): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  const inherited = (name: string, where: Place): string => {
    const found = variables[name];
    if (found !== undefined) return found;
    throw reader.refuse(where, `variable ${name} has no value here and is not set`);
  };
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, text]) => {
        const where = [...place, name];
        return [name, text === null ? inherited(name, where) : textOf(reader, where, text)];
      }),
    );
  }
  if (!Array.isArray(value)) throw reader.refuse(place, `expected a map or a list, received ${kindOf(value)}`);
  return Object.fromEntries(
    listOf(reader, place, value).map((entry, index) => {
      const at = entry.indexOf('=');
      return at === -1 ? [entry, inherited(entry, [...place, index])] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

/** `1m30s`, `500ms` as milliseconds. */
export function durationMsOf(reader: ComposeReader, place: Place, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const text = textOf(reader, place, value);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw reader.refuse(place, `expected a duration like 1m30s, received ${JSON.stringify(text)}`);
  }
  return parts.reduce((sum, [, amount, unit = 'ms']) => sum + Number(amount) * (UNIT_MS[unit] ?? 1), 0);
}

const UNIT_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return Array.isArray(value)
    ? 'a list'
    : typeof value === 'object'
      ? 'a map'
      : `${typeof value} ${JSON.stringify(value)}`;
}
