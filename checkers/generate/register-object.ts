import type { Random } from '../../harness/kernel/random.ts';
import { NEVER, callOf, type Call, type SimulatedObject } from './simulated-object.ts';

/** A value that no simulated client writes. */
export const PHANTOM = 2_000_000_007;

/** How many acknowledged writes of a key are remembered for finding an overwritten one. */
const REMEMBERED = 512;

export type RegisterBreak = 'stale' | 'phantom' | 'lost';

export interface RegisterObjectOptions {
  readonly random: Random;
  /** One register without key, or this many with keys 0, 1, ... */
  readonly keys: number;
  /** Shares of reads and of compare-and-sets, in thousandths; the rest are writes. */
  readonly readShare: number;
  readonly casShare: number;
  /** Writes draw from 0 up to this; undefined: every written value is unique. */
  readonly distinctValues: number | undefined;
  readonly broken: RegisterBreak | undefined;
}

interface RegisterState {
  value: number | null;
  /** Acknowledged operations that wrote, in order of their return. */
  readonly writes: Call[];
}

/**
 * Registers with read, write and compare-and-set.
 *
 * Breaks: `stale`: a read answers a value that an acknowledged write had replaced before the read began. `phantom`: a read
 * answers what nobody wrote. `lost`: a compare-and-set succeeds on a value that had been replaced before it began, so
 * that what replaced it is lost.
 */
export class RegisterObject implements SimulatedObject {
  breaksDue = 0;
  readonly #options: RegisterObjectOptions;
  readonly #registers: RegisterState[];
  readonly #forced = new Map<Call, number>();
  #lastUnique = 0;

  constructor(options: RegisterObjectOptions) {
    this.#options = options;
    this.#registers = Array.from({ length: options.keys }, () => ({ value: null, writes: [] }));
  }

  begin(calledAt: number, mustMutate: boolean): Call {
    const { random, keys, readShare, casShare } = this.#options;
    const key = keys === 1 ? undefined : random.int(0, keys - 1);
    const die = random.int(mustMutate ? readShare : 0, 999);
    if (die < readShare) return this.#brokenRead(callOf('read', key, null, { mutates: false, calledAt }));
    const to = this.#nextValue();
    if (die >= readShare + casShare) return callOf('write', key, to, { mutates: true, calledAt });
    // What it compares with is decided when it takes effect; this is what one that never does shows.
    const from = this.#registers[key ?? 0]?.value ?? 0;
    const cas = callOf('cas', key, [from, to], { mutates: true, calledAt });
    return mustMutate ? cas : this.#brokenCas(cas);
  }

  apply(call: Call): void {
    const register = this.#registerOf(call);
    const forced = this.#forced.get(call);
    if (call.f === 'read') call.output = forced ?? register.value;
    else if (call.f === 'write') {
      register.value = call.input as number;
      call.output = call.input;
    } else this.#applyCas(call, register, forced);
  }

  returned(call: Call): void {
    if (!call.mutates || call.outcome === 'fail') return;
    const { writes } = this.#registerOf(call);
    writes.push(call);
    if (writes.length > 2 * REMEMBERED) writes.splice(0, REMEMBERED);
  }

  pendingBreaks(): number {
    return this.breaksDue;
  }

  finalCalls(): number {
    return 0;
  }

  final(calledAt: number): Call {
    return callOf('read', undefined, null, { mutates: false, calledAt });
  }

  #applyCas(call: Call, register: RegisterState, forced: number | undefined): void {
    const to = writtenBy(call);
    // Where nothing was written yet there is nothing to compare with; a failed one names another value.
    const succeeds = register.value !== null && this.#options.random.chance(3, 4);
    const from = forced ?? (succeeds ? register.value : this.#otherThan(register.value));
    call.input = [from, to];
    call.output = call.input;
    if (forced !== undefined || from === register.value) register.value = to;
    else call.outcome = 'fail';
  }

  #otherThan(value: number | null): number {
    const { distinctValues, random } = this.#options;
    const drawn = distinctValues === undefined ? -1 : random.int(0, distinctValues - 1);
    return drawn === value ? -1 : drawn;
  }

  #nextValue(): number {
    const { distinctValues, random } = this.#options;
    return distinctValues === undefined ? ++this.#lastUnique : random.int(0, distinctValues - 1);
  }

  #brokenRead(call: Call): Call {
    if (this.breaksDue === 0) return call;
    const { broken } = this.#options;
    const answer = broken === 'phantom' ? PHANTOM : broken === 'stale' ? this.#replacedValue(call) : undefined;
    return this.#force(call, answer);
  }

  #brokenCas(call: Call): Call {
    if (this.breaksDue === 0 || this.#options.broken !== 'lost') return call;
    return this.#force(call, this.#replacedValue(call));
  }

  #force(call: Call, value: number | undefined): Call {
    if (value === undefined) return call;
    this.#forced.set(call, value);
    this.breaksDue--;
    return call;
  }

  /** A value whose acknowledged write lies wholly before another one that is acknowledged already. */
  #replacedValue(call: Call): number | undefined {
    const { writes } = this.#registerOf(call);
    const lastCall = writes.reduce((latest, write) => Math.max(latest, write.calledAt), -NEVER);
    const replaced = writes.findLast((write) => write.returnedAt < lastCall);
    return replaced === undefined ? undefined : writtenBy(replaced);
  }

  #registerOf(call: Call): RegisterState {
    return this.#registers[typeof call.key === 'number' ? call.key : 0] as RegisterState;
  }
}

function writtenBy(call: Call): number {
  return (Array.isArray(call.input) ? call.input[1] : call.input) as number;
}
