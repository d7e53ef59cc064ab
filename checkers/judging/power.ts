import type { CheckContext, Checker, ShardedChecker } from '../../harness/kernel/checker.ts';
import { HarnessError } from '../../harness/kernel/harness-error.ts';
import { NO_PAIR, TYPE_FAIL, TYPE_INVOKE, TYPE_OK, type History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { CheckResult } from '../../harness/kernel/verdict.ts';

/** Functions that only look, and those that change something without saying what was there. */
const READS: readonly string[] = ['read', 'r'];
const BLIND_UPDATES: readonly string[] = ['write', 'w', 'add', 'append', 'enqueue', 'push'];

/** Codes of a `fail` that is an answer: the operation's own condition was false, or there was nothing to take. */
const ANSWERS: readonly string[] = ['precondition', 'empty'];

/**
 * The checker, but for histories that could hardly have shown a violation. What it calls valid is `unknown` where the history
 * holds no operation that was answered, unless option `power` is `any`, as other tools have it. Where nothing was ever
 * changed, or nothing was ever looked at, it stays valid, and the fact `power` says what was missing.
 */
export function needingPower<C extends Checker | ShardedChecker>(checker: C): C {
  return {
    ...checker,
    check(history: History, context: CheckContext): CheckResult {
      const { power: wanted = 'any' } = context.options;
      if (wanted !== 'any') {
        throw new HarnessError('usage', `power is any, or left out; came ${JSON.stringify(wanted)}`);
      }
      const result = checker.check(history, context);
      const power = result.verdict === 'valid' ? lackingPower(history) : undefined;
      if (power === undefined) return result;
      if (power.isUnanswered && context.options['power'] !== 'any') {
        return { ...result, verdict: 'unknown', reason: power.missing };
      }
      return { ...result, facts: { ...result.facts, power: power.missing } };
    },
  };
}

interface LackingPower {
  /** What is missing, and what to do. */
  readonly missing: string;
  readonly isUnanswered: boolean;
}

/** Why a history could show nothing; undefined where it could. Looks no further than needed. */
function lackingPower(history: History): LackingPower | undefined {
  const { type, pair } = history.columns;
  const seen = { answer: false, update: false, look: false };
  let isEmpty = true;
  for (let op = 0; op < type.length; op++) {
    if (type[op] !== TYPE_INVOKE) continue;
    isEmpty = false;
    const completion = pair[op] as number;
    const outcome = completion === NO_PAIR ? undefined : type[completion];
    const isAnswer =
      outcome === TYPE_OK || (completion !== NO_PAIR && ANSWERS.includes(errorCode(history, completion)));
    const names = namesOf(history, op);
    seen.answer ||= isAnswer;
    seen.update ||= outcome !== TYPE_FAIL && names.some((name) => !READS.includes(name));
    seen.look ||= isAnswer && names.some((name) => !BLIND_UPDATES.includes(name));
    if (seen.answer && seen.update && seen.look) return undefined;
  }
  return {
    missing: isEmpty ? 'the history holds no operation at all' : missing(seen),
    isUnanswered: !seen.answer,
  };
}

function missing(seen: { readonly answer: boolean; readonly update: boolean }): string {
  if (!seen.answer) return 'no operation was answered, so nothing was tested: see why, and run again';
  if (!seen.update) return 'nothing was ever changed, so nothing could be read wrong: let clients write, too';
  return 'nothing was ever read, so nothing could be seen wrong: let clients read, too';
}

function errorCode({ columns, errors }: History, completion: number): string {
  return errors[(columns.error[completion] as number) - 1]?.code ?? '';
}

/** What an operation does: its function, or those of its micro-operations. */
function namesOf(history: History, op: number): readonly string[] {
  const f = history.fNames[history.columns.f[op] as number] ?? '';
  if (READS.includes(f) || BLIND_UPDATES.includes(f)) return [f];
  const value = history.decode(history.columns.value[op] as number);
  const steps = Array.isArray(value) ? (value as readonly JsonValue[]) : [];
  const names = steps.flatMap((step) => (Array.isArray(step) && typeof step[0] === 'string' ? [step[0]] : []));
  return names.length === 0 ? [f] : names;
}
