import { isJsonArray, type JsonValue } from '../kernel/json.ts';

/** A member name that stands twice in one object of a JSON text; JSON.parse would keep the last and say nothing. */
export interface RepeatedMember {
  readonly name: string;
  /** Where the second one stands, in characters from the start of the text. */
  readonly offset: number;
}

const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const SPACE = /[ \t\n\r]*/y;

/**
 * The first member name that stands twice in one object of `text`, which is JSON and was parsed to `value`. O(characters);
 * most texts are only counted through. Recurses as deep as `value` is nested.
 */
export function findRepeatedMember(text: string, value: JsonValue): RepeatedMember | undefined {
  return colonsBehindQuotes(text) === countMembers(value) ? undefined : scan(text);
}

/** At least as many as there are members: each is a name in quotes before a colon, and texts may hold the same. */
function colonsBehindQuotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    let before = at - 1;
    while (before >= 0 && text.charCodeAt(before) <= 0x20) before--;
    if (text[before] === '"') count++;
  }
  return count;
}

function countMembers(value: JsonValue): number {
  if (value === null || typeof value !== 'object') return 0;
  let count = 0;
  if (isJsonArray(value)) {
    for (const item of value) count += countMembers(item);
    return count;
  }
  for (const name in value) count += 1 + countMembers(value[name] ?? null);
  return count;
}

function scan(text: string): RepeatedMember | undefined {
  /** Names so far of each object that is open; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{') open.push(new Set());
    else if (character === '[') open.push(undefined);
    else if (character === '}' || character === ']') open.pop();
    if (character !== '"') continue;
    const end = endOf(STRING, text, at);
    const names = open.at(-1);
    if (names !== undefined && text[endOf(SPACE, text, end)] === ':') {
      const name = JSON.parse(text.slice(at, end)) as string;
      if (names.has(name)) return { name, offset: at };
      names.add(name);
    }
    at = end - 1;
  }
  return undefined;
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at + 1;
}
