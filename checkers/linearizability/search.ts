import { ConfigurationCache, fillPending, type Configuration } from './configuration-cache.ts';
import { countDemand } from './demand-counts.ts';
import { NEVER } from './operations.ts';
import { isOutOfReach } from './out-of-reach.ts';
import { SearchFrames } from './search-frames.ts';
import { STEPS_PER_LOOK, type SearchLimits, type SearchResult } from './search-limits.ts';
import { MOST_FOR_LOOK_AHEAD, Shortage } from './shortage.ts';
import type { SearchProblem } from './search-problem.ts';
import { CRASHED_TWIN, Twins } from './twins.ts';

/** Cursor of a frame that ran out of required candidates: the crashed group to try next is `-cursor - CRASHED`. */
const CRASHED = 2;
/** Phase of a frame in which the candidates without a turn of their own are tried. */
const LAST_PHASE = 3;

/**
 * Wing & Gong's search with Lowe's cache, as Porcupine does it, over numbered states.
 *
 * A depth-first search for an order: candidates are the operations invoked before every untaken one returned. What keeps
 * it near-linear on correct histories: observations that fit the current state are taken at once (they change nothing,
 * so doing them now is never worse); an action that would destroy a value which is still needed and can no longer be
 * made is not tried; of operations that do the same only the one that must be over first is tried; crashed operations are tried last, oldest of their kind first, and only where they change something.
 *
 * Exponential in the number of simultaneously open operations in the worst case, hence the limits.
 */
export class Search {
  readonly #problem: SearchProblem;
  readonly #limits: SearchLimits;
  readonly #cache: ConfigurationCache;
  readonly #required: number;
  /** Untaken required operations, linked in order of invocation. Slot `required` is head and tail at once. */
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** Required operations taken, in order, observations included. */
  readonly #trail: Int32Array;
  #trailLength = 0;
  readonly #here: Configuration;
  /** Untaken required operations that need the state, and untaken operations that make it, by state. */
  readonly #needed: Int32Array;
  readonly #makers: Int32Array;
  readonly #shortage: Shortage | undefined;
  readonly #twins: Twins;
  readonly #frames: SearchFrames;
  /** The untaken operation that returns first, and when. */
  #urgent = -1;
  #earliestReturn = NEVER;
  #reached = -1;
  #steps = 0;

  constructor(problem: SearchProblem, limits: SearchLimits) {
    this.#problem = problem;
    this.#limits = limits;
    const required = problem.call.length;
    this.#required = required;
    // About every other operation changes the state, and enters a configuration.
    const expected = required >> 1;
    this.#cache = new ConfigurationCache(limits.cacheBytes, limits.hash, expected);
    this.#frames = new SearchFrames(expected);
    this.#next = new Int32Array(required + 1);
    this.#previous = new Int32Array(required + 1);
    for (let op = 0; op <= required; op++) {
      this.#next[op] = op === required ? 0 : op + 1;
      this.#previous[op] = op === 0 ? required : op - 1;
    }
    if (required === 0) this.#next[0] = 0;
    this.#trail = new Int32Array(required);
    this.#here = {
      state: problem.automaton.initial,
      newest: -1,
      pending: new Int32Array(16),
      pendingCount: 0,
      used: new Int32Array(problem.groupAction.length),
    };
    [this.#needed, this.#makers] = countDemand(problem);
    this.#twins = new Twins(problem);
    this.#shortage =
      problem.demand !== undefined && limits.looksAhead === true && required < MOST_FOR_LOOK_AHEAD
        ? new Shortage(problem, problem.demand.states)
        : undefined;
  }

