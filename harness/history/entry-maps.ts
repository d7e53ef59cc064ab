import { isJsonArray, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { OP_TYPES, type OpType } from '../kernel/op.ts';
import type { OpError } from '../kernel/outcome.ts';
import { brief, keyOf, type ForeignEntry, type ImportBuilder } from './import-builder.ts';

const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  'index',
  'time',
  'process',
  'type',
  'f',
  'key',
  'value',
  'error',
  'node',
]);

/** Reads maps such as `{"type": "invoke", "f": "read", "process": 0, ...}`, from JSON and EDN alike, into an import. */
export class EntryMaps {
  readonly #builder: ImportBuilder;
  readonly #strictIndex: boolean;
  /** Processes that are named by text, numbered in order of first use. */
  readonly #processNames = new Map<string, number>();
  #hasNumberedProcesses = false;
  #lastIndex = -Infinity;
  /** The first time of a file whose times are too large for doubles: nanoseconds since 1970. */
  #epochNs: bigint | undefined;

  /** `strictIndex`: an index that does not grow is an error. Else the order of the entries counts, and it is counted. */
  constructor(builder: ImportBuilder, options: { readonly strictIndex: boolean }) {
    this.#builder = builder;
    this.#strictIndex = options.strictIndex;
  }

  /** Adds the entry that stands at `position`. */
  add(map: JsonValue, position: number): void {
    if (map === null || typeof map !== 'object' || isJsonArray(map)) {
      this.#builder.fail(position, `expected a map with type, f, process and value, ${brief(map)} came`);
    }
    const entry = map as JsonObject;
    for (const name in entry) if (!KNOWN_FIELDS.has(name)) this.#builder.ignore(`field ${brief(name)}`);
    this.#checkIndex(entry['index'], position);
    const { key, node } = entry;
    const value = entry['value'] ?? null;
    this.#builder.add({
      timeNs: this.#timeOf(entry['time'], position),
      process: this.#processOf(entry['process'], position),
      type: this.#typeOf(entry['type'], position),
      f: this.#fOf(entry['f'], value, position),
      key: key === undefined || key === null ? undefined : keyOf(key),
      value,
      error: errorOf(entry['error']),
      node: node === undefined || node === null ? undefined : String(keyOf(node)),
      position,
    });
  }

  #checkIndex(index: JsonValue | undefined, position: number): void {
    if (index === undefined || index === null) return;
    if (typeof index !== 'number') this.#builder.fail(position, `expected an index, ${brief(index)} came`);
    if (index > this.#lastIndex) {
      this.#lastIndex = index;
    } else if (this.#strictIndex) {
      this.#builder.fail(position, `expected an index above ${this.#lastIndex}, ${brief(index)} came`);
    } else this.#builder.ignore('index out of order (the order of the entries counts)');
  }

  #timeOf(time: JsonValue | undefined, position: number): number | undefined {
    if (time === undefined || time === null) return undefined;
    if (typeof time === 'number' && this.#epochNs === undefined) return time;
    const digits = typeof time === 'number' || (typeof time === 'string' && /^\d{16,19}$/.test(time));
    if (!digits || !Number.isInteger(Number(time))) {
      this.#builder.fail(position, `expected a time in nanoseconds, ${brief(time)} came`);
    }
    this.#epochNs ??= BigInt(time);
    this.#builder.note(`Times are counted from the first one, ${this.#epochNs} ns.`);
    const sinceFirst = Number(BigInt(time) - this.#epochNs);
    if (Number.isSafeInteger(sinceFirst)) return sinceFirst;
    return this.#builder.fail(position, `expected a time near ${this.#epochNs} ns, ${brief(time)} came`);
  }

  #processOf(process: JsonValue | undefined, position: number): ForeignEntry['process'] {
    if (process === undefined || process === null) return undefined;
    if (process === 'nemesis' || process === ':nemesis') return 'nemesis';
    if (typeof process === 'number' && this.#processNames.size === 0) {
      this.#hasNumberedProcesses = true;
      return process;
    }
    if (typeof process !== 'string' || this.#hasNumberedProcesses) {
      const others = this.#processNames.size > 0 ? 'a name' : 'a number';
      return this.#builder.fail(position, `expected ${others} or nemesis as process, ${brief(process)} came`);
    }
    this.#builder.note('Processes that are named by text were numbered from 0, in the order in which they come.');
    const known = this.#processNames.get(process) ?? this.#processNames.size;
    this.#processNames.set(process, known);
    return known;
  }

  #typeOf(type: JsonValue | undefined, position: number): OpType {
    const name = typeof type === 'string' && type.startsWith(':') ? type.slice(1) : type;
    const known = OP_TYPES.find((candidate) => candidate === name);
    return (
      known ?? this.#builder.fail(position, `expected type invoke, ok, fail or info, ${brief(type ?? 'none')} came`)
    );
  }

  #fOf(f: JsonValue | undefined, value: JsonValue, position: number): string {
    const name = typeof f === 'string' && f.startsWith(':') ? f.slice(1) : f;
    if (typeof name === 'string' && name !== '') return name;
    if ((f === undefined || f === null) && isJsonArray(value) && value.every((part) => isJsonArray(part))) {
      this.#builder.note('Entries without a function whose value is a list of lists were taken as transactions (txn).');
      return 'txn';
    }
    return this.#builder.fail(position, `expected a function name as f, ${brief(f ?? null)} came`);
  }
}

/** Jepsen's errors are a keyword, a text, or a vector that begins with a keyword. */
export function errorOf(error: JsonValue | undefined): OpError | undefined {
  if (error === undefined || error === null) return undefined;
  if (typeof error === 'string') return isCode(error) ? { code: error } : { code: 'error', message: error };
  if (isJsonArray(error)) {
    const [code, ...rest] = error;
    if (typeof code !== 'string' || !isCode(code)) return { code: 'error', message: JSON.stringify(error) };
    if (rest.length === 0) return { code };
    return { code, message: rest.length === 1 && typeof rest[0] === 'string' ? rest[0] : JSON.stringify(rest) };
  }
  if (typeof error === 'object') {
    const { code, message } = error as JsonObject;
    if (typeof code === 'string') return typeof message === 'string' ? { code, message } : { code };
  }
  return { code: 'error', message: JSON.stringify(error) };
}

function isCode(text: string): boolean {
  return /^[\w:.!?*/+-]{1,60}$/.test(text);
}
