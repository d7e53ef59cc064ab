import { IllFormedHistoryError } from './ill-formed-history-error.ts';

/** Gives small codes to names, in order of first use. */
export class NameTable {
  readonly #what: string;
  readonly #limit: number;
  readonly #names: string[] = [];
  readonly #codes = new Map<string, number>();

  /** `what` names the things in error messages; at most `limit` of them fit the column. */
  constructor(what: string, limit: number) {
    this.#what = what;
    this.#limit = limit;
  }

  /** Throws IllFormedHistoryError when the column cannot hold one more name. */
  codeOf(name: string): number {
    const known = this.#codes.get(name);
    if (known !== undefined) return known;
    const code = this.#names.length;
    if (code >= this.#limit)
      throw new IllFormedHistoryError(`a history holds at most ${this.#limit} ${this.#what} names`);
    this.#names.push(name);
    this.#codes.set(name, code);
    return code;
  }

  nameOf(code: number): string | undefined {
    return this.#names[code];
  }

  names(): readonly string[] {
    return [...this.#names];
  }
}
