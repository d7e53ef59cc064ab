import { NO_CLAUSE } from './clauses.ts';
import type { Literal } from './literals.ts';

const UNKNOWN = 0;

/** How much was assigned, and how many demands were met, before a decision. */
interface Decision {
  readonly trail: number;
  readonly demand: number;
}

/** Which literals hold, by which decisions and for which reasons, in the order in which they came to hold. */
export class Assignment {
  /** Per variable: 1 where the even literal holds, -1 where the odd one does. */
  readonly #value: number[] = [];
  /** Per variable, the value it had last. */
  readonly #preferred: number[] = [];
  readonly #depth: number[] = [];
  readonly #reason: number[] = [];
  readonly #decisions: Decision[] = [];
  /** All literals that hold, the latest last. */
  readonly trail: Literal[] = [];

  get variables(): number {
    return this.#value.length;
  }

  /** How many decisions stand. */
  get depth(): number {
    return this.#decisions.length;
  }

  addVariable(): void {
    this.#value.push(UNKNOWN);
    this.#preferred.push(UNKNOWN);
    this.#depth.push(0);
    this.#reason.push(NO_CLAUSE);
  }

  /** Whether the literal holds (1), or its opposite does (-1); 0 for neither. */
  valueOf(literal: Literal): number {
    const value = this.#value[literal >> 1] as number;
    return (literal & 1) === 0 ? value : -value;
  }

  isOpen(literal: Literal): boolean {
    return this.#value[literal >> 1] === UNKNOWN;
  }

  /** Whether it held when its variable last had a value. */
  isPreferred(literal: Literal): boolean {
    return this.#preferred[literal >> 1] === ((literal & 1) === 0 ? 1 : -1);
  }

  /** Whether it holds, or its opposite, whatever is decided. */
  isSettled(literal: Literal): boolean {
    return !this.isOpen(literal) && this.#depth[literal >> 1] === 0;
  }

  /** How many decisions stood when its variable got its value. */
  depthOf(literal: Literal): number {
    return this.#depth[literal >> 1] as number;
  }

  /** The clause that made its variable have its value, or {@link NO_CLAUSE}. */
  reasonOf(literal: Literal): number {
    return this.#reason[literal >> 1] as number;
  }

  assign(literal: Literal, reason: number): void {
    const variable = literal >> 1;
    this.#value[variable] = (literal & 1) === 0 ? 1 : -1;
    this.#depth[variable] = this.#decisions.length;
    this.#reason[variable] = reason;
    this.trail.push(literal);
  }

  /** Notes that a decision follows. `demand`: the first demand that is not yet met. */
  decide(demand: number): void {
    this.#decisions.push({ trail: this.trail.length, demand });
  }

  /**
   * Takes decisions back until only `depth` stand, and all that followed; `onTakenBack` is told how much is left of the trail
   * each time. Returns the demand of the first one taken back, or undefined where there was none.
   */
  backTo(depth: number, onTakenBack: (left: number) => void): number | undefined {
    const first = this.#decisions[depth];
    if (first === undefined) return undefined;
    while (this.trail.length > first.trail) {
      const literal = this.trail.pop() as Literal;
      onTakenBack(this.trail.length);
      this.#preferred[literal >> 1] = this.#value[literal >> 1] as number;
      this.#value[literal >> 1] = UNKNOWN;
    }
    this.#decisions.length = depth;
    return first.demand;
  }
}
