import type { CheckContext } from '../../harness/kernel/checker.ts';
import type { History } from '../../harness/kernel/history.ts';
import { TYPE_FAIL, TYPE_INFO, TYPE_OK } from '../../harness/kernel/history.ts';
import { HarnessError } from '../../harness/kernel/harness-error.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import { withinBudget, type Budget } from '../judging/budget.ts';
import { CheckOptions } from '../judging/check-options.ts';
import { judged, undecided } from '../judging/results.ts';
import { cycleEvidence } from './cycle-evidence.ts';
import { searchCycles } from './cycle-search.ts';
import type { Caught } from './cycle-hunt.ts';
import { cyclicCore, originalSteps, type CyclicCore } from './cyclic-core.ts';
import type { Dependencies } from './dependencies.ts';
import { ALL_KINDS, RW, withEdges } from './dependency-graph.ts';
import { Anomalies } from './evidence.ts';
import { settleConditions, whyOpen, type Standings } from './open-orders/settle-conditions.ts';
import {
  DIRECT_LEVELS,
  implies,
  isTested,
  levelNamed,
  LEVELS,
  NOT_TESTED,
  proscribes,
  ruledOutBy,
  strongestOf,
  weakestOf,
  type DirectLevel,
  type Level,
} from './levels.ts';
import { searchPrefixCycles } from './prefix-cycles.ts';
import { strongComponents } from './strong-components.ts';
import { readTransactions, type Dialect, type Transactions } from './transactions.ts';
import { UndecidedError } from './undecided-error.ts';
import { searchUpdateCycles, updatesAmong } from './update-cycles.ts';
import { findWriteSkews } from './write-skews.ts';

/** What one kind of history contributes: how its operations give away anomalies and dependencies. */
export interface Inference {
  readonly dialect: Dialect;
  /** Adds the anomalies that show without cycles, and returns the graph. `doubts` are reasons not to say `valid`. */
  infer(material: Material, budget: Budget): Inferred;
}

/** The dependencies of a history, and what else its operations tell. */
export interface Inferred extends Dependencies {
  /**
   * Settles levels that no cycle tells, where reads go in no circle: adds what breaks them to the anomalies, and returns
   * what is possible. What is in neither stays open. `core`: the cyclic part of the graph. `wanted`: weakest first.
   */
  settleDirectly(wanted: readonly DirectLevel[], core: CyclicCore): readonly DirectLevel[];
}

/** What an inference works on. */
export interface Material {
  readonly transactions: Transactions;
  /** Entries of the history. */
  readonly entries: number;
  readonly options: CheckOptions;
  readonly anomalies: Anomalies;
  /** Takes reasons not to say `valid`. */
  readonly doubts: string[];
}

/** Everything found out about a history before it is held against a level. */
interface Analysis {
  readonly anomalies: Anomalies;
  readonly doubts: string[];
  readonly facts: Record<string, JsonValue>;
  transactions?: Transactions;
  /** What is known so far of what levels ask of the order of writes, once all cycles are found. */
  standings?: Standings;
  /** Levels shown to be possible by what transactions see of each other. */
  shown: readonly DirectLevel[];
}

/** A history with its graph, for what is searched besides cycles. */
interface Analysed {
  readonly analysis: Analysis;
  readonly transactions: Transactions;
  readonly dependencies: Dependencies;
  readonly dialect: Dialect;
}

/**
 * Judges a history of transactions: which levels its anomalies rule out, which stay possible, and from that the verdict
 * on the level that option `level` names (default `strict-serializable`).
 *
 * Facts: `level`, `ruledOut`, `possible`, `undecided` (levels), `weakestRuledOut`, `strongestPossible`, `anomalies`
 * (counts), sizes, and `notSettled` (sentences) where the order of writes is not recorded and whether some order will do
 * was not settled. A level is `possible` only where an order of writes was shown to exist that meets it or a level that
 * implies it; one that has no test of its own (`isTested`) stays `undecided` where no such level is possible. Findings are those anomalies that the level
 * forbids.
 */
