import { isMap, isNode, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { HarnessError } from '../kernel/harness-error.ts';
import { interpolate, type Variables } from './interpolate.ts';

/** References to YAML anchors that a file may have in all. */
const MAX_ALIASES = 100;

/** Where a value stands in the file: keys and indices from the root. */
export type Place = readonly (string | number)[];

/** A YAML document, with variables filled in, that can say where each of its values stands. */
export class ComposeReader {
  readonly root: unknown;
  readonly #file: string;
  readonly #document: Document.Parsed;
  readonly #lines = new LineCounter();

  /** Throws a usage error of one line for text that is no YAML, or for variables that are not set. */
  constructor(text: string, file: string, variables: Variables) {
    this.#file = file;
    this.#document = parseDocument(text, { lineCounter: this.#lines, merge: true });
    const [broken] = this.#document.errors;
    if (broken !== undefined) {
      const { line, col } = this.#lines.linePos(broken.pos[0]);
      throw this.#error(line, col, broken.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? 'not YAML');
    }
    this.root = this.#interpolated(this.#value(), [], variables);
  }

  /** A usage error that names the file, the line and the column of a place, or of the nearest one around it. */
  refuse(place: Place, message: string): HarnessError {
    for (let length = place.length; length >= 0; length--) {
      const offset = this.#offsetOf(place.slice(0, length));
      if (offset === undefined) continue;
      const { line, col } = this.#lines.linePos(offset);
      return this.#error(line, col, message);
    }
    return this.#error(1, 1, message);
  }

  #error(line: number, column: number, message: string): HarnessError {
    return new HarnessError('usage', `${this.#file}:${line}:${column}: ${message}`);
  }

  /** References to anchors are limited in number, so that a small file cannot become a huge value. */
  #value(): unknown {
    try {
      return this.#document.toJS({ maxAliasCount: MAX_ALIASES });
    } catch (error) {
      throw this.refuse([], (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? 'not YAML');
    }
  }

  /** Where the key (in a map) or the item (in a list) begins. */
  #offsetOf(place: Place): number | undefined {
    const last = place.at(-1);
    if (last === undefined) return this.#document.contents?.range?.[0];
    const parent: unknown = this.#document.getIn(place.slice(0, -1), true);
    if (isMap(parent)) {
      const key = parent.items.find((pair) => String(pair.key) === String(last))?.key;
      return isNode(key) ? key.range?.[0] : undefined;
    }
    if (!isSeq(parent)) return undefined;
    const item = parent.items[Number(last)];
    return isNode(item) ? item.range?.[0] : undefined;
  }

  #interpolated(value: unknown, place: Place, variables: Variables): unknown {
    if (typeof value === 'string') {
      try {
        return interpolate(value, variables);
      } catch (error) {
        throw this.refuse(place, error instanceof Error ? error.message : String(error));
      }
    }
    if (Array.isArray(value)) return value.map((item, index) => this.#interpolated(item, [...place, index], variables));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, this.#interpolated(member, [...place, key], variables)]),
    );
  }
}
