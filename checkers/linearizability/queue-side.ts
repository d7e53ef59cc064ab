import { NEVER } from './operations.ts';

/** An insertion or a removal; crashed ones return {@link NEVER}. */
export interface SideOperation {
  /** Its number, or -1 for a removal of any value. */
  readonly value: number;
  readonly call: number;
  readonly ret: number;
}

/** Which operations of a side have happened. */
export interface Taken {
  /** The newest answered operation among them, and the older answered ones that are not. */
  readonly newest: number;
  readonly left: readonly number[];
  /** How many crashed ones of each value: `[value, count]`, by value. */
  readonly crashed: readonly (readonly [value: number, count: number])[];
  /** The earliest return of an answered one that is not: later nothing may happen. {@link NEVER} where there is none. */
  readonly until: number;
  /** Different for different operations. */
  readonly name: string;
}

/** An operation that may be next. */
export interface Candidate extends SideOperation {
  /** The answered operation, or -1 for a crashed one. */
  readonly number: number;
}

/** The insertions or the removals of a queue. */
export class QueueSide {
  /** In order of invocation. */
  readonly #answered: readonly SideOperation[];
  /** Invocations of crashed ones by value, oldest first. */
  readonly #crashed = new Map<number, number[]>();

  /** `operations` in order of invocation. */
  constructor(operations: readonly SideOperation[]) {
    this.#answered = operations.filter(({ ret }) => ret !== NEVER);
    for (const { value, call, ret } of operations) {
      if (ret !== NEVER) continue;
      const alike = this.#crashed.get(value);
      if (alike === undefined) this.#crashed.set(value, [call]);
      else alike.push(call);
    }
  }

  nothing(): Taken {
    return this.#taken(-1, [], []);
  }

  hasAllOf({ newest, left }: Taken): boolean {
    return left.length === 0 && newest === this.#answered.length - 1;
  }

  /**
   * What may be next, at a time at the earliest: of each value the answered operation that must be over first among those that have
   * begun, and such that begin later but must be over sooner; and crashed ones where no answered one of the value has begun.
   */
  candidates(taken: Taken, time: number, value: number | undefined): readonly Candidate[] {
    const { until } = taken;
    const found: Candidate[] = [];
    /** Of each value the place of the latest candidate. */
    const latest = new Map<number, number>();
    const look = (number: number): void => {
      const operation = this.#answered[number] as SideOperation;
      if (value !== undefined && operation.value !== value) return;
      const at = latest.get(operation.value);
      const known = at === undefined ? undefined : (found[at] as Candidate);
      if (known !== undefined && known.ret <= operation.ret) return;
      const candidate = { number, ...operation };
      if (known !== undefined && at !== undefined && operation.call <= time) found[at] = candidate;
      else {
        latest.set(operation.value, found.length);
        found.push(candidate);
      }
    };
    for (const number of taken.left) look(number);
    for (let number = taken.newest + 1; number < this.#answered.length; number++) {
      if ((this.#answered[number] as SideOperation).call > until) break;
      look(number);
    }
    const answered = found.slice();
    for (const [kind, calls] of this.#crashed) {
      if (value !== undefined && kind !== value && kind >= 0) continue;
      const used = taken.crashed.find(([of]) => of === kind)?.[1] ?? 0;
      const call = calls[used];
      if (call === undefined || call > until) continue;
      const stands = kind >= 0 ? kind : value;
      if (answered.some((other) => other.value === stands && other.call <= Math.max(time, call))) continue;
      found.push({ number: -1, value: kind, call, ret: NEVER });
    }
    return found;
  }

  /** About how many operations {@link candidates} looks at. */
  lookedAt({ left }: Taken): number {
    return 1 + left.length + this.#crashed.size;
  }

  take({ newest, left, crashed }: Taken, { number, value }: Candidate): Taken {
    if (number < 0) {
      const others = crashed.filter(([of]) => of !== value);
      const used = crashed.find(([of]) => of === value)?.[1] ?? 0;
      return this.#taken(
        newest,
        left,
        [...others, [value, used + 1] as const].sort(([a], [b]) => a - b),
      );
    }
    if (number < newest)
      return this.#taken(
        newest,
        left.filter((other) => other !== number),
        crashed,
      );
    const skipped = Array.from({ length: number - newest - 1 }, (_, index) => newest + 1 + index);
    return this.#taken(number, [...left, ...skipped], crashed);
  }

  #taken(newest: number, left: Taken['left'], crashed: Taken['crashed']): Taken {
    let until = NEVER;
    for (const number of left) until = Math.min(until, (this.#answered[number] as SideOperation).ret);
    for (let number = newest + 1; number < this.#answered.length; number++) {
      const { call, ret } = this.#answered[number] as SideOperation;
      if (call > until) break;
      until = Math.min(until, ret);
    }
    return { newest, left, crashed, until, name: `${newest},${left.join()};${crashed.join()}` };
  }
}
