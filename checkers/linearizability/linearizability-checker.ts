import type { CheckContext, ShardedChecker } from '../../harness/kernel/checker.ts';
import { isHarnessError, HarnessError } from '../../harness/kernel/harness-error.ts';
import { NO_KEY, type History } from '../../harness/kernel/history.ts';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import { ModelWithChoice, OBJECT_KINDS, refuseChoice } from '../models/index.ts';
import { judgeLinearizability, type JudgePlan } from './judge-linearizability.ts';
import { judgeModel } from './judge-model.ts';
import { judgeRegister } from './judge-register.ts';
import { mergeShares } from './merge-shares.ts';
import type { FailedCas, RegisterOptions } from './register-operations.ts';

/** Entries per thread below which threads cost more than they gain. */
const ENTRIES_PER_SHARE = 100_000;
const FAILED_CAS: readonly FailedCas[] = ['precondition', 'all', 'ignore'];
/** Options of objects that only one model reads, by option. */
const OF_ONE_MODEL: readonly (readonly [option: string, model: string])[] = [
  ['permits', 'semaphore'],
  ['maxHolds', 'reentrant-mutex'],
];
const REGISTERS: readonly string[] = ['register', 'cas-register'];
const REGISTER_FUNCTIONS: readonly string[] = ['read', 'write', 'cas'];

/** Names of the sequential objects that histories can be judged by. */
export function modelNames(): readonly string[] {
  return [...REGISTERS, ...OBJECT_KINDS.map(({ name }) => name)];
}

/** Names of the operations that a model has; none for an unknown model. */
export function functionsOfModel(name: string): readonly string[] {
  if (REGISTERS.includes(name)) return REGISTER_FUNCTIONS;
  return OBJECT_KINDS.find((kind) => kind.name === name)?.functions ?? [];
}

/**
 * Is there one order of all operations that agrees with real time and with every answer?
 *
 * Options: `model` (see {@link modelNames}, default `cas-register`). For registers: `initial` (value before the first
 * write, default null), `failedCas` (`precondition`, `all` or `ignore`; see {@link RegisterOptions}), `nullReads` (`exact`,
 * or `any` where a read of null says nothing). Other objects have options of their own. Throws HarnessError `usage` for
 * options that cannot be read, and for a model that needs `powerSet`.
 */
export const linearizabilityChecker: ShardedChecker = {
  name: 'linearizability',
  check(history: History, context: CheckContext): CheckResult {
    // What was asked wrongly is told to whoever asked; what a model throws is not.
    const plan = planOf(context);
    try {
      if (context.model !== undefined) refuseChoice(context.model, history);
      return judgeLinearizability(history, plan, context);
    } catch (error) {
      if (error instanceof ModelWithChoice) throw error;
      const why = error instanceof Error ? error.message : String(error);
      const reason = isHarnessError(error) ? why : `the check failed: ${why}`;
      return { verdict: 'unknown', reason, findings: [], facts: {} };
    }
  },
  shardsOf(history: History, context: CheckContext): number {
    const { key } = history.columns;
    const isOne =
      context.options['model'] === 'multi-register' || key.every((code) => code === key[0] || code === NO_KEY);
    return isOne ? 1 : Math.ceil(history.length / ENTRIES_PER_SHARE);
  },
  merge: mergeShares,
};

function planOf({ options, model }: CheckContext): JudgePlan {
  if (model !== undefined) {
    return {
      byKey: true,
      judge: (history, operations, limits) => judgeModel(history, operations, { model }, limits),
    };
  }
  const { model: name = 'cas-register' } = options;
  for (const [option, owner] of OF_ONE_MODEL) {
    if (options[option] === undefined || name === owner) continue;
    throw new HarnessError(
      'usage',
      `${option} is an option of the model ${owner}, the model is ${JSON.stringify(name)}`,
    );
  }
  if (typeof name === 'string' && REGISTERS.includes(name)) {
    const register = registerOptions(options);
    return {
      byKey: true,
      judge: (history, operations, limits) => judgeRegister(history, operations, register, limits),
    };
  }
  const kind = OBJECT_KINDS.find((candidate) => candidate.name === name);
  if (kind === undefined) {
    throw new HarnessError('usage', `there is no model ${JSON.stringify(name)}; there are: ${modelNames().join(', ')}`);
  }
  const object = { kind, model: kind.model(options) };
  return {
    byKey: kind.hasKeys,
    judge: (history, operations, limits) => judgeModel(history, operations, object, limits),
  };
}

function registerOptions(options: CheckContext['options']): RegisterOptions {
  const { initial = null, failedCas = 'precondition', nullReads = 'exact' } = options;
  const failures = FAILED_CAS.find((choice) => choice === failedCas);
  if (failures === undefined) {
    throw new HarnessError('usage', `failedCas is one of ${FAILED_CAS.join(', ')}; came ${JSON.stringify(failedCas)}`);
  }
  if (nullReads !== 'exact' && nullReads !== 'any') {
    throw new HarnessError('usage', `nullReads is exact or any; came ${JSON.stringify(nullReads)}`);
  }
  return { initial, failedCas: failures, nullReadsAreLegal: nullReads === 'any' };
}
