import type { Model, ModelOp } from '../../harness/kernel/model.ts';
import type { Automaton } from './search-problem.ts';

/** A check that must end without an answer; `message` says which limit it met. */
export class BudgetSpent extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BudgetSpent';
  }
}

/** Watches over a model's steps. */
export interface StepLimits {
  readonly nowMs: () => number;
  readonly deadlineMs: number;
  /** For states and remembered steps. */
  readonly bytes: number;
}

const UNKNOWN = -2;
const IMPOSSIBLE = -1;
/** With so many actions a row per state gets too long, and steps are remembered in a table of fixed size. */
const MOST_ROW_ACTIONS = 512;
const TABLE_SLOTS = 1 << 18;
/** About what one state costs besides its identity. */
const STATE_BYTES = 160;

/**
 * A model as a search sees it: states get numbers, and each step is asked of the model once (or, where states and actions
 * are many, seldom more than once).
 */
export class ModelAutomaton implements Automaton {
  readonly initial: number;
  readonly #model: Model<unknown>;
  readonly #actions: readonly ModelOp[];
  readonly #limits: StepLimits;
  readonly #states: unknown[] = [];
  readonly #numbers = new Map<string | number, number>();
  readonly #rows: Int32Array[] | undefined;
  /** Without rows: [state, action, result] by hash; a newcomer takes the place. */
  readonly #table: Int32Array;
  #bytes = 0;

  constructor(model: Model<unknown>, actions: readonly ModelOp[], limits: StepLimits) {
    this.#model = model;
    this.#actions = actions;
    this.#limits = limits;
    this.#rows = actions.length <= MOST_ROW_ACTIONS ? [] : undefined;
    this.#table = this.#rows === undefined ? new Int32Array(3 * TABLE_SLOTS).fill(UNKNOWN) : new Int32Array(0);
    this.initial = this.#numberOf(model.init());
  }

  /** Throws {@link BudgetSpent}: a model may take its time over one step. */
  step(state: number, action: number): number {
    return this.#rows === undefined ? this.#stepByTable(state, action) : this.#stepByRow(this.#rows, state, action);
  }

  /** The state behind a number. */
  stateOf(number: number): unknown {
    return this.#states[number];
  }

  #stepByRow(rows: Int32Array[], state: number, action: number): number {
    const row = rows[state] as Int32Array;
    const known = row[action] as number;
    if (known !== UNKNOWN) return known;
    const result = this.#ask(state, action);
    row[action] = result;
    return result;
  }

  #stepByTable(state: number, action: number): number {
    const table = this.#table;
    const hash = Math.imul(state ^ Math.imul(action, 0x9e3779b1), 0x85ebca6b);
    const at = 3 * ((hash ^ (hash >>> 15)) & (TABLE_SLOTS - 1));
    if (table[at] === state && table[at + 1] === action) return table[at + 2] as number;
    const result = this.#ask(state, action);
    table[at] = state;
    table[at + 1] = action;
    table[at + 2] = result;
    return result;
  }

  #ask(state: number, action: number): number {
    if (this.#limits.nowMs() > this.#limits.deadlineMs) throw new BudgetSpent('time');
    const next = this.#model.step(this.#states[state], this.#actions[action] as ModelOp);
    return next === undefined ? IMPOSSIBLE : this.#numberOf(next);
  }

  #numberOf(state: unknown): number {
    const identity = this.#model.identity(state);
    const known = this.#numbers.get(identity);
    if (known !== undefined) return known;
    const number = this.#states.length;
    this.#bytes += STATE_BYTES + (typeof identity === 'string' ? 4 * identity.length : 0);
    if (this.#rows !== undefined) {
      this.#rows.push(new Int32Array(this.#actions.length).fill(UNKNOWN));
      this.#bytes += 4 * this.#actions.length;
    }
    if (this.#bytes > this.#limits.bytes) throw new BudgetSpent('memory');
    this.#states.push(state);
    this.#numbers.set(identity, number);
    return number;
  }
}
