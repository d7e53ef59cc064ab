import type { CheckContext } from '../../harness/kernel/checker.ts';
import type { History } from '../../harness/kernel/history.ts';
import { TYPE_FAIL, TYPE_INFO, TYPE_OK } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import { Budget } from './budget.ts';
import { cycleEvidence } from './cycle-evidence.ts';
import { searchCycles } from './cycle-search.ts';
import { cyclicCore } from './cyclic-core.ts';
import type { Dependencies } from './dependencies.ts';
import { ALL_KINDS } from './dependency-graph.ts';
import { Anomalies } from './evidence.ts';
import { levelNamed, LEVELS, proscribes, ruledOutBy, strongestOf, weakestOf, type Level } from './levels.ts';
import { strongComponents } from './strong-components.ts';
import { readTransactions, type Dialect, type Transactions } from './transactions.ts';
import { UndecidedError } from './undecided-error.ts';

/** What one kind of history contributes: how its operations give away anomalies and dependencies. */
export interface Inference {
  readonly dialect: Dialect;
  /** Adds the anomalies that show without cycles, and returns the graph. `doubts` are reasons not to say `valid`. */
  infer(
    transactions: Transactions,
    entries: number,
    anomalies: Anomalies,
    doubts: string[],
    budget: Budget,
  ): Dependencies;
}

/** Everything found out about a history before it is held against a level. */
interface Analysis {
  readonly anomalies: Anomalies;
  readonly doubts: string[];
  readonly facts: Record<string, JsonValue>;
  transactions?: Transactions;
  /** Why the analysis ended early, if it did. */
  interrupted?: string;
}

/**
 * Judges a history of transactions: which levels its anomalies rule out, which stay possible, and from that the verdict
 * on the level that option `level` names (default `strict-serializable`).
 *
 * Facts: `level`, `ruledOut`, `possible`, `undecided` (levels), `weakestRuledOut`, `strongestPossible`, `anomalies`
 * (counts), and sizes. Findings are those anomalies that the level forbids.
 */
export function judgeTransactions(history: History, context: CheckContext, inference: Inference): CheckResult {
  const asked = context.options['level'] ?? 'strict-serializable';
  const level = typeof asked === 'string' ? levelNamed(asked) : undefined;
  if (level === undefined) {
    const reason = `no transactional level is called ${JSON.stringify(asked)}; the levels are ${LEVELS.join(', ')}`;
    return { verdict: 'unknown', reason, findings: [], facts: {} };
  }
  const analysis: Analysis = { anomalies: new Anomalies(), doubts: [], facts: {} };
  try {
    analyse(history, inference, analysis, new Budget(context));
  } catch (error) {
    if (!(error instanceof UndecidedError)) throw error;
    analysis.interrupted = error.message;
  }
  return holdAgainst(level, analysis);
}

function analyse(history: History, inference: Inference, analysis: Analysis, budget: Budget): void {
  const { anomalies, doubts, facts } = analysis;
  const transactions = readTransactions(history, inference.dialect, budget);
  analysis.transactions = transactions;
  Object.assign(facts, sizes(transactions));
  const dependencies = inference.infer(transactions, history.length, anomalies, doubts, budget);
  facts['edges'] = dependencies.graph.target.length;
  budget.enter('looking for cyclic parts');
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

function holdAgainst(level: Level, { anomalies, doubts, facts, transactions, interrupted }: Analysis): CheckResult {
  const ruledOut = ruledOutBy(anomalies.names());
  const rest = LEVELS.filter((each) => !ruledOut.includes(each));
  const reasons = interrupted === undefined ? doubts : [interrupted, ...doubts];
  const [possible, undecided] = reasons.length === 0 ? [rest, []] : [[], rest];
  const findings =
    transactions === undefined ? [] : anomalies.findings(transactions, (each) => proscribes(level, each));
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
    },
  };
  if (findings.length > 0) return { verdict: 'invalid', ...result };
  if (transactions !== undefined && reasons.length === 0 && facts['committed'] === 0) {
    return { verdict: 'unknown', reason: 'no transaction committed, so nothing was tested', ...result };
  }
  if (reasons.length > 0) return { verdict: 'unknown', reason: reasons.join('; '), ...result };
  return { verdict: 'valid', ...result };
}
