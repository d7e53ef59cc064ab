import { fail, info, NOT_SENT } from '../../harness/kernel/outcome.ts';
import type { Outcome } from '../../harness/kernel/outcome.ts';
import { EtcdRefusal } from './gateway.ts';

interface Row {
  readonly says: RegExp;
  readonly outcome: 'fail' | 'info';
  readonly code: string;
}

/**
 * What etcd's refusals mean, by its words (etcd 3.4, `api/v3rpc/rpctypes/error.go`). `fail` stands only where the server
 * turns the request away before it proposes anything to Raft; every error that may follow a proposal is `info`.
 */
const REFUSALS: readonly Row[] = [
  { says: /^etcdserver: request timed out/, outcome: 'info', code: 'server-timeout' },
  { says: /^etcdserver: leader changed/, outcome: 'info', code: 'leader-changed' },
  // Said before a proposal to clients that require a leader, but also on the way back: not certain.
  { says: /^etcdserver: no leader/, outcome: 'info', code: 'no-leader' },
  { says: /^etcdserver: server stopped/, outcome: 'info', code: 'server-stopped' },
  // A put is applied first and refused afterwards when it is the one that fills the quota.
  { says: /^etcdserver: mvcc: database space exceeded/, outcome: 'info', code: 'no-space' },
  { says: /^etcdserver: too many requests/, outcome: 'fail', code: 'overloaded' },
  { says: /^etcdserver: request is too large|received message larger than max/, outcome: 'fail', code: 'too-large' },
  { says: /^etcdserver: (key is not provided|duplicate key given)/, outcome: 'fail', code: 'bad-request' },
  { says: /^context (deadline exceeded|canceled)/, outcome: 'info', code: 'server-timeout' },
  {
    says: /transport is closing|connection error|SubConns are in TransientFailure/,
    outcome: 'info',
    code: 'unavailable',
  },
];

/**
 * The one place that says what an error of an operation means: whether it definitely did not happen. Whatever no row
 * knows is `info`.
 */
export function classify(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof EtcdRefusal) {
    const row = REFUSALS.find(({ says }) => says.test(message));
    if (row === undefined) return info(`grpc-${error.grpcCode ?? 'none'}`, message);
    return row.outcome === 'fail' ? fail(row.code, message) : info(row.code, message);
  }
  const { code, syscall, name } = Object(error) as {
    readonly code?: string;
    readonly syscall?: string;
    readonly name?: string;
  };
  // Errors of connecting come before any byte of the request.
  if (syscall === 'connect' || code === 'UND_ERR_CONNECT_TIMEOUT') return fail(NOT_SENT, message);
  if (name === 'AbortError' || name === 'TimeoutError' || code === 'UND_ERR_ABORTED') return info('timeout', message);
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET') return info('reset', message);
  return info('client-error', message);
}
