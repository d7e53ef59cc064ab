import type { OpError } from '../kernel/outcome.ts';
import { IllFormedHistoryError } from './ill-formed-history-error.ts';

/** The column holds 16 bits. Past this, messages (free text, many) are dropped and codes (few) kept. */
const MESSAGES_LIMIT = 0xff00;
const CODES_LIMIT = 0xfffe;

/** Gives codes to errors: 1 + index in order of first use, as the `error` column holds them. */
export class ErrorTable {
  readonly #errors: OpError[] = [];
  readonly #codes = new Map<string, number>();

  /** Throws IllFormedHistoryError when there are more distinct error codes than the column can tell apart. */
  codeOf(error: OpError): number {
    const identity = identityOf(error);
    const known = this.#codes.get(identity);
    if (known !== undefined) return known;
    if (this.#errors.length >= MESSAGES_LIMIT && error.message !== undefined) return this.codeOf({ code: error.code });
    if (this.#errors.length >= CODES_LIMIT)
      throw new IllFormedHistoryError(`a history holds at most ${CODES_LIMIT} error codes`);
    this.#errors.push(error);
    this.#codes.set(identity, this.#errors.length);
    return this.#errors.length;
  }

  /** The error behind a code that this table gave. Its message may have been dropped. */
  errorOf(code: number): OpError {
    const error = this.#errors[code - 1];
    if (error === undefined) throw new RangeError(`error code ${code} was never given`);
    return error;
  }

  /** The errors so far; `errors()[code - 1]` belongs to `code`. */
  errors(): readonly OpError[] {
    return [...this.#errors];
  }
}

function identityOf(error: OpError): string {
  // A length prefix keeps ('a', 'b c') and ('a b', 'c') apart without the price of JSON.
  return error.message === undefined ? `-${error.code}` : `${error.code.length} ${error.code} ${error.message}`;
}
