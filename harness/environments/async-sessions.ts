import type { AsyncClientSession, ClientBinding, ClientOpener, ClientSession } from '../kernel/client.ts';
import { info, NOT_SENT } from '../kernel/outcome.ts';
import type { Outcome } from '../kernel/outcome.ts';

/** Opens one promise-based session; `signal` is aborted when the caller gives up. Rejects when nothing was sent. */
export type AsyncOpener = (binding: ClientBinding, signal: AbortSignal) => Promise<AsyncClientSession>;

/**
 * Adapts promise-based clients of real systems to the callbacks of the interpreter. `wake` is called after every
 * callback, because completions arrive outside the scheduler's timers.
 *
 * The operation's signal is aborted at its deadline, and the operation is completed as `info` then and there: a driver
 * that ignores the signal delays nobody. What it answers later is dropped.
 */
export function adaptAsyncClients(open: AsyncOpener, wake: () => void): ClientOpener {
  return (binding, deadlineMs, opened) => {
    const attempt = new AbortController();
    let settled = false;
    const settle = (result: Parameters<typeof opened>[0]): void => {
      settled = true;
      clearTimeout(timer);
      opened(result);
      wake();
    };
    const timer = setTimeout(() => {
      settle({ error: { code: NOT_SENT, message: `no connection to ${binding.node} within ${deadlineMs} ms` } });
      attempt.abort();
    }, deadlineMs);
    open(binding, attempt.signal).then(
      (session) => {
        if (settled) closeQuietly(session);
        else settle({ session: adaptSession(session, wake) });
      },
      (error: unknown) => {
        if (!settled) settle({ error: { code: NOT_SENT, message: messageOf(error) } });
      },
    );
  };
}

function adaptSession(session: AsyncClientSession, wake: () => void): ClientSession {
  let current: AbortController | undefined;
  return {
    start(invocation, deadlineMs, complete) {
      const attempt = new AbortController();
      current = attempt;
      let settled = false;
      const settle = (outcome: Outcome): void => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        complete(outcome);
        wake();
      };
      const timer = setTimeout(() => {
        settle(info('timeout', `no answer within ${deadlineMs} ms`));
        attempt.abort(new DOMException('the deadline of the operation passed', 'TimeoutError'));
      }, deadlineMs);
      session.invoke(invocation, attempt.signal).then(settle, (error: unknown) => {
        settle(info('client-error', messageOf(error)));
      });
    },
    close() {
      current?.abort(new DOMException('the client was closed', 'AbortError'));
      closeQuietly(session);
    },
  };
}

/** The caller has moved on: an error while closing concerns nobody, and the connection dies with its socket. */
function closeQuietly(session: AsyncClientSession): void {
  session.close().catch(() => undefined);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
