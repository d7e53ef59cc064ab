import type { CheckContext } from '../../harness/kernel/checker.ts';
import { NO_KEY, type History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { combineVerdicts, type CheckResult, type Finding } from '../../harness/kernel/verdict.ts';
import { groupByKey, operationsOf } from './operations.ts';
import { judgeRegister } from './judge-register.ts';
import type { RegisterOptions } from './register-operations.ts';
import { UnreadableOperation } from './unreadable-operation.ts';

/** What became of one independent part of a history (one key). */
export interface PartVerdict {
  readonly outcome: 'valid' | 'invalid' | 'undecided';
  readonly algorithm: string;
  readonly finding?: Omit<Finding, 'key'>;
  /** How far an undecided search came, in words. */
  readonly progress?: string;
  /** Operations that say nothing and were left out, by reason. */
  readonly ignored: Readonly<Record<string, number>>;
}

/** A budget on the checker's clock. */
export interface PartLimits {
  readonly nowMs: CheckContext['nowMs'];
  readonly deadlineMs: number;
  readonly cacheBytes: number;
}

/** Judges a history of registers, each key on its own (linearizability is local: Herlihy & Wing 1990). */
export function judgeLinearizability(history: History, options: RegisterOptions, context: CheckContext): CheckResult {
  const operations = operationsOf(history);
  const groups = groupByKey(operations);
  const limits: PartLimits = {
    nowMs: context.nowMs,
    deadlineMs: context.nowMs() + context.limits.timeMs,
    cacheBytes: context.limits.memoryBytes / 2,
  };
  const tally = new Tally();
  for (let group = 0; group < groups.keys.length; group++) {
    const members = groups.members.subarray(groups.start[group], groups.start[group + 1]);
    try {
      tally.add(
        keyOf(history, groups.keys[group] as number),
        judgeRegister(history, operations, members, options, limits),
      );
    } catch (error) {
      if (!(error instanceof UnreadableOperation)) throw error;
      return { verdict: 'unknown', reason: error.message, findings: [], facts: { operations: operations.count } };
    }
  }
  return tally.result({ operations: operations.count, keys: groups.keys.length });
}

function keyOf(history: History, code: number): string | number | undefined {
  if (code === NO_KEY) return undefined;
  const key = history.decode(code);
  return typeof key === 'number' || typeof key === 'string' ? key : JSON.stringify(key);
}

/** Puts the verdicts of the parts together. */
class Tally {
  readonly #findings: Finding[] = [];
  readonly #algorithms: Record<string, number> = {};
  readonly #ignored: Record<string, number> = {};
  readonly #undecided: string[] = [];
  #parts = 0;

  add(key: string | number | undefined, part: PartVerdict): void {
    this.#parts++;
    this.#algorithms[part.algorithm] = (this.#algorithms[part.algorithm] ?? 0) + 1;
    for (const [what, count] of Object.entries(part.ignored)) {
      if (count > 0) this.#ignored[what] = (this.#ignored[what] ?? 0) + count;
    }
    if (part.finding !== undefined) this.#findings.push(key === undefined ? part.finding : { ...part.finding, key });
    if (part.outcome === 'undecided') {
      this.#undecided.push(`${key === undefined ? '' : `key ${key}: `}${part.progress ?? 'not decided'}`);
    }
  }

  result(facts: Record<string, JsonValue>): CheckResult {
    const verdict = combineVerdicts([
      this.#findings.length > 0 ? 'invalid' : 'valid',
      this.#undecided.length > 0 ? 'unknown' : 'valid',
    ]);
    return {
      verdict,
      ...(verdict === 'unknown'
        ? { reason: `${this.#undecided.length} of ${this.#parts} objects undecided; ${this.#undecided[0] ?? ''}` }
        : {}),
      findings: this.#findings,
      facts: {
        ...facts,
        algorithm: this.#algorithms,
        ignored: this.#ignored,
        ...(this.#undecided.length > 0 ? { undecided: this.#undecided.slice(0, 20) } : {}),
      },
    };
  }
}
