import { HistoryBuilder } from '../../harness/history/index.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { randomOf, type Random } from '../../harness/kernel/random.ts';

/** What clients do to one object, and what it answers at the moment an operation takes effect. */
export interface SimulatedObject {
  /** The n-th operation: what is asked. */
  ask(order: number, random: Random): { readonly f: string; readonly input: JsonValue };
  /** Called in the order in which operations take effect; `null` refuses with error code `precondition`. */
  apply(f: string, input: JsonValue): JsonValue | undefined;
}

export interface Simulation {
  readonly operations: number;
  readonly clients: number;
  /** So many operations never answer; half of them take effect. */
  readonly crashed?: number;
  readonly keys?: number;
  readonly seed: number;
  /** Changes the answer of one operation: gets all answers in order of effect. */
  readonly spoil?: (answers: SimulatedAnswer[]) => void;
}

export interface SimulatedAnswer {
  readonly f: string;
  readonly input: JsonValue;
  answer: JsonValue | undefined;
  readonly crashed: boolean;
  readonly call: number;
  readonly ret: number;
}

interface Flight extends SimulatedAnswer {
  readonly key: number;
  readonly client: number;
  readonly effect: number;
  readonly happens: boolean;
  refused: boolean;
}

/** A correct history of always busy clients: each operation takes effect at one moment between its call and its return. */
export function simulateClients(make: () => SimulatedObject, simulation: Simulation): History {
  const flights = flightsOf(make, simulation);
  simulation.spoil?.(flights);
  const entries: { readonly at: number; readonly flight: Flight; readonly isCall: boolean }[] = [];
  for (const flight of flights) {
    entries.push({ at: flight.call, flight, isCall: true });
    if (!flight.crashed) entries.push({ at: flight.ret, flight, isCall: false });
  }
  entries.sort((left, right) => left.at - right.at);
  const builder = new HistoryBuilder();
  for (const { at, flight, isCall } of entries) {
    const { f, input, answer, client: process, key, refused } = flight;
    const base = { timeNs: Math.floor(at * 1000), process, f, ...(simulation.keys === undefined ? {} : { key }) };
    if (isCall) builder.append({ ...base, type: 'invoke', value: input });
    else if (refused) builder.append({ ...base, type: 'fail', value: input, error: { code: 'precondition' } });
    else builder.append({ ...base, type: 'ok', value: answer ?? null });
  }
  return builder.build({ shared: true });
}

function flightsOf(make: () => SimulatedObject, simulation: Simulation): Flight[] {
  const { operations, clients, crashed = 0, keys = 1, seed } = simulation;
  const random = randomOf(seed);
  const objects = Array.from({ length: keys }, make);
  const exponential = (mean: number): number => -Math.log((random.int(0, 0xfffffffe) + 1) / 0x100000000) * mean;
  const free = Float64Array.from({ length: clients }, () => random.int(0, 1000));
  const ids = Array.from({ length: clients }, (_, client) => client);
  let nextId = clients;
  const crashEvery = crashed === 0 ? Infinity : Math.floor(operations / crashed);
  const flights: Flight[] = [];
  for (let order = 0; order < operations; order++) {
    let client = 0;
    for (let other = 1; other < clients; other++) if ((free[other] ?? 0) < (free[client] ?? 0)) client = other;
    const call = (free[client] ?? 0) + 1 + exponential(50);
    const ret = call + 2 + exponential(1000);
    free[client] = ret;
    const key = keys === 1 ? 0 : random.int(0, keys - 1);
    const { f, input } = (objects[key] as SimulatedObject).ask(order, random);
    const crashes = f !== 'read' && order % crashEvery === crashEvery - 1;
    const effect = call + (random.int(0, 0xffff) / 0x10000) * (ret - call);
    const happens = !crashes || random.chance(1, 2);
    const flight = { f, input, answer: undefined, key, client: ids[client] ?? 0, call, ret, effect, crashed: crashes };
    flights.push({ ...flight, happens, refused: false });
    if (crashes) ids[client] = nextId++;
  }
  flights.sort((left, right) => left.effect - right.effect);
  for (const flight of flights) {
    if (!flight.happens) continue;
    const answer = (objects[flight.key] as SimulatedObject).apply(flight.f, flight.input);
    if (answer === undefined) flight.refused = true;
    else flight.answer = answer;
  }
  return flights;
}

/** A register; `values` of 0 makes every written value unique. `casShare` of three operations are compare-and-sets. */
export function simulatedRegister(values: number, casShare = 0): SimulatedObject {
  let value: JsonValue = null;
  const draw = (order: number, random: Random): number => (values === 0 ? order + 1 : random.int(0, values - 1));
  return {
    ask(order, random) {
      const die = random.int(0, 5);
      if (die < 3 - casShare / 2) return { f: 'read', input: null };
      if (die < 6 - casShare) return { f: 'write', input: draw(order, random) };
      return { f: 'cas', input: [draw(order, random), draw(order, random)] };
    },
    apply(f, input) {
      if (f === 'read') return value;
      if (f === 'cas') {
        const [from, to] = input as [JsonValue, JsonValue];
        if (from !== value) return undefined;
        value = to;
        return input;
      }
      value = input;
      return input;
    },
  };
}

/** A queue or stack of unique values; removals are null when it is empty. */
export function simulatedContainer(insert: string, remove: string, lastFirst: boolean): SimulatedObject {
  const held: JsonValue[] = [];
  let head = 0;
  return {
    ask: (order, random) => (random.chance(1, 2) ? { f: insert, input: order } : { f: remove, input: null }),
    apply(f, input) {
      if (f === insert) {
        held.push(input);
        return input;
      }
      if (head === held.length) return null;
      return (lastFirst ? held.pop() : held[head++]) ?? null;
    },
  };
}

/** A set that grows; one operation in `readEvery` reads all of it. */
export function simulatedSet(readEvery: number): SimulatedObject {
  const held: JsonValue[] = [];
  return {
    ask: (order) => (order % readEvery === readEvery - 1 ? { f: 'read', input: null } : { f: 'add', input: order }),
    apply(f, input) {
      if (f === 'read') return [...held];
      held.push(input);
      return input;
    },
  };
}

/** Makes one read in the middle answer a value that was surely overwritten before it began. */
export function spoilWithStaleRead(answers: SimulatedAnswer[]): void {
  const middle = Math.floor(answers.length * 0.9);
  const at = answers.findIndex(({ f, crashed }, index) => index >= middle && f === 'read' && !crashed);
  const read = answers[at];
  if (read === undefined) return;
  let overwriter: SimulatedAnswer | undefined;
  for (let index = at - 1; index >= 0; index--) {
    const write = answers[index];
    if (write?.f !== 'write' || write.crashed || write.ret >= read.call) continue;
    if (overwriter === undefined) overwriter = write;
    else if (write.ret < overwriter.call && write.input !== overwriter.input) {
      read.answer = write.input;
      return;
    }
  }
}
