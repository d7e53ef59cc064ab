import type { CheckContext } from '../../harness/kernel/checker.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { CheckResult, Finding } from '../../harness/kernel/verdict.ts';
import { listAppendChecker } from '../transactions/list-append/check-list-append.ts';
import { LEVELS, proscribes } from '../transactions/levels.ts';
import { rwRegisterChecker } from '../transactions/rw-register/check-rw-register.ts';
import { LATTICE, strongestOf, transactional, weakestOf } from './lattice.ts';
import type { BrokenEdge, ModelVerdict, Placement } from './placement.ts';

/** Places a history of transactions (`txn` operations: lists of `append` and `r`, or of `w` and `r`). */
export function placeTransactions(history: History, context: CheckContext): Placement {
  const checker = appends(history) ? listAppendChecker : rwRegisterChecker;
  const result = checker.check(history, { ...context, options: { ...context.options, level: 'strict-serializable' } });
  const models: Record<string, ModelVerdict> = {};
  const ruledOut = namesIn(result, 'ruledOut');
  const possible = namesIn(result, 'possible');
  const { reason = 'it was not decided' } = result;
  for (const level of LEVELS) {
    const name = transactional(level);
    if (ruledOut.includes(level)) models[name] = { verdict: 'invalid', decidedBy: checker.name };
    else if (possible.includes(level)) models[name] = { verdict: 'valid', decidedBy: checker.name };
    else models[name] = { verdict: 'unknown', decidedBy: checker.name, reason };
  }
  const having = (verdict: ModelVerdict['verdict']): string[] =>
    Object.keys(models).filter((name) => models[name]?.verdict === verdict);
  const weakestBroken = weakestOf(having('invalid'));
  const findings = weakestBroken.flatMap((name) => breaking(name, result.findings) ?? []);
  return {
    models,
    strongest: strongestOf(having('valid')),
    weakestBroken,
    undecided: having('unknown'),
    edges: edgesOf(models, result.findings, findings),
    findings,
  };
}

function edgesOf(models: Placement['models'], all: readonly Finding[], shown: Finding[]): BrokenEdge[] {
  const edges: BrokenEdge[] = [];
  for (const [stronger, weakers] of LATTICE) {
    if (models[stronger]?.verdict !== 'invalid') continue;
    for (const weaker of weakers) {
      if (models[weaker]?.verdict !== 'valid') continue;
      const finding = breaking(stronger, all);
      if (finding === undefined) continue;
      if (!shown.includes(finding)) shown.push(finding);
      edges.push({ stronger, weaker, finding: shown.indexOf(finding) });
    }
  }
  return edges;
}

/** The first finding that the level of that name forbids. */
function breaking(name: string, findings: readonly Finding[]): Finding | undefined {
  const level = LEVELS.find((candidate) => transactional(candidate) === name);
  return level === undefined ? undefined : findings.find(({ anomaly }) => proscribes(level, anomaly));
}

function namesIn(result: CheckResult, fact: string): readonly string[] {
  const names = result.facts[fact];
  return Array.isArray(names) ? (names as readonly JsonValue[]).filter((name) => typeof name === 'string') : [];
}

function appends(history: History): boolean {
  for (const code of history.columns.value) {
    if (code >= 0) continue;
    const value = history.decode(code);
    if (!Array.isArray(value)) continue;
    for (const step of value as readonly JsonValue[]) {
      const [f] = Array.isArray(step) ? (step as readonly JsonValue[]) : [];
      if (f === 'append') return true;
      if (f === 'w') return false;
    }
  }
  return true;
}