export function judgeTransactions(history: History, context: CheckContext, inference: Inference): CheckResult {
  const options = new CheckOptions(context);
  const level = askedLevel(options);
  const analysis: Analysis = { anomalies: new Anomalies(), doubts: [], facts: {}, shown: [] };
  const attempt = withinBudget(context, (budget) => {
    try {
      analyse(history, inference, options, analysis, budget);
    } catch (error) {
      if (error instanceof UndecidedError) return undecided(error.message);
      throw error;
    }
    return judged([], {});
  });
  return holdAgainst(level, analysis, attempt.reason);
}

function askedLevel(options: CheckOptions): Level {
  const asked = options.text('level') ?? 'strict-serializable';
  const level = levelNamed(asked);
  if (level === undefined) {
    throw new HarnessError(
      'usage',
      `check option level: expected one of ${LEVELS.join(', ')}, came ${JSON.stringify(asked)}`,
    );
  }
  return level;
}

function analyse(
  history: History,
  inference: Inference,
  options: CheckOptions,
  analysis: Analysis,
  budget: Budget,
): void {
  const { anomalies, doubts, facts } = analysis;
  const transactions = readTransactions(history, inference.dialect, budget);
  analysis.transactions = transactions;
  Object.assign(facts, sizes(transactions));
  const material = { transactions, entries: history.length, options, anomalies, doubts };
  const dependencies = inference.infer(material, budget);
  facts['edges'] = dependencies.graph.target.length;
  budget.doing('looking for cyclic parts');
  const core = cyclicCore(dependencies.graph, strongComponents(dependencies.graph, ALL_KINDS, budget), budget);
  facts['transactionsOnCycles'] = core.graph.real;
  const cutOff: string[] = [];
  searchCycles(
    core,
    {
      found: (cycles) => {
        const evidence = cycleEvidence(cycles, transactions, dependencies, inference.dialect);
        anomalies.set(cycles.cycleClass + cycles.order, cycles.parts, evidence);
      },
      unsettled: (kind) => cutOff.push(kind),
    },
    budget,
  );
  if (cutOff.length > 0) facts['searchedInPart'] = cutOff;
  const analysed = { analysis, transactions, dependencies, dialect: inference.dialect };
  addWriteSkews(core, analysed, budget);
  addPrefixCycles(core, analysed, budget);
  addUpdateCycles(core, analysed, budget);
  analysis.standings = new Map();
  const source = { transactions, dependencies, dialect: inference.dialect };
  settleConditions(core, source, anomalies, analysis.standings, budget);
  const ruledOut = ruledOutBy(anomalies.names());
  const standings = analysis.standings;
  const wanted = DIRECT_LEVELS.filter((level) => !ruledOut.includes(level) && !isImplied(level, ruledOut, standings));
  if (wanted.length > 0) analysis.shown = dependencies.settleDirectly(wanted, core);
}

/** Whether the level follows from a stronger one that is tested and was shown to be possible. */
function isImplied(level: Level, ruledOut: readonly Level[], standings: Standings): boolean {
  return LEVELS.some(
    (stronger) =>
      isTested(stronger) &&
      implies(stronger, level) &&
      !ruledOut.includes(stronger) &&
      whyOpen(stronger, standings) === undefined,
  );
}

function addWriteSkews(
  core: CyclicCore,
  { analysis, transactions, dependencies, dialect }: Analysed,
  budget: Budget,
): void {
  const skews = findWriteSkews(core, budget);
  if (skews === undefined) return;
  const [one, other] = skews.first;
  const steps = [
    { from: one, to: other, kind: RW },
    { from: other, to: one, kind: RW },
  ];
  const evidence = cycleEvidence({ steps, shortest: true }, transactions, dependencies, dialect);
  analysis.anomalies.set('write-skew', skews.count, evidence);
}

