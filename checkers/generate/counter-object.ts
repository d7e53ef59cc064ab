import type { Random } from '../../harness/kernel/random.ts';
import { PHANTOM } from './register-object.ts';
import { callOf, type Call, type SimulatedObject } from './simulated-object.ts';

export type CounterBreak = 'lost' | 'stale' | 'phantom';

export interface CounterObjectOptions {
  readonly random: Random;
  /** Share of reads, in thousandths. */
  readonly readShare: number;
  /** Crashed additions of the whole history: as many lost ones could hide behind them. */
  readonly crashed: number;
  readonly broken: CounterBreak | undefined;
}

/**
 * A counter from 0 with `add` of 1 and `read`; the last operation is a read.
 *
 * Breaks: `lost`: one more acknowledged addition than there are crashed ones never takes effect, so that the last read is
 * too low whatever the crashed ones did. `stale`: a read answers less than what was acknowledged before it began.
 * `phantom`: a read answers more than was ever added.
 */
export class CounterObject implements SimulatedObject {
  breaksDue = 0;
  readonly #options: CounterObjectOptions;
  readonly #forced = new Map<Call, number>();
  readonly #dropped = new Set<Call>();
  #value = 0;
  #acknowledged = 0;
  #stillToDrop = 0;

  constructor(options: CounterObjectOptions) {
    this.#options = options;
  }

  begin(calledAt: number, mustMutate: boolean): Call {
    const { random, readShare, broken } = this.#options;
    if (!mustMutate && random.int(0, 999) < readShare) {
      const read = callOf('read', undefined, null, { mutates: false, calledAt });
      if (this.breaksDue === 0 || broken === 'lost' || this.#acknowledged === 0) return read;
      this.breaksDue--;
      this.#forced.set(read, broken === 'stale' ? this.#acknowledged - 1 : PHANTOM);
      return read;
    }
    const add = callOf('add', undefined, 1, { mutates: true, calledAt });
    if (!mustMutate && broken === 'lost') this.#dropWhereDue(add);
    return add;
  }

  apply(call: Call): void {
    if (call.f === 'read') {
      call.output = this.#forced.get(call) ?? this.#value;
      return;
    }
    call.output = call.input;
    if (!this.#dropped.has(call)) this.#value++;
  }

  returned(call: Call): void {
    if (call.f === 'add') this.#acknowledged++;
  }

  pendingBreaks(): number {
    return this.breaksDue + Math.sign(this.#stillToDrop);
  }

  finalCalls(): number {
    return 1;
  }

  final(calledAt: number): Call {
    return callOf('read', undefined, null, { mutates: false, calledAt });
  }

  #dropWhereDue(add: Call): void {
    if (this.breaksDue > 0) {
      this.breaksDue--;
      this.#stillToDrop += this.#options.crashed + 1;
    }
    if (this.#stillToDrop === 0) return;
    this.#stillToDrop--;
    this.#dropped.add(add);
  }
}
