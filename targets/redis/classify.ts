import { fail, info, NOT_SENT } from '../../harness/kernel/outcome.ts';
import type { Outcome } from '../../harness/kernel/outcome.ts';
import { ConnectFailure, ConnectionLost } from './connection.ts';
import { ErrorReply } from './reply.ts';

/**
 * Error replies by which Redis 7 turns a command away before it runs (`processCommand` in `server.c`): definite failures.
 * Every other error reply may have had effects, for example of a script that failed halfway.
 */
const REFUSALS: Readonly<Record<string, string>> = {
  READONLY: 'read-only',
  NOREPLICAS: 'no-replicas',
  MASTERDOWN: 'primary-down',
  LOADING: 'loading',
  MISCONF: 'cannot-persist',
  OOM: 'out-of-memory',
  BUSY: 'busy',
  NOAUTH: 'not-allowed',
  NOPERM: 'not-allowed',
};

/**
 * The one place that says what an error of an operation means: whether it definitely did not happen. Whatever no row
 * knows is `info`.
 */
export function classify(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ConnectFailure) return fail(NOT_SENT, message);
  if (error instanceof ErrorReply) {
    const word = /^[A-Z]+/.exec(message)?.[0] ?? 'ERR';
    const refusal = REFUSALS[word];
    return refusal === undefined ? info(`reply-${word.toLowerCase()}`, message) : fail(refusal, message);
  }
  if (error instanceof ConnectionLost) return info('reset', message);
  const name = error instanceof Error ? error.name : undefined;
  if (name === 'AbortError' || name === 'TimeoutError') return info('timeout', message);
  return info('client-error', message);
}
