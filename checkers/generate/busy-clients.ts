import { HarnessError } from '../../harness/kernel/harness-error.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { OpDraft } from '../../harness/kernel/op.ts';
import type { Random } from '../../harness/kernel/random.ts';
import { HistoryBuilder } from '../../harness/history/index.ts';
import { EventHeap } from './event-heap.ts';
import type { Scenario } from './scenario.ts';
import { NEVER, type Call, type SimulatedObject } from './simulated-object.ts';

/** Clients are always busy: they think for up to 20 µs between operations that take up to 2 ms. */
const THINK_NS = 20_000;
const SHORTEST_NS = 100_000;
const LONGEST_NS = 2_000_000;
/** Where durations are exponential: their mean, and what is added so that none is empty. */
const MEAN_NS = 1_000_000;
const LEAST_NS = 2_000;
/** When a client gives up on a crashed operation. It takes effect up to twice as late, or never. */
const TIMEOUT_NS = 10_000_000;

const IDLE = 0;
const CALLED = 1;
const APPLIED = 2;
const CRASHED = 3;
/** Not a client: a crashed operation that takes effect on its own. */
const GHOST = 4;

/** How long operations take: all about as long, or a few of them very long, so that many others pass them. */
export type Durations = 'uniform' | 'exponential';

export interface BusyClientsOptions {
  readonly operations: number;
  readonly clients: number;
  readonly crashed: number;
  /** How often the object is to break, evenly spread. */
  readonly breaks: number;
  /** Share of the operations after which it is to break, however often; undefined: evenly spread. */
  readonly brokenAt?: number;
  readonly durations: Durations;
  readonly random: Random;
  /** Transactions of clients of their own that show an anomaly; asked for where a break is due, instead of the object. */
  readonly scenario?: () => Scenario;
}

/**
 * Simulates clients on an object: each operation takes effect at a random moment between its call and its return, so the
 * history is linearizable as far as the object is correct. O(operations log clients). Throws HarnessError `usage` where
 * too few operations can crash.
 */
export function simulateBusyClients(object: SimulatedObject, options: BusyClientsOptions): History {
  return new BusyClients(object, options).run();
}

interface Slot {
  state: number;
  process: number;
  call: number;
  returnNs: number;
}

class BusyClients {
  readonly #object: SimulatedObject;
  readonly #options: BusyClientsOptions;
  readonly #events = new EventHeap();
  readonly #slots: Slot[] = [];
  readonly #calls: Call[] = [];
  readonly #processes: number[] = [];
  /** Entries so far: twice the call's number, plus one for its completion. */
  readonly #entries: number[] = [];
  readonly #times: number[] = [];
  readonly #scenarioSteps: number[] = [];
  #nextProcess: number;
  #crashes = 0;
  #breaks = 0;
  #started = 0;
  #nowNs = 0;

  constructor(object: SimulatedObject, options: BusyClientsOptions) {
    this.#object = object;
    this.#options = options;
    this.#nextProcess = options.clients;
  }

  run(): History {
    const { clients, random } = this.#options;
    for (let client = 0; client < clients; client++) {
      this.#slots.push({ state: IDLE, process: client, call: -1, returnNs: 0 });
      this.#events.push(random.int(0, LONGEST_NS), client);
    }
    while (this.#events.size > 0) {
      this.#nowNs = this.#events.topTime();
      this.#step(this.#events.pop());
      this.#scenarioStep();
    }
    while (this.#scenarioSteps.length > 0) this.#scenarioStep();
    for (let ordinal = 0; ordinal < this.#object.finalCalls(); ordinal++) this.#finalCall(ordinal);
    this.#assertAllCrashed();
    return this.#history();
  }

  /** Operations that are not the clients' own, such as a last read of everything, cannot crash. */
  #assertAllCrashed(): void {
    const { operations, crashed } = this.#options;
    if (this.#crashes >= crashed) return;
    const found = `only ${this.#crashes} of ${crashed} found a place`;
    throw new HarnessError('usage', `${operations} operations are too few for so many that crash: ${found}`);
  }

  #step(slotNumber: number): void {
    const slot = this.#slots[slotNumber] as Slot;
    switch (slot.state) {
      case IDLE:
        if (this.#started < this.#options.operations - this.#object.finalCalls()) this.#begin(slot, slotNumber);
        return;
      case CALLED:
        this.#object.apply(this.#calls[slot.call] as Call);
        slot.state = APPLIED;
        this.#events.push(slot.returnNs, slotNumber);
        return;
      case APPLIED:
        this.#return(slot.call);
        this.#rest(slot, slotNumber);
        return;
      case CRASHED:
        this.#entry(slot.call * 2 + 1);
        slot.process = this.#nextProcess++;
        this.#rest(slot, slotNumber);
        return;
      default:
        this.#object.apply(this.#calls[slot.call] as Call);
    }
  }

  #begin(slot: Slot, slotNumber: number): void {
    const { operations, crashed } = this.#options;
    const ordinal = this.#started++;
    this.#breakWhereDue(ordinal);
    const crashes = this.#crashes < crashed && ordinal >= ((this.#crashes + 1) * operations) / (crashed + 1) - 1;
    const call = this.#object.begin(this.#entries.length, crashes);
    slot.call = this.#add(call, slot.process);
    this.#entry(slot.call * 2);
    if (crashes) return this.#crash(slot, slotNumber);
    const tookNs = this.#duration();
    slot.state = CALLED;
    slot.returnNs = this.#nowNs + tookNs;
    this.#events.push(this.#nowNs + this.#options.random.int(1, tookNs - 1), slotNumber);
  }

  #duration(): number {
    const { durations, random } = this.#options;
    if (durations === 'uniform') return random.int(SHORTEST_NS, LONGEST_NS);
    const share = (random.int(0, 0xfffffffe) + 1) / 0x100000000;
    return LEAST_NS + Math.floor(-Math.log(share) * MEAN_NS);
  }

