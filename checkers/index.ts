/** Consistency checkers as a library: histories in, verdicts with evidence out. */
export { checkerNamed, checkerNames } from './registry.ts';
export { DEFAULT_CHECK_LIMITS } from './check-limits.ts';
export { runCheck, runChecks, type CheckRequest, type RunCheckOptions } from './run-check.ts';
export { checkLinearizable, type LinearizableOptions } from './check-linearizable.ts';
export { modelNames } from './linearizability/index.ts';
export { powerSet, type NondeterministicModel } from './models/index.ts';
export type { CheckLimits, CheckerUse, ModelSource } from '../harness/kernel/checker.ts';
export type { History } from '../harness/kernel/history.ts';
export type { JsonValue } from '../harness/kernel/json.ts';
export type { Op, OpDraft } from '../harness/kernel/op.ts';
export type { Model, ModelOp } from '../harness/kernel/model.ts';
export type { CheckResult, Finding, Verdict } from '../harness/kernel/verdict.ts';
export { HistoryBuilder, historyOf } from '../harness/history/index.ts';
export { guarantees, type GuaranteesOptions } from './place-history.ts';
export {
  LATTICE,
  type BrokenEdge,
  type GuaranteeReport,
  type HistoryFamily,
  type ModelVerdict,
} from './guarantees/index.ts';
