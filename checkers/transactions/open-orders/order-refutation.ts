import type { Budget } from '../../judging/budget.ts';
import type { Caught } from '../cycle-hunt.ts';
import { searchCycles, type FoundCycles } from '../cycle-search.ts';
import { originalSteps } from '../cyclic-core.ts';
import { GraphBuilder, RW, WW, type Graph } from '../dependency-graph.ts';
import { searchPrefixCycles } from '../prefix-cycles.ts';
import { searchUpdateCycles } from '../update-cycles.ts';
import { breaks, type Condition } from './conditions.ts';
import type { OpenWrites } from './open-writes.ts';
import type { OrderProblem } from './settle-condition.ts';

/** What a choice of which of two writes came first makes follow what. */
export interface AssumedEdge {
  readonly from: number;
  readonly to: number;
  readonly kind: typeof WW | typeof RW;
  /** Dense key number, and the two who wrote it, in the order assumed. */
  readonly key: number;
  readonly before: number;
  readonly after: number;
}

/** A circle that choices of orders close. */
export interface ChosenCircle {
  readonly cycles: Pick<FoundCycles, 'steps' | 'shortest'>;
  /** The assumed edge behind a step of the circle, or undefined where it is known. */
  readonly assumed: (from: number, to: number, kind: number) => AssumedEdge | undefined;
}

/** What orders of writes are refuted by. */
export type RefutableProblem = Pick<OrderProblem, 'graph' | 'writes' | 'updates'>;

/** Choices of one order or the other that are tried for a refutation that people can follow. */
const MOST_TRIED = 600;

/**
 * Refutes every order of writes among a few transactions, with a circle for every choice. Of two writers of a key, whichever
 * comes first closes a circle that breaks the condition, or leaves two others of which that is so. Undefined where it would
 * take too many choices to tell, or where these transactions alone do not refute it.
 */
export function refuteOrders(
  problem: RefutableProblem,
  among: readonly number[],
  condition: Condition,
  budget: Budget,
): readonly ChosenCircle[] | undefined {
  const refuter = new OrderRefuter(problem, among, condition, budget);
  return refuter.refute([]) ? refuter.circles : undefined;
}

/** Two writers of one key. */
interface Pair {
  readonly key: number;
  readonly one: Slot;
  readonly other: Slot;
}

interface Slot {
  readonly writer: number;
  readonly readers: readonly number[];
}

class OrderRefuter {
  readonly #among: Int32Array;
  readonly #updates: Uint8Array;
  readonly #condition: Condition;
  readonly #budget: Budget;
  readonly #pairs: readonly Pair[];
  readonly #known: readonly (readonly [from: number, to: number, kind: number])[];
  readonly #knownSteps: ReadonlySet<string>;
  readonly circles: ChosenCircle[] = [];
  #tried = 0;

  constructor(
    { graph, writes, updates }: RefutableProblem,
    among: readonly number[],
    condition: Condition,
    budget: Budget,
  ) {
    this.#among = Int32Array.from(new Set(among)).sort();
    this.#updates = Uint8Array.from(this.#among, (txn) => updates[txn] as number);
    this.#condition = condition;
    this.#budget = budget;
    this.#pairs = pairsAmong(writes, new Set(among));
    this.#known = knownEdges(graph, this.#among, budget);
    this.#knownSteps = new Set(this.#known.map((edge) => stepName(...edge)));
  }

