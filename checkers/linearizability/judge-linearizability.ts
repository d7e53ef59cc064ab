import type { CheckContext } from '../../harness/kernel/checker.ts';
import { NO_KEY, type History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { combineVerdicts, type CheckResult, type Finding } from '../../harness/kernel/verdict.ts';
import { quote } from '../judging/wording.ts';
import { FINDING_GROUPS, MOST_FINDINGS } from './merge-shares.ts';
import { objectsOf } from './objects.ts';
import type { GatheredOperations } from './operations.ts';
import type { PartLimits, PartVerdict } from './part-verdict.ts';
import { UnreadableOperation } from './unreadable-operation.ts';

/** Judges all operations of one independent part. */
export type PartJudge = (history: History, operations: GatheredOperations, limits: PartLimits) => PartVerdict;

/** What to judge by. */
export interface JudgePlan {
  readonly judge: PartJudge;
  /** True where each key is an object of its own: linearizability is local (Herlihy & Wing 1990). */
  readonly byKey: boolean;
}

/** Judges a history part by part and puts the verdicts together. */
export function judgeLinearizability(
  history: History,
  { judge, byKey }: JudgePlan,
  context: CheckContext,
): CheckResult {
  const startMs = context.nowMs();
  const objects = objectsOf(history, byKey, context.shard);
  const { total } = objects;
  const limits: PartLimits = {
    nowMs: context.nowMs,
    deadlineMs: startMs + context.limits.timeMs * SHARE_OF_TIME,
    cacheBytes: Math.max(MIN_CACHE_BYTES, context.limits.memoryBytes / 2),
    evidenceSteps: EVIDENCE_WORK,
  };
  const tally = new Tally();
  let toldMs = startMs;
  for (let object = 0; object < objects.count; object++) {
    if (context.nowMs() > limits.deadlineMs) {
      tally.skip(objects.count - tally.parts);
      break;
    }
    try {
      tally.add(
        keyOf(history, objects.key[object] as number),
        judge(history, objects.operationsOf(object), tally.isSated ? { ...limits, evidenceSteps: 0 } : limits),
        objects.number[object] as number,
      );
    } catch (error) {
      if (!(error instanceof UnreadableOperation)) throw error;
      return { verdict: 'unknown', reason: error.message, findings: [], facts: { operations: total.operations } };
    }
    if (context.nowMs() - toldMs < PROGRESS_INTERVAL_MS) continue;
    toldMs = context.nowMs();
    context.onProgress?.(`${tally.parts} of ${objects.count} objects judged`);
  }
  return tally.result({ operations: total.operations, keys: total.objects }, context.shard !== undefined);
}

/** Leaves room for the last steps and for evidence. */
const SHARE_OF_TIME = 0.97;
const MIN_CACHE_BYTES = 2 ** 20;
/** A history may have a hundred thousand objects, and telling costs more than judging one. */
const PROGRESS_INTERVAL_MS = 20;
/** Steps for the evidence of one object: a second or two. */
const EVIDENCE_WORK = 8_000_000;

function keyOf(history: History, code: number): string | number | undefined {
  if (code === NO_KEY) return undefined;
  const key = history.decode(code);
  return typeof key === 'number' || typeof key === 'string' ? key : JSON.stringify(key);
}

/** The operations of a sentence have no keys, and without one a write of 1 and then of 2 to another would contradict a read of 1. */
function onKey(finding: Omit<Finding, 'key'>, key: string | number): Finding {
  const { message } = finding;
  return { ...finding, message: `On key ${quote(key)}, ${message.charAt(0).toLowerCase()}${message.slice(1)}`, key };
}

/** Puts the verdicts of the parts together. */
class Tally {
  readonly #findings: Finding[] = [];
  /** The group that each finding is about. */
  readonly #groups: number[] = [];
  readonly #algorithms: Record<string, number> = {};
  readonly #ignored: Record<string, number> = {};
  readonly #undecided: string[] = [];
  #parts = 0;
  #skipped = 0;
  #invalid = 0;

  /** True where there is evidence enough. */
  get isSated(): boolean {
    return this.#findings.length >= MOST_FINDINGS;
  }

  get parts(): number {
    return this.#parts;
  }

  add(key: string | number | undefined, part: PartVerdict, group: number): void {
    this.#parts++;
    this.#algorithms[part.algorithm] = (this.#algorithms[part.algorithm] ?? 0) + 1;
    for (const [what, count] of Object.entries(part.ignored)) {
      if (count > 0) this.#ignored[what] = (this.#ignored[what] ?? 0) + count;
    }
    if (part.outcome === 'invalid') this.#invalid++;
    if (part.finding !== undefined) {
      this.#findings.push(key === undefined ? part.finding : onKey(part.finding, key));
      this.#groups.push(group);
    }
    if (part.outcome === 'undecided') {
      this.#undecided.push(`${key === undefined ? '' : `key ${key}: `}${part.progress ?? 'not decided'}`);
    }
  }

  /** Objects that the budget did not suffice for. */
  skip(count: number): void {
    this.#parts += count;
    this.#skipped = count;
  }

  /** A share also says which groups its findings are about. */
  result(facts: Record<string, JsonValue>, isShare: boolean): CheckResult {
    const verdict = combineVerdicts([
      this.#invalid > 0 ? 'invalid' : 'valid',
      this.#undecided.length + this.#skipped > 0 ? 'unknown' : 'valid',
    ]);
    const open = this.#undecided.length + this.#skipped;
    const first = this.#undecided[0] ?? `the budget was spent before ${this.#skipped} of them`;
    return {
      verdict,
      ...(verdict === 'unknown' ? { reason: `${open} of ${this.#parts} objects undecided; ${first}` } : {}),
      findings: this.#findings,
      facts: {
        ...facts,
        algorithm: this.#algorithms,
        ignored: this.#ignored,
        ...(this.#invalid > 0 ? { invalid: this.#invalid } : {}),
        ...(open > 0 ? { undecided: open } : {}),
        ...(isShare ? { [FINDING_GROUPS]: this.#groups } : {}),
      },
    };
  }
}
