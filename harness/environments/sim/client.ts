import type { ClientBinding, ClientSession, OpenResult } from '../../kernel/client.ts';
import type { Invocation } from '../../kernel/op.ts';
import { NOT_SENT, fail, info, type Outcome } from '../../kernel/outcome.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { Random } from '../../kernel/random.ts';
import type { RequestCodec } from '../../kernel/target.ts';
import { drawDelayNs, type DelayDistribution } from './latency.ts';
import type { SimMachine } from './machine.ts';
import type { SimProcess } from './sim-process.ts';
import type { VirtualScheduler } from './virtual-scheduler.ts';

/** What a client's connection is made of. */
export interface ClientLink {
  readonly machine: SimMachine;
  readonly codec: RequestCodec;
  readonly scheduler: VirtualScheduler;
  readonly delay: DelayDistribution;
  /** The connection's own stream. */
  readonly random: Random;
}

/**
 * Connects over a simulated link, which takes a round trip. A node without a process refuses; a paused one accepts, as
 * an operating system does for it.
 */
export function openSimSession(
  link: ClientLink,
  binding: ClientBinding,
  deadlineMs: number,
  opened: (result: OpenResult) => void,
): void {
  const { scheduler, machine } = link;
  const outNs = drawDelayNs(link.delay, link.random);
  const backNs = drawDelayNs(link.delay, link.random);
  if (outNs + backNs > deadlineMs * 1e6) {
    const message = `no connection to ${binding.node} within ${deadlineMs} ms`;
    scheduler.after(deadlineMs * 1e6, () => opened({ error: { code: NOT_SENT, message } }));
    return;
  }
  scheduler.after(outNs, () => {
    const process = machine.process;
    const result: OpenResult =
      process === undefined
        ? { error: { code: NOT_SENT, message: `${binding.node} refuses connections` } }
        : { session: new SimSession(link, process) };
    scheduler.after(backNs, () => opened(result));
  });
}

/** The one operation that a session may have open. */
interface OpenOperation {
  readonly complete: (outcome: Outcome) => void;
  forget: () => void;
}

/** A connection to one process; it breaks when that process dies. */
class SimSession implements ClientSession {
  readonly #link: ClientLink;
  readonly #process: SimProcess;
  readonly #unwatch: () => void;
  #operation: OpenOperation | undefined;
  #state: 'open' | 'reset' | 'closed' = 'open';

  constructor(link: ClientLink, process: SimProcess) {
    this.#link = link;
    this.#process = process;
    this.#unwatch = link.machine.watchDeath(() => this.#after(() => this.#reset()));
  }

  start(invocation: Invocation, _deadlineMs: number, complete: (outcome: Outcome) => void): void {
    if (this.#state !== 'open' || this.#operation !== undefined) {
      const why = this.#state === 'open' ? 'the session has an operation open' : 'the connection is closed';
      this.#link.scheduler.after(0, () => complete(fail(NOT_SENT, why)));
      return;
    }
    let request: JsonValue;
    try {
      request = this.#link.codec.encode(invocation);
    } catch (error) {
      this.#link.scheduler.after(0, () => complete(fail('unsupported', messageOf(error))));
      return;
    }
    const operation: OpenOperation = { complete, forget: () => undefined };
    this.#operation = operation;
    this.#after(() => {
      // A dead process answers nothing; the reset that its death sent is on its way.
      if (this.#operation !== operation) return;
      operation.forget = this.#process.request(request, (response) =>
        this.#after(() => this.#finish(operation, () => this.#link.codec.decode(invocation, response))),
      );
    });
  }

  close(): void {
    this.#state = 'closed';
    this.#unwatch();
    this.#operation?.forget();
    this.#operation = undefined;
  }

  #reset(): void {
    if (this.#state !== 'open') return;
    this.#state = 'reset';
    const operation = this.#operation;
    if (operation !== undefined) this.#finish(operation, () => info('reset', 'the node died with the request open'));
  }

  #finish(operation: OpenOperation, outcome: () => Outcome): void {
    if (this.#operation !== operation) return;
    this.#operation = undefined;
    operation.complete(attempt(outcome));
  }

  /** One way over the client's link. */
  #after(arrive: () => void): void {
    this.#link.scheduler.after(drawDelayNs(this.#link.delay, this.#link.random), arrive);
  }
}

/** An answer that cannot be read says nothing about what happened. */
function attempt(outcome: () => Outcome): Outcome {
  try {
    return outcome();
  } catch (error) {
    return info('unreadable', messageOf(error));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
