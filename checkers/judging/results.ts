import type { JsonValue } from '../../harness/kernel/json.ts';
import type { CheckResult, Finding } from '../../harness/kernel/verdict.ts';

type Facts = Readonly<Record<string, JsonValue>>;

/** The result of a check that found `findings`; where there are none, `doubt` (a plain sentence) makes it `unknown`. */
export function judged(findings: readonly Finding[], facts: Facts, doubt?: string): CheckResult {
  if (findings.length > 0) return { verdict: 'invalid', findings, facts };
  if (doubt !== undefined) return undecided(doubt, facts);
  return { verdict: 'valid', findings, facts };
}

/** The result of a check that could not answer. */
export function undecided(reason: string, facts: Facts = {}): CheckResult {
  return { verdict: 'unknown', reason, findings: [], facts };
}
