import { TYPE_FAIL } from '../../../harness/kernel/history.ts';
import type { Budget } from '../../judging/budget.ts';
import { cycleEvidence } from '../cycle-evidence.ts';
import { CycleFinder, type Step } from '../cycle-finder.ts';
import type { Dependencies } from '../dependencies.ts';
import { ALL_KINDS, FORCED, GraphBuilder, PROCESS, RW, WR, type Graph } from '../dependency-graph.ts';
import type { Anomalies } from '../evidence.ts';
import { addProcessEdges } from '../order-edges.ts';
import type { RegisterReads } from '../rw-register/register-reads.ts';
import { SingleAntiDependencySweep } from '../single-anti-dependency.ts';
import { cyclicCount, strongComponents } from '../strong-components.ts';
import type { Transactions } from '../transactions.ts';
import { explainVisibility } from './explain-visibility.ts';
import type { VisibilityEdges } from './visibility-edges.ts';

/** The weak levels, each implied by the next. */
export const WEAK_LEVELS = ['read-committed', 'read-atomic', 'causal'] as const;
export type WeakLevel = (typeof WEAK_LEVELS)[number];

/** Per level: its pattern where the demanded order contradicts causality itself, and where it contradicts only other demands. */
export const PATTERNS: Readonly<Record<WeakLevel, readonly [causal: string, arbitrary: string]>> = {
  'read-committed': ['NonMonoReadCO', 'NonMonoReadAO'],
  'read-atomic': ['FracturedReadCO', 'FracturedReadAO'],
  causal: ['COConflictAO', 'ConflictAO'],
};

/** Searches the circles that each level forbids. */
export class PatternSearch {
  readonly #transactions: Transactions;
  readonly #reads: RegisterReads;
  readonly #edges: VisibilityEdges;
  readonly #anomalies: Anomalies;
  readonly #budget: Budget;
  readonly #causality: Graph;
  /** Transactions in parts that hold a circle which a weaker level forbids. */
  readonly #explained: Uint8Array;

  constructor(
    transactions: Transactions,
    reads: RegisterReads,
    edges: VisibilityEdges,
    anomalies: Anomalies,
    budget: Budget,
  ) {
    this.#transactions = transactions;
    this.#reads = reads;
    this.#edges = edges;
    this.#anomalies = anomalies;
    this.#budget = budget;
    this.#causality = this.#causalGraph().build();
    this.#explained = new Uint8Array(transactions.count);
  }

  /** Sessions and reads must not go in a circle: CyclicCO. */
  searchCausality(): void {
    this.#report(this.#causality, 'causal', 'CyclicCO', 'CyclicCO');
  }

  /** Searches the level's own patterns. False where it could not look at everything. */
  search(level: WeakLevel): boolean {
    const builder = this.#causalGraph();
    let whole = true;
    if (level === 'read-committed') this.#edges.addReadCommitted(builder);
    else if (level === 'read-atomic') this.#edges.addReadAtomic(builder);
    else whole = this.#edges.addCausal(this.#causality, builder);
    this.#report(builder.build(), level, ...PATTERNS[level]);
    return whole;
  }

  #causalGraph(): GraphBuilder {
    const { count, kind } = this.#transactions;
    const builder = new GraphBuilder(count, kind.length + count, this.#budget);
    if (this.#edges.hasSessions) addProcessEdges(this.#transactions, builder, (outcome) => outcome !== TYPE_FAIL);
    this.#edges.addWriteReads(builder);
    return builder;
  }

  #report(graph: Graph, level: WeakLevel, causal: string, arbitrary: string): void {
    const parts = strongComponents(graph, ALL_KINDS, this.#budget);
    if (cyclicCount(parts) === 0) return;
    const base = WR | PROCESS;
    const demanded = FORCED | RW;
    const sweep = new SingleAntiDependencySweep(
      graph,
      strongComponents(graph, base, this.#budget),
      { first: demanded, mask: base },
      this.#budget,
    );
    const finder = new CycleFinder(graph, this.#budget);
    const found = new Map<string, { count: number; steps: readonly Step[] }>();
    for (let part = 0; part < cyclicCount(parts); part++) {
      const members = parts.members.subarray(parts.starts[part], parts.starts[part + 1]);
      if (members.some((txn) => this.#explained[txn] === 1)) continue;
      for (const txn of members) this.#explained[txn] = 1;
      const [start] = sweep.starts(members, part, parts);
      const direct = start !== undefined;
      const rest = direct ? base : ALL_KINDS;
      const first = direct ? demanded : ALL_KINDS;
      const steps = finder.through(start ?? (members[0] as number), { first, rest, last: rest }, Infinity, parts.of);
      if (steps === undefined) continue;
      const name = direct ? causal : arbitrary;
      const known = found.get(name);
      const shorter = known === undefined || steps.length < known.steps.length ? steps : known.steps;
      found.set(name, { count: (known?.count ?? 0) + 1, steps: shorter });
    }
    for (const [name, { count, steps }] of found) {
      const dependencies: Dependencies = {
        graph,
        explain: (from, to, kind) =>
          explainVisibility(
            { transactions: this.#transactions, reads: this.#reads, edges: this.#edges, level },
            this.#causality,
            from,
            to,
            kind,
          ),
      };
      const evidence = cycleEvidence({ steps, shortest: false }, this.#transactions, dependencies, 'w');
      this.#anomalies.set(name, count, evidence);
    }
  }
}
