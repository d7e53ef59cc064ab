import { TYPE_FAIL, TYPE_OK } from '../../harness/kernel/history.ts';
import type { JsonObject } from '../../harness/kernel/json.ts';
import type { Operations } from '../judging/operations.ts';
import { quantilesOf } from '../judging/quantiles.ts';

/** The code of a `fail` that is an answer: the operation's own condition (of a compare-and-set) was false. */
const PRECONDITION = 'precondition';

/** Whether the system answered: `ok`, or said that the operation's precondition is false. */
export function isAnswered(operations: Operations, invocation: number): boolean {
  const outcome = operations.outcome(invocation);
  return outcome === TYPE_OK || (outcome === TYPE_FAIL && operations.errorCode(invocation) === PRECONDITION);
}

/** Outcomes and latencies of some of a history's operations. */
export class OperationTally {
  #ok = 0;
  #fail = 0;
  #info = 0;
  #answered = 0;
  readonly #latenciesNs: number[] = [];

  count(operations: Operations, invocation: number): void {
    const outcome = operations.outcome(invocation);
    if (isAnswered(operations, invocation)) this.#answered++;
    if (outcome === TYPE_FAIL) this.#fail++;
    else if (outcome !== TYPE_OK) this.#info++;
    else {
      this.#ok++;
      if (operations.hasTimes)
        this.#latenciesNs.push((operations.endNs(invocation) ?? 0) - operations.startNs(invocation));
    }
  }

  /** `{ ok, fail, info, availability, latencyMs }`; availability is 0 to 1; no latency where nothing was `ok` or nothing has a time. */
  summary(): JsonObject {
    const total = this.#ok + this.#fail + this.#info;
    const counts = { ok: this.#ok, fail: this.#fail, info: this.#info, availability: round(this.#answered / total) };
    return this.#latenciesNs.length === 0 ? counts : { ...counts, latencyMs: latencyQuantiles(this.#latenciesNs) };
  }
}

/** Quantiles by nearest rank, in milliseconds. `latenciesNs` must not be empty. */
export function latencyQuantiles(latenciesNs: readonly number[]): JsonObject {
  const quantile = quantilesOf(latenciesNs);
  const at = (share: number): number => round(quantile(share) / 1e6);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
