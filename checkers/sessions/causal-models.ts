import type { Finding } from '../../harness/kernel/verdict.ts';
import type { Budget } from '../judging/budget.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { causalityOf, type Causality } from './causality.ts';
import { describeOperation } from './describe-operation.ts';
import { tellConflict, tellCycle } from './order-findings.ts';
import { cycleIn } from './order-paths.ts';
import { PartialOrder } from './partial-order.ts';
import { hasRealtimeWitness } from './realtime-witness.ts';
import type { RegisterProblem } from './register-problem.ts';
import { saturate, type Conflict } from './saturation.ts';
import { subProblem } from './sub-problem.ts';

/**
 * The violations of causal consistency (CC): what a session saw includes everything that this depended on. Anomalies, by
 * the names of Bouajjani et al. (POPL 2017): `CyclicCO`, `WriteCOInitRead`, `WriteCORead`. O(n k).
 */
export function causalFindings(problem: RegisterProblem, budget: Budget): Finding[] {
  return findingsOfCausality(causalityOf(problem, budget));
}

/**
 * The violations of causal convergence (CCv): causal, and everybody agrees in which order concurrent writes of a key
 * came. Anomalies: those of CC, and `CyclicCF`. O(n k).
 */
export function convergentCausalFindings(problem: RegisterProblem, budget: Budget): Finding[] {
  const causality = causalityOf(problem, budget);
  const findings = findingsOfCausality(causality);
  if (findings.length > 0) return findings;
  const order = new PartialOrder(problem, budget);
  order.addReadsFrom();
  for (const { other, version, read } of causality.arbitrations) order.addEdge(other, version, 'ww', read);
  const cycle = cycleIn(order, order.topologicalOrder());
  return cycle === undefined ? [] : [tellCycle(order, cycle, 'CyclicCF')];
}

/**
 * The violations of causal memory (CM): causal, and each session can order everything in its past so that it explains
 * all its reads. Anomalies: those of CC, `WriteHBInitRead` and `CyclicHB`. A fixpoint per session that saw concurrent
 * writes: O(k n k) per round, few rounds.
 */
export function causalMemoryFindings(problem: RegisterProblem, budget: Budget): Finding[] {
  if (hasRealtimeWitness(problem, budget)) return [];
  const causality = causalityOf(problem, budget);
  const findings = findingsOfCausality(causality);
  const { clocks } = causality;
  if (findings.length > 0 || clocks === undefined) return findings;
  // Sessions that met no concurrent writes have nothing to conclude: their past is in order as it is.
  const sessions = new Set(causality.arbitrations.map(({ read }) => problem.session[read] ?? 0));
  for (const session of sessions) {
    const last = problem.sessions[session]?.at(-1) ?? 0;
    const isPast = (op: number): boolean =>
      problem.session[op] === session || (problem.position[op] ?? 0) <= clocks.at(last, problem.session[op] ?? 0);
    const past = subProblem(problem, { keeps: isPast, reads: () => true }, budget);
    const finding = sessionFinding(past, session, budget);
    if (finding !== undefined) return [finding];
  }
  return [];
}

/**
 * The violations of PRAM (FIFO consistency): each session can order all writes, keeping every session's own order, so
 * that it explains all its reads. Anomalies: `WriteHBInitRead` and `CyclicHB` on that weaker order. A fixpoint per
 * session: O(k n k) per round, few rounds.
 */
export function pramFindings(problem: RegisterProblem, budget: Budget): Finding[] {
  if (hasRealtimeWitness(problem, budget)) return [];
  for (const session of problem.sessions.keys()) {
    const isOwn = (op: number): boolean => problem.session[op] === session;
    const view = subProblem(problem, { keeps: (op) => isOwn(op) || problem.isWrite[op] === 1, reads: isOwn }, budget);
    const finding = sessionFinding(view, session, budget);
    if (finding !== undefined) return [finding];
  }
  return [];
}

function sessionFinding(view: RegisterProblem, session: number, budget: Budget): Finding | undefined {
  const order = new PartialOrder(view, budget);
  order.addReadsFrom();
  const rules = { concludes: (op: number): boolean => view.session[op] === session, isTotal: false };
  const saturation = saturate(order, rules, budget);
  switch (saturation.outcome) {
    case 'cyclic':
      return tellCycle(order, saturation.cycle, 'CyclicHB');
    case 'initial-read':
      return tellConflict(order, saturation.conflict, 'WriteHBInitRead');
    case 'acyclic':
      return undefined;
  }
}

function findingsOfCausality({ order, cycle, initialReads, overwrittenReads }: Causality): Finding[] {
  if (cycle !== undefined) return [tellCycle(order, cycle, 'CyclicCO')];
  const label = ({ read }: Conflict): string => describeOperation(order.problem, read);
  return [
    ...sampleFindings(onePerRead(initialReads), {
      anomaly: 'WriteCOInitRead',
      label,
      tell: (conflict) => tellConflict(order, conflict, 'WriteCOInitRead'),
    }),
    ...sampleFindings(onePerRead(overwrittenReads), {
      anomaly: 'WriteCORead',
      label,
      tell: (conflict) => tellConflict(order, conflict, 'WriteCORead'),
    }),
  ];
}

function onePerRead(conflicts: readonly Conflict[]): Conflict[] {
  return conflicts.filter(({ read }, position) => read !== conflicts[position - 1]?.read);
}
