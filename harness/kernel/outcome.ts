import type { JsonValue } from './json.ts';

/**
 * Why an operation did not answer `ok`.
 *
 * `code` is a short stable word that reports group by (`timeout`, `not-sent`, `no-leader`, `reset`); `message` is free
 * text from the system under test and is never trusted: reports and terminals escape it.
 */
export interface OpError {
  readonly code: string;
  readonly message?: string;
}

/** The code of a failure that happened before any byte left the client. The process then waits before its next operation. */
export const NOT_SENT = 'not-sent';

/**
 * What is known about an operation once its client stops waiting.
 *
 * - `ok`: it happened, and this is what it returned.
 * - `fail`: it definitely did not happen and never will.
 * - `info`: nobody knows; it may have happened, or may still happen at any later time.
 *
 * When in doubt a client answers `info`: a wrong `fail` turns a correct system into a reported violation.
 */
export type Outcome =
  | { readonly type: 'ok'; readonly value: JsonValue }
  | { readonly type: 'fail'; readonly error: OpError }
  | { readonly type: 'info'; readonly error: OpError };

/** An answer: the operation happened and returned `value`. */
export function ok(value: JsonValue): Outcome {
  return { type: 'ok', value };
}

/** A definite failure: the operation did not happen and will not. */
export function fail(code: string, message?: string): Outcome {
  return { type: 'fail', error: message === undefined ? { code } : { code, message } };
}

/** An indeterminate end: the operation may or may not have happened. */
export function info(code: string, message?: string): Outcome {
  return { type: 'info', error: message === undefined ? { code } : { code, message } };
}
