import type { JsonValue } from '../../harness/kernel/json.ts';
import { PHANTOM } from './register-object.ts';
import { callOf, NEVER, type Call, type SimulatedObject } from './simulated-object.ts';

export type SetBreak = 'lost' | 'stale' | 'phantom' | 'duplicate' | 'aborted';

export interface SetObjectOptions {
  /** One of this many operations is a read: a read answers everything, so few make a history big. */
  readonly readEvery: number;
  readonly broken: SetBreak | undefined;
}

/**
 * One set with `add` of unique elements and `read` of them all; the last operation is a read.
 *
 * Breaks: `lost`: an acknowledged element is in no later read. `stale`: one read misses an element that was acknowledged
 * before the read began. `phantom`: a read has an element that nobody added. `duplicate`: a read has an element twice.
 * `aborted`: an element whose add failed is there.
 */
export class SetObject implements SimulatedObject {
  breaksDue = 0;
  readonly #options: SetObjectOptions;
  readonly #elements: number[] = [];
  readonly #broken = new Set<Call>();
  readonly #missing = new Map<Call, JsonValue>();
  #begun = 0;
  #lastAcknowledged: JsonValue = null;

  constructor(options: SetObjectOptions) {
    this.#options = options;
  }

  begin(calledAt: number, mustMutate: boolean): Call {
    const { broken, readEvery } = this.#options;
    const number = ++this.#begun;
    const isRead = !mustMutate && number % readEvery === 0;
    const call = isRead
      ? callOf('read', undefined, null, { mutates: false, calledAt })
      : callOf('add', undefined, number, { mutates: true, calledAt });
    const breaksHere = !mustMutate && this.breaksDue > 0 && isRead === (broken !== 'lost' && broken !== 'aborted');
    if (breaksHere && (isRead ? this.#lastAcknowledged !== null : true)) {
      this.breaksDue--;
      this.#broken.add(call);
      this.#missing.set(call, this.#lastAcknowledged);
    }
    return call;
  }

  apply(call: Call): void {
    const isBroken = this.#broken.has(call);
    if (call.f === 'read') call.output = isBroken ? this.#brokenRead(call) : [...this.#elements];
    else {
      const isAborted = isBroken && this.#options.broken === 'aborted';
      if (!isBroken || isAborted) this.#elements.push(call.input as number);
      if (isAborted) call.outcome = 'fail';
      call.output = call.input;
    }
  }

  returned(call: Call): void {
    if (call.f === 'add' && !this.#broken.has(call)) this.#lastAcknowledged = call.input;
  }

  pendingBreaks(): number {
    return this.breaksDue;
  }

  finalCalls(): number {
    return 1;
  }

  final(calledAt: number): Call {
    return callOf('read', undefined, null, { mutates: false, calledAt });
  }

  #brokenRead(call: Call): JsonValue {
    const missing = this.#missing.get(call) ?? NEVER;
    const { broken } = this.#options;
    if (broken === 'stale') return this.#elements.filter((element) => element !== missing);
    return [...this.#elements, broken === 'duplicate' ? missing : PHANTOM];
  }
}
