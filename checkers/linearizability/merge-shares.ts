import type { JsonValue } from '../../harness/kernel/json.ts';
import { combineVerdicts, type CheckResult } from '../../harness/kernel/verdict.ts';

/** One answer from the answers for disjoint shares of the objects of one history. */
export function mergeShares(results: readonly CheckResult[]): CheckResult {
  const verdict = combineVerdicts(results.map((result) => result.verdict));
  const reasons = results.flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
  const facts = results.map((result) => result.facts);
  return {
    verdict,
    ...(verdict === 'unknown' ? { reason: [...new Set(reasons)].join('; ') } : {}),
    findings: results.flatMap(({ findings }) => findings),
    facts: {
      ...Object.assign({}, ...facts),
      algorithm: sumCounts(facts.map((fact) => fact['algorithm'])),
      ignored: sumCounts(facts.map((fact) => fact['ignored'])),
      ...total('invalid', facts),
      ...total('undecided', facts),
      threads: results.length,
    },
  };
}

function sumCounts(tallies: readonly (JsonValue | undefined)[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const tally of tallies) {
    for (const [name, count] of Object.entries(tally ?? {})) {
      if (typeof count === 'number') sums[name] = (sums[name] ?? 0) + count;
    }
  }
  return sums;
}

function total(name: string, facts: readonly CheckResult['facts'][]): Record<string, number> {
  const counts = facts.map((fact) => fact[name]).filter((count) => typeof count === 'number');
  return counts.length === 0 ? {} : { [name]: counts.reduce((sum, count) => sum + count, 0) };
}
