import { firstWhere } from '../../harness/kernel/bounds.ts';
import { NO_PAIR, NULL_CODE, TYPE_FAIL, TYPE_INVOKE, TYPE_OK, type History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';

/** A read that did not see an update which had been acknowledged before it began. */
export interface StaleRead {
  /** Entry index of its invocation. */
  readonly invocation: number;
  /** Acknowledged updates that certainly came after the value read and were over before the read began. */
  readonly versionsBehind: number;
  /** Time from the first such acknowledgement to the begin of the read. */
  readonly behindNs: number;
}

/** How old the reads of a register history were. */
export interface StaleReads {
  /** Reads answered `ok`. */
  readonly reads: number;
  readonly stale: readonly StaleRead[];
  /** Invocations of reads that returned what nobody had tried to write by then. */
  readonly contradicted: readonly number[];
}

/**
 * Finds the reads of registers (`read`, `write`, `cas` with `[expected, new]`) that were certainly stale: a lower bound,
 * which no assumption about the order of concurrent operations enters. Undefined where the history is not about
 * registers. O(n log n) plus the versions that stale reads are behind.
 */
export function staleReads(history: History): StaleReads | undefined {
  if (!history.fNames.includes('read') || !history.fNames.includes('write')) return undefined;
  const registers = new Map<number, Register>();
  const reads: Read[] = [];
  const { type, f, key, pair, value, timeNs } = history.columns;
  for (let entry = 0; entry < history.length; entry++) {
    if (type[entry] !== TYPE_INVOKE) continue;
    const completion = pair[entry] ?? NO_PAIR;
    const outcome = completion === NO_PAIR ? undefined : type[completion];
    const name = history.fNames[f[entry] ?? 0];
    const keyCode = key[entry] ?? 0;
    if (name === 'read') {
      if (outcome === TYPE_OK)
        reads.push({ entry, key: keyCode, value: history.decode(value[completion] ?? NULL_CODE) });
      continue;
    }
    const written = outcome === TYPE_FAIL ? undefined : writtenBy(name, history.decode(value[entry] ?? NULL_CODE));
    if (written === undefined) continue;
    let register = registers.get(keyCode);
    if (register === undefined) registers.set(keyCode, (register = new Register()));
    const endNs = outcome === TYPE_OK ? (timeNs[completion] ?? 0) : Infinity;
    register.add(written, timeNs[entry] ?? 0, endNs);
  }
  const stale: StaleRead[] = [];
  const contradicted: number[] = [];
  for (const read of reads) {
    const judged = (registers.get(read.key) ?? EMPTY).judge(read, history);
    if (judged === 'contradicted') contradicted.push(read.entry);
    else if (judged !== undefined) stale.push(judged);
  }
  return { reads: reads.length, stale, contradicted };
}

interface Read {
  readonly entry: number;
  readonly key: number;
  readonly value: JsonValue | undefined;
}

function writtenBy(f: string | undefined, argument: JsonValue | undefined): JsonValue | undefined {
  if (f === 'write') return argument;
  return f === 'cas' && Array.isArray(argument) ? argument[1] : undefined;
}

/** All updates of one register that may have happened. */
class Register {
  /** By value: first begin and last end of the updates that wrote it. An unknown end is `Infinity`. */
  readonly #values = new Map<JsonValue, { startNs: number; endNs: number }>();
  readonly #acknowledged: { startNs: number; endNs: number }[] = [];
  #sorted = true;

  add(value: JsonValue, startNs: number, endNs: number): void {
    const known = this.#values.get(value);
    if (known === undefined) this.#values.set(value, { startNs, endNs });
    else known.endNs = Math.max(known.endNs, endNs);
    if (endNs === Infinity) return;
    this.#acknowledged.push({ startNs, endNs });
    this.#sorted = false;
  }

  judge({ entry, value }: Read, history: History): StaleRead | 'contradicted' | undefined {
    const { timeNs, pair } = history.columns;
    const readStartNs = timeNs[entry] ?? 0;
    const readEndNs = timeNs[pair[entry] ?? 0] ?? 0;
    const written = value === undefined ? undefined : this.#values.get(value);
    // Nothing at all is what a register holds before its first update.
    if (written === undefined && value !== null) return 'contradicted';
    if (written !== undefined && written.startNs > readEndNs) return 'contradicted';
    const writtenByNs = written?.endNs ?? -Infinity;
    let versionsBehind = 0;
    let replacedNs = Infinity;
    for (let slot = this.#endedBefore(readStartNs) - 1; slot >= 0; slot--) {
      const update = this.#acknowledged[slot];
      if (update === undefined || update.endNs <= writtenByNs) break;
      if (update.startNs <= writtenByNs) continue;
      versionsBehind++;
      replacedNs = Math.min(replacedNs, update.endNs);
    }
    return versionsBehind === 0 ? undefined : { invocation: entry, versionsBehind, behindNs: readStartNs - replacedNs };
  }

  /** Number of acknowledged updates that ended before a time. */
  #endedBefore(ns: number): number {
    if (!this.#sorted) this.#acknowledged.sort((left, right) => left.endNs - right.endNs);
    this.#sorted = true;
    return firstWhere(0, this.#acknowledged.length, (at) => (this.#acknowledged[at]?.endNs ?? Infinity) >= ns);
  }
}

const EMPTY = new Register();