  run(): SearchResult {
    const maxSteps = this.#limits.maxSteps ?? Infinity;
    this.#settle();
    if (this.#isDone()) return this.#result('valid');
    this.#enter();
    for (;;) {
      if (++this.#steps % STEPS_PER_LOOK === 0) {
        if (this.#steps > maxSteps || this.#limits.nowMs() > this.#limits.deadlineMs) return this.#result('undecided');
      }
      if (this.#advance()) {
        if (this.#isDone()) return this.#result('valid');
      } else {
        if (this.#frames.depth === 1) return this.#result('invalid');
        this.#leave();
      }
    }
  }

  /** How far the search is, where something stopped it from outside. */
  undecided(): SearchResult {
    return this.#result('undecided');
  }

  #result(outcome: SearchResult['outcome']): SearchResult {
    const reached = outcome === 'valid' ? NEVER : this.#reached;
    return { outcome, reached, steps: this.#steps, configurations: this.#cache.admitted };
  }

  #isDone(): boolean {
    return this.#trailLength === this.#required;
  }

  /** Takes every observation that fits the current state, and finds the earliest return among what is left. */
  #settle(): void {
    const { call, ret, action, isPure, automaton } = this.#problem;
    const { state } = this.#here;
    const end = this.#required;
    let earliest = NEVER;
    let op = this.#next[end] as number;
    while (op !== end && (call[op] as number) < earliest) {
      const what = action[op] as number;
      const following = this.#next[op] as number;
      if (isPure[what] === 1 && automaton.step(state, what) >= 0) this.#take(op);
      else if ((ret[op] as number) < earliest) [earliest, this.#urgent] = [ret[op] as number, op];
      op = following;
    }
    this.#earliestReturn = earliest;
    if (earliest > this.#reached) this.#reached = earliest;
  }

  #take(op: number): void {
    const next = this.#next[op] as number;
    const previous = this.#previous[op] as number;
    this.#next[previous] = next;
    this.#previous[next] = previous;
    this.#trail[this.#trailLength++] = op;
    if (op > this.#here.newest) this.#here.newest = op;
    this.#count(this.#problem.action[op] as number, -1, true);
    this.#shortage?.take(op);
  }

  /** Undoes takes, newest first, until the trail has the given length. */
  #untakeDownTo(length: number): void {
    while (this.#trailLength > length) {
      const op = this.#trail[--this.#trailLength] as number;
      this.#next[this.#previous[op] as number] = op;
      this.#previous[this.#next[op] as number] = op;
      this.#count(this.#problem.action[op] as number, 1, true);
      this.#shortage?.untake(op);
    }
  }

  #count(action: number, by: number, isRequired: boolean): void {
    const { demand } = this.#problem;
    if (demand === undefined) return;
    const needs = demand.needs[action] as number;
    const makes = demand.makes[action] as number;
    if (isRequired && needs >= 0) this.#needed[needs] = (this.#needed[needs] as number) + by;
    if (!isRequired) this.#shortage?.crashed(makes, by);
    if (makes >= 0) this.#makers[makes] = (this.#makers[makes] as number) + by;
  }

  /** Pushes a frame for the current configuration. */
  #enter(): void {
    const { order, salt = 0 } = this.#limits;
    const phase = order === 'urgent' ? 0 : salt === 0 ? LAST_PHASE : LAST_PHASE - 1;
    const { state, newest } = this.#here;
    const first = this.#next[this.#required] as number;
    this.#frames.push(first, this.#trailLength, state, newest, this.#earliestReturn, this.#urgent, phase);
  }

  /** Tries the next candidate of the top frame that leads somewhere new. False when it has none left. */
  #advance(): boolean {
    const frames = this.#frames;
    const here = this.#here;
    for (;;) {
      this.#steps++;
      const crashed = frames.cursor <= -CRASHED;
      const to = crashed ? this.#nextCrashed() : this.#nextRequired();
      if (to < 0) {
        if (crashed) return false;
        frames.cursor = -CRASHED;
        continue;
      }
      here.state = to;
      this.#settle();
      if (this.#isDone()) return true;
      fillPending(here, this.#next);
      if (!this.#isHopeless(to) && this.#cache.admit(here)) {
        this.#enter();
        return true;
      }
      this.#restore();
    }
  }

  /** Takes the next possible required operation and answers the state it leads to, or -1. */
  #nextRequired(): number {
    const { call, action, isPure, automaton } = this.#problem;
    const frames = this.#frames;
    const state = this.#here.state;
    this.#twins.look(this.#next, frames.earliestReturn);
    for (;;) {
      const op = frames.cursor;
      if (op === this.#required || (call[op] as number) >= frames.earliestReturn) {
        if (frames.phase === LAST_PHASE) return -1;
        frames.phase++;
        frames.cursor = this.#next[this.#required] as number;
        continue;
      }
      frames.cursor = this.#next[op] as number;
      const what = action[op] as number;
      // Observations that fit were taken already; those that do not fit now wait for another state.
      if (isPure[what] === 1 || !this.#isInPhase(op, what) || !this.#mayReplace(state, what, true)) continue;
      if (this.#twins.hasBetter(op, what)) continue;
      const to = automaton.step(state, what);
      if (to < 0) continue;
      this.#take(op);
      return to;
    }
  }

  /** Whether it is the candidate's turn: each has one in exactly one phase. */
  #isInPhase(op: number, action: number): boolean {
    const { phase, urgent } = this.#frames;
    const { order, salt = 0 } = this.#limits;
    if (order === 'urgent') {
      if (op === urgent) return phase === 0;
      if (this.#serves(action, urgent)) return phase === 1;
    }
    const isHeld = salt === 0 || (Math.imul(op ^ salt, 0x9e3779b1) & 0x40000000) === 0;
    return phase === (isHeld ? LAST_PHASE : LAST_PHASE - 1);
  }

  /** Whether the action makes the state that the urgent operation needs. */
  #serves(what: number, urgent: number): boolean {
    const { demand, action } = this.#problem;
    if (demand === undefined) return false;
    const needed = demand.needs[action[urgent] as number] as number;
    return needed >= 0 && demand.makes[what] === needed;
  }

  /** Takes the next useful crashed operation and answers the state it leads to, or -1. */
  #nextCrashed(): number {
    const { groupAction, groupStart, optionalCall, automaton, demand } = this.#problem;
    const frames = this.#frames;
    const { state, used } = this.#here;
    this.#twins.look(this.#next, frames.earliestReturn);
    for (let group = -frames.cursor - CRASHED; group < groupAction.length; group++) {
      const at = (groupStart[group] as number) + (used[group] as number);
      if (at >= (groupStart[group + 1] as number) || (optionalCall[at] as number) >= frames.earliestReturn) continue;
      const what = groupAction[group] as number;
      if (!this.#mayReplace(state, what, false) || this.#twins.hasBetter(CRASHED_TWIN, what)) continue;
      const to = automaton.step(state, what);
      // A crashed operation that changes nothing is never needed.
      if (to < 0 || to === state) continue;
      if (demand?.crashedServeReads === true && (this.#needed[to] as number) === 0) continue;
      frames.cursor = -CRASHED - group - 1;
      frames.crashedGroup = group;
      used[group] = (used[group] as number) + 1;
      this.#count(what, -1, false);
      return to;
    }
    return -1;
  }

  /** False where the action would destroy a value that is still needed and that nobody can make again. */
  #mayReplace(state: number, action: number, isRequired: boolean): boolean {
    const { demand } = this.#problem;
    if (demand === undefined || (this.#makers[state] as number) > 0) return true;
    const own = isRequired && demand.needs[action] === state ? 1 : 0;
    return (this.#needed[state] as number) - own === 0;
  }

  /** Whether some untaken operation can surely not be served any more. */
  #isHopeless(state: number): boolean {
    if (this.#shortage?.isCertain(state, this.#next) === true) return true;
    return isOutOfReach(this.#problem, this.#next, this.#here, this.#earliestReturn);
  }

  /** Undoes what the top frame took last. */
  #restore(): void {
    const frames = this.#frames;
    const group = frames.crashedGroup;
    if (group >= 0) {
      this.#here.used[group] = (this.#here.used[group] as number) - 1;
      this.#count(this.#problem.groupAction[group] as number, 1, false);
      frames.crashedGroup = -1;
    }
    this.#untakeDownTo(frames.trailLength);
    this.#here.state = frames.state;
    this.#here.newest = frames.newest;
  }

  #leave(): void {
    this.#frames.pop();
    this.#restore();
  }
}
