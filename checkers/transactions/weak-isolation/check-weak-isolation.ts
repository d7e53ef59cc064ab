import { TYPE_FAIL, TYPE_OK, type History } from '../../../harness/kernel/history.ts';
import type { CheckContext, Checker } from '../../../harness/kernel/checker.ts';
import { HarnessError } from '../../../harness/kernel/harness-error.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { CheckResult } from '../../../harness/kernel/verdict.ts';
import { withinBudget, type Budget } from '../../judging/budget.ts';
import { CheckOptions } from '../../judging/check-options.ts';
import { judged, undecided } from '../../judging/results.ts';
import { cycleEvidence } from '../cycle-evidence.ts';
import { CycleFinder, type Step } from '../cycle-finder.ts';
import type { Dependencies } from '../dependencies.ts';
import { ALL_KINDS, FORCED, GraphBuilder, PROCESS, RW, WR, type Graph } from '../dependency-graph.ts';
import { Anomalies } from '../evidence.ts';
import { addProcessEdges } from '../order-edges.ts';
import { repeatedWriteDoubts } from '../repeated-writes.ts';
import { readRegisters, type RegisterReads } from '../rw-register/register-reads.ts';
import { SingleAntiDependencySweep } from '../single-anti-dependency.ts';
import { cyclicCount, strongComponents } from '../strong-components.ts';
import { readTransactions, type Transactions } from '../transactions.ts';
import { UndecidedError } from '../undecided-error.ts';
import { indexWrites } from '../write-index.ts';
import { explainVisibility } from './explain-visibility.ts';
import { findLocalPatterns } from './local-patterns.ts';
import { VisibilityEdges } from './visibility-edges.ts';

/** The weak levels, each implied by the next. */
export const WEAK_LEVELS = ['read-committed', 'read-atomic', 'causal'] as const;
export type WeakLevel = (typeof WEAK_LEVELS)[number];

/** Per level: its pattern where the demanded order contradicts causality itself, and where it contradicts only other demands. */
const PATTERNS: Readonly<Record<WeakLevel, readonly [causal: string, arbitrary: string]>> = {
  'read-committed': ['NonMonoReadCO', 'NonMonoReadAO'],
  'read-atomic': ['FracturedReadCO', 'FracturedReadAO'],
  causal: ['COConflictAO', 'ConflictAO'],
};

/** The weakest level that forbids each pattern. */
const FORBIDDEN_BY: Readonly<Record<string, WeakLevel>> = {
  ThinAirRead: 'read-committed',
  AbortedRead: 'read-committed',
  FutureRead: 'read-committed',
  NotMyOwnWrite: 'read-committed',
  NotMyLastWrite: 'read-committed',
  IntermediateRead: 'read-committed',
  CyclicCO: 'read-committed',
  NonMonoReadCO: 'read-committed',
  NonMonoReadAO: 'read-committed',
  NonRepeatableRead: 'read-atomic',
  FracturedReadCO: 'read-atomic',
  FracturedReadAO: 'read-atomic',
  COConflictAO: 'causal',
  ConflictAO: 'causal',
};

/**
 * Judges transactions over registers against weak levels with sessions, in optimal time and without any order of writes:
 * read committed, read atomic, transactional causal consistency (Biswas and Enea, OOPSLA 2019; algorithms of AWDIT, PLDI
 * 2025; names of the fourteen patterns of Plume, OOPSLA 2024). A process is a session. Option `level`: the level asked
 * for, default `causal`. A circle is reported for the weakest level that forbids it.
 *
 * Read committed and read atomic O(n^1.5) in micro-operations, causal O(n * sessions).
 */
export const weakIsolationChecker: Checker = {
  name: 'weak-isolation',
  check: (history, context) => judge(history, context),
};

interface Analysis {
  readonly anomalies: Anomalies;
  readonly doubts: string[];
  readonly facts: Record<string, JsonValue>;
  transactions?: Transactions;
}

function judge(history: History, context: CheckContext): CheckResult {
  const asked = new CheckOptions(context).text('level') ?? 'causal';
  const level = WEAK_LEVELS.find((each) => each === asked);
  if (level === undefined) {
    const expected = `one of ${WEAK_LEVELS.join(', ')}`;
    throw new HarnessError('usage', `check option level: expected ${expected}, came ${JSON.stringify(asked)}`);
  }
  const analysis: Analysis = { anomalies: new Anomalies(), doubts: [], facts: {} };
  const attempt = withinBudget(context, (budget) => {
    try {
      analyse(history, analysis, budget);
    } catch (error) {
      if (error instanceof UndecidedError) return undecided(error.message);
      throw error;
    }
    return judged([], {});
  });
  const { anomalies, doubts, transactions } = analysis;
  if (attempt.reason !== undefined) doubts.push(attempt.reason);
  if (doubts.length === 0 && analysis.facts['committed'] === 0)
    doubts.push('no transaction committed, so nothing was tested');
  const from = Math.min(WEAK_LEVELS.length, ...anomalies.names().map(levelNumber));
  const facts = {
    level,
    ruledOut: WEAK_LEVELS.slice(from),
    possible: doubts.length === 0 ? WEAK_LEVELS.slice(0, from) : [],
    undecided: doubts.length === 0 ? [] : WEAK_LEVELS.slice(0, from),
    anomalies: anomalies.counts(),
    ...analysis.facts,
  };
  const forbidden = (anomaly: string): boolean => levelNumber(anomaly) <= WEAK_LEVELS.indexOf(level);
  const findings = transactions === undefined ? [] : anomalies.findings(transactions, forbidden);
  return judged(findings, facts, doubts.length === 0 ? undefined : doubts.join('; '));
}

function analyse(history: History, analysis: Analysis, budget: Budget): void {
  const { anomalies, doubts, facts } = analysis;
  const transactions = readTransactions(history, 'w', budget);
  analysis.transactions = transactions;
  facts['transactions'] = transactions.count;
  facts['committed'] = transactions.outcome.reduce((sum, outcome) => sum + (outcome === TYPE_OK ? 1 : 0), 0);
  facts['ignoredOperations'] = transactions.ignored;
  const writes = indexWrites(transactions, budget);
  doubts.push(...repeatedWriteDoubts(transactions, writes));
  const reads = readRegisters(transactions, writes, budget);
  findLocalPatterns(transactions, reads, anomalies);
  const edges = new VisibilityEdges(transactions, reads, budget);
  const search = new PatternSearch(transactions, reads, edges, anomalies, budget);
  search.searchCausality();
  edges.findNonRepeatableReads(anomalies);
  for (const level of WEAK_LEVELS) {
    budget.doing(`checking ${level}`);
    if (!search.search(level)) doubts.push('the history has more sessions than can be told apart');
  }
}

function levelNumber(anomaly: string): number {
  return WEAK_LEVELS.indexOf(FORBIDDEN_BY[anomaly] ?? 'read-committed');
}

/** Searches the circles that each level forbids. */
class PatternSearch {
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
    addProcessEdges(this.#transactions, builder, (outcome) => outcome !== TYPE_FAIL);
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
