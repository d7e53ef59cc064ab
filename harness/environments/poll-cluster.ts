import type { NodeId } from '../kernel/node.ts';

const INTERVAL_MS = 100;
/** One question to the whole cluster; a node that does not answer must not use up the whole wait. */
const ATTEMPT_TIMEOUT_MS = 2_000;
/** Time to say what is known once the signal was aborted. */
const GRACE_MS = 200;

/** A cluster as a question to it sees it; `Address` is what its environment calls a node's address. */
export interface AddressedView<Address> {
  readonly addresses: ReadonlyMap<NodeId, Address>;
  readonly signal: AbortSignal;
}

export type Readiness = { readonly ready: true } | { readonly ready: false; readonly waitingFor: string };

/**
 * Asks a cluster again and again until it says that it is ready, or until `timeoutMs` has passed; then the answer holds
 * what was still missing. A question that throws counts as not ready. Rejects only when `signal` is aborted.
 */
export async function pollCluster<Address>(
  ask: (view: AddressedView<Address>) => Promise<Readiness>,
  addresses: ReadonlyMap<NodeId, Address>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Readiness> {
  const deadlineNs = process.hrtime.bigint() + BigInt(Math.round(timeoutMs)) * 1_000_000n;
  for (;;) {
    const leftMs = Number(deadlineNs - process.hrtime.bigint()) / 1e6;
    const answer = await attempt(ask, addresses, Math.max(1, Math.min(ATTEMPT_TIMEOUT_MS, leftMs)), signal);
    signal.throwIfAborted();
    if (answer.ready || process.hrtime.bigint() >= deadlineNs) return answer;
    await pause(INTERVAL_MS, signal);
  }
}

async function attempt<Address>(
  ask: (view: AddressedView<Address>) => Promise<Readiness>,
  addresses: ReadonlyMap<NodeId, Address>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Readiness> {
  try {
    return await boundedView(addresses, timeoutMs, signal, ask);
  } catch (error) {
    return { ready: false, waitingFor: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Asks a cluster something. Its signal is aborted after `timeoutMs`; a question that answers what it knows by then is
 * heard, one that ignores the signal is given up a little later. An abort of `signal` gives up at once.
 */
export async function boundedView<T, Address>(
  addresses: ReadonlyMap<NodeId, Address>,
  timeoutMs: number,
  signal: AbortSignal,
  ask: (view: AddressedView<Address>) => Promise<T>,
): Promise<T> {
  const reason = new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError');
  const bound = new AbortController();
  const soft = setTimeout(() => bound.abort(reason), timeoutMs);
  let giveUp = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    giveUp = () => {
      reject(reason);
      bound.abort(reason);
    };
  });
  const hard = setTimeout(giveUp, timeoutMs + GRACE_MS);
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    return await Promise.race([ask({ addresses, signal: bound.signal }), late]);
  } finally {
    clearTimeout(soft);
    clearTimeout(hard);
    signal.removeEventListener('abort', giveUp);
  }
}

/** Resolves after `durationMs`, or at once when `signal` is aborted. */
export function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, durationMs);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