  #crash(slot: Slot, slotNumber: number): void {
    const { random } = this.#options;
    this.#crashes++;
    slot.state = CRASHED;
    this.#events.push(this.#nowNs + TIMEOUT_NS, slotNumber);
    if (!random.chance(1, 2)) return;
    this.#slots.push({ ...slot, state: GHOST });
    this.#events.push(this.#nowNs + random.int(1, 2 * TIMEOUT_NS), this.#slots.length - 1);
  }

  #return(callNumber: number): void {
    const call = this.#calls[callNumber] as Call;
    call.returnedAt = this.#entries.length;
    this.#entry(callNumber * 2 + 1);
    this.#object.returned(call);
  }

  #rest(slot: Slot, slotNumber: number): void {
    slot.state = IDLE;
    this.#events.push(this.#nowNs + this.#options.random.int(1, THINK_NS), slotNumber);
  }

  #breakWhereDue(ordinal: number): void {
    const { breaks, brokenAt = (this.#breaks + 1) / (breaks + 1), operations, scenario } = this.#options;
    if (this.#breaks >= breaks || ordinal < brokenAt * operations - 1) return;
    this.#breaks++;
    if (scenario === undefined) this.#object.breaksDue++;
    else this.#play(scenario());
  }

  /** Queues the steps of a scenario; one of them follows each step of the other clients. */
  #play(scenario: Scenario): void {
    const first = this.#calls.length;
    this.#started += scenario.calls.length;
    for (const call of scenario.calls) this.#add(call, this.#nextProcess++);
    const begun = new Set<number>();
    for (const member of scenario.steps) {
      this.#scenarioSteps.push((first + member) * 2 + (begun.has(member) ? 1 : 0));
      begun.add(member);
    }
  }

  #scenarioStep(): void {
    const entry = this.#scenarioSteps.shift();
    if (entry === undefined) return;
    const call = this.#calls[entry >> 1] as Call;
    if (entry % 2 === 1) call.returnedAt = this.#entries.length;
    this.#entry(entry);
  }

  #finalCall(ordinal: number): void {
    const call = this.#object.final(this.#entries.length, ordinal);
    const number = this.#add(call, this.#nextProcess);
    this.#entry(number * 2);
    this.#object.apply(call);
    this.#nowNs += SHORTEST_NS;
    this.#return(number);
  }

  #add(call: Call, process: number): number {
    this.#processes.push(process);
    return this.#calls.push(call) - 1;
  }

  #entry(entry: number): void {
    this.#entries.push(entry);
    this.#times.push(this.#nowNs);
  }

  #history(): History {
    const builder = new HistoryBuilder();
    for (let index = 0; index < this.#entries.length; index++) {
      const entry = this.#entries[index] as number;
      const number = entry >> 1;
      const call = this.#calls[number] as Call;
      const process = this.#processes[number] as number;
      builder.append(draftOf(call, process, this.#times[index] as number, entry % 2 === 1));
    }
    return builder.build();
  }
}

const TIMEOUT = { code: 'timeout' };
const PRECONDITION = { code: 'precondition' };

function draftOf(call: Call, process: number, timeNs: number, isCompletion: boolean): OpDraft {
  const { f, key, input } = call;
  // No spreading: this runs for every entry, and copies of copies took nine tenths of the time.
  const draft: Mutable<OpDraft> = { timeNs, process, type: 'invoke', f, value: input };
  if (key !== undefined) draft.key = key;
  if (!isCompletion) return draft;
  if (call.returnedAt === NEVER || call.outcome === 'fail') {
    draft.type = call.returnedAt === NEVER ? 'info' : 'fail';
    draft.error = draft.type === 'info' ? TIMEOUT : PRECONDITION;
  } else {
    draft.type = 'ok';
    draft.value = call.output;
  }
  return draft;
}

type Mutable<T> = { -readonly [Member in keyof T]: T[Member] };