/** Circles that break prefix consistency have no two anti-dependencies in a row: looked for where there are any such. */
function addPrefixCycles(core: CyclicCore, analysed: Analysed, budget: Budget): void {
  const { anomalies } = analysed.analysis;
  if (ruledOutBy(anomalies.names()).includes('prefix')) return;
  if (!anomalies.has('G-single') && !anomalies.has('G-nonadjacent')) return;
  budget.doing('searching for circles that break prefix consistency');
  const seen = [...(analysed.dependencies.readsBeneathOwn?.(core) ?? [])];
  const graph = seen.length === 0 ? core.graph : withEdges(core.graph, seen, budget);
  addCaught('G-prefix', searchPrefixCycles(graph, budget), core, analysed);
}

/** Those that break update serializability have two anti-dependencies at least, where no graver level is broken. */
function addUpdateCycles(core: CyclicCore, analysed: Analysed, budget: Budget): void {
  const { anomalies } = analysed.analysis;
  if (ruledOutBy(anomalies.names()).includes('update-serializable')) return;
  if (!anomalies.has('G-nonadjacent') && !anomalies.has('G2-item')) return;
  budget.doing('searching for circles that break update serializability');
  const updates = updatesAmong(analysed.transactions, core.original.subarray(0, core.graph.real));
  addCaught('G-update', searchUpdateCycles(core.graph, updates, budget), core, analysed);
}

function addCaught(anomaly: string, { parts, steps, shortest }: Caught, core: CyclicCore, analysed: Analysed): void {
  if (steps === undefined) return;
  const { analysis, transactions, dependencies, dialect } = analysed;
  const evidence = cycleEvidence({ steps: originalSteps(steps, core), shortest }, transactions, dependencies, dialect);
  analysis.anomalies.set(anomaly, parts, evidence);
}

function sizes({ count, outcome, keys, kind, ignored }: Transactions): Record<string, number> {
  const of = (type: number): number => outcome.reduce((sum, each) => sum + (each === type ? 1 : 0), 0);
  return {
    transactions: count,
    committed: of(TYPE_OK),
    aborted: of(TYPE_FAIL),
    indeterminate: of(TYPE_INFO),
    microOps: kind.length,
    keys: keys.length,
    ignoredOperations: ignored,
  };
}

function holdAgainst(
  level: Level,
  { anomalies, doubts, facts, transactions, standings, shown }: Analysis,
  interrupted: string | undefined,
): CheckResult {
  const ruledOut = ruledOutBy(anomalies.names());
  const rest = LEVELS.filter((each) => !ruledOut.includes(each));
  const openness = (each: Level): string | undefined => {
    if (doubts.length > 0 || standings === undefined) return '';
    if (isTested(each)) return whyOpen(each, standings);
    if (shown.some((level) => level === each || implies(level, each))) return undefined;
    return isImplied(each, ruledOut, standings) ? undefined : NOT_TESTED;
  };
  const possible = rest.filter((each) => openness(each) === undefined);
  const undecided = rest.filter((each) => openness(each) !== undefined);
  const findings =
    transactions === undefined ? [] : anomalies.findings(transactions, (each) => proscribes(level, each));
  const notSettled = [...new Set(undecided.flatMap((each) => openness(each) ?? []))].filter((why) => why !== '');
  const result = {
    findings,
    facts: {
      level,
      ruledOut,
      possible,
      undecided,
      weakestRuledOut: weakestOf(ruledOut),
      strongestPossible: strongestOf(possible),
      anomalies: anomalies.counts(),
      ...facts,
      ...(notSettled.length === 0 ? {} : { notSettled }),
    },
  };
  if (findings.length > 0) return { verdict: 'invalid', ...result };
  const open = openness(level);
  const reasons = [...(open === undefined ? [] : [interrupted ?? '', open]), ...doubts].filter((each) => each !== '');
  if (reasons.length === 0 && facts['committed'] === 0) reasons.push('no transaction committed, so nothing was tested');
  if (reasons.length > 0) return { verdict: 'unknown', reason: reasons.join('; '), ...result };
  return { verdict: 'valid', ...result };
}