  /** Whether no order of all pairs extends the chosen edges without a circle. Keeps the circles. */
  refute(chosen: readonly AssumedEdge[]): boolean {
    let edges = chosen;
    let settled = new Set(chosen.map(({ key, before, after }) => pairName(key, before, after)));
    for (let index = 0; index < this.#pairs.length; index++) {
      const { key, one, other } = this.#pairs[index] as Pair;
      if (settled.has(pairName(key, one.writer, other.writer))) continue;
      const [forth, back] = [follow(key, one, other), follow(key, other, one)];
      const closed = [this.#circle([...edges, ...forth]), this.#circle([...edges, ...back])];
      if (this.#tried > MOST_TRIED) return false;
      for (const circle of closed) if (circle !== undefined) this.circles.push(circle);
      if (closed[0] !== undefined && closed[1] !== undefined) return true;
      if (closed[0] === undefined && closed[1] === undefined) continue;
      edges = [...edges, ...(closed[0] === undefined ? forth : back)];
      settled = settled.add(pairName(key, one.writer, other.writer));
      index = -1;
    }
    const open = this.#pairs.find(({ key, one, other }) => !settled.has(pairName(key, one.writer, other.writer)));
    if (open === undefined) return false;
    const { key, one, other } = open;
    return this.refute([...edges, ...follow(key, one, other)]) && this.refute([...edges, ...follow(key, other, one)]);
  }

  /** A circle that breaks the condition, where the known and these edges close one. */
  #circle(edges: readonly AssumedEdge[]): ChosenCircle | undefined {
    this.#tried++;
    const place = (txn: number): number => this.#among.indexOf(txn);
    const builder = new GraphBuilder(this.#among.length, this.#known.length + edges.length, this.#budget);
    for (const [from, to, kind] of this.#known) builder.addEdge(place(from), place(to), kind);
    const assumed = new Map<string, AssumedEdge>();
    for (const edge of edges) {
      const { from, to, kind } = edge;
      const name = stepName(from, to, kind);
      if (this.#knownSteps.has(name) || assumed.has(name)) continue;
      builder.addEdge(place(from), place(to), kind);
      assumed.set(name, edge);
    }
    const cycles = this.#breaking(builder.build());
    if (cycles === undefined) return undefined;
    return { cycles, assumed: (from, to, kind) => assumed.get(stepName(from, to, kind)) };
  }

  /** A circle of the graph that breaks the condition. */
  #breaking(graph: Graph): ChosenCircle['cycles'] | undefined {
    const found: FoundCycles[] = [];
    const sink = { found: (cycles: FoundCycles) => void found.push(cycles), unsettled: () => undefined };
    searchCycles({ graph, original: this.#among }, sink, this.#budget);
    const graver = found.find(({ cycleClass, order }) => breaks(cycleClass + order, this.#condition));
    if (graver !== undefined) return graver;
    switch (this.#condition.demand) {
      case 'prefix':
        return this.#original(searchPrefixCycles(graph, this.#budget));
      case 'update':
        return this.#original(searchUpdateCycles(graph, this.#updates, this.#budget));
      case 'serial':
      case 'snapshot':
      case 'view':
        return undefined;
    }
  }

  #original({ steps, shortest }: Caught): ChosenCircle['cycles'] | undefined {
    return steps === undefined ? undefined : { steps: originalSteps(steps, { original: this.#among }), shortest };
  }
}

function stepName(from: number, to: number, kind: number): string {
  return `${from} ${to} ${kind}`;
}

function pairName(key: number, one: number, other: number): string {
  return `${key} ${Math.min(one, other)} ${Math.max(one, other)}`;
}

/** What follows if the one wrote the key before the other. */
function follow(key: number, one: Slot, other: Slot): AssumedEdge[] {
  const pair = { key, before: one.writer, after: other.writer };
  return [
    { from: one.writer, to: other.writer, kind: WW, ...pair },
    ...one.readers
      .filter((reader) => reader !== other.writer)
      .map((reader) => ({ from: reader, to: other.writer, kind: RW, ...pair }) as const),
  ];
}

function pairsAmong({ keys, start, writer, reader, readerStart }: OpenWrites, among: ReadonlySet<number>): Pair[] {
  const pairs: Pair[] = [];
  for (const [group, key] of keys.entries()) {
    const slots: Slot[] = [];
    for (let slot = start[group] as number; slot < (start[group + 1] as number); slot++) {
      const wrote = writer[slot] as number;
      if (!among.has(wrote)) continue;
      const readers = Array.from(reader.subarray(readerStart[slot], readerStart[slot + 1]));
      slots.push({ writer: wrote, readers: readers.filter((each) => among.has(each)) });
    }
    slots.forEach((one, index) => {
      for (const other of slots.slice(index + 1)) pairs.push({ key, one, other });
    });
  }
  return pairs;
}

/** The edges between these transactions, those through auxiliary vertices included. */
function knownEdges(graph: Graph, among: Int32Array, budget: Budget): (readonly [number, number, number])[] {
  const { real, offset, target, kind } = graph;
  const wanted = new Set(among);
  const edges: (readonly [number, number, number])[] = [];
  for (const from of among) {
    const seen = new Set<string>();
    const pending = [from];
    for (let vertex = pending.pop(); vertex !== undefined; vertex = pending.pop()) {
      budget.step((offset[vertex + 1] as number) - (offset[vertex] as number) + 1);
      for (let edge = offset[vertex] as number; edge < (offset[vertex + 1] as number); edge++) {
        const to = target[edge] as number;
        const edgeKind = kind[edge] as number;
        if (seen.has(`${to} ${edgeKind}`) || to === from) continue;
        seen.add(`${to} ${edgeKind}`);
        if (to >= real) pending.push(to);
        else if (wanted.has(to)) edges.push([from, to, edgeKind]);
      }
    }
  }
  return edges;
}
