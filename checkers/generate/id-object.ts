import { callOf, type Call, type SimulatedObject } from './simulated-object.ts';

/**
 * A source of unique ids: `generate` answers the next whole number.
 *
 * Breaks: `duplicate`: an operation is given an id that another one had been answered.
 */
export class IdObject implements SimulatedObject {
  breaksDue = 0;
  readonly #repeats = new Set<Call>();
  #next = 0;
  #lastGiven: number | undefined;

  begin(calledAt: number, mustMutate: boolean): Call {
    const call = callOf('generate', undefined, null, { mutates: true, calledAt });
    if (!mustMutate && this.breaksDue > 0 && this.#lastGiven !== undefined) {
      this.breaksDue--;
      this.#repeats.add(call);
    }
    return call;
  }

  apply(call: Call): void {
    call.output = this.#repeats.has(call) && this.#lastGiven !== undefined ? this.#lastGiven : ++this.#next;
  }

  returned(call: Call): void {
    this.#lastGiven = call.output as number;
  }

  pendingBreaks(): number {
    return this.breaksDue;
  }

  finalCalls(): number {
    return 0;
  }

  final(calledAt: number): Call {
    return this.begin(calledAt, true);
  }
}
