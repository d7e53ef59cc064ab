import type { JsonValue } from '../../harness/kernel/json.ts';
import { combineVerdicts, type CheckResult, type Finding } from '../../harness/kernel/verdict.ts';

/** How many objects get any evidence: after these only verdicts are counted. */
export const MOST_FINDINGS = 16;
/** Fact of a share: the number of the object that each finding is about. */
export const FINDING_GROUPS = 'findingGroups';

/**
 * One answer from the answers for disjoint shares of the objects of one history: the same as that of a check that judged
 * them all, however many shares there are.
 */
export function mergeShares(results: readonly CheckResult[]): CheckResult {
  const verdict = combineVerdicts(results.map((result) => result.verdict));
  const reasons = results.flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
  const facts = results.map((result) =>
    Object.fromEntries(Object.entries(result.facts).filter(([name]) => name !== FINDING_GROUPS)),
  );
  return {
    verdict,
    ...(verdict === 'unknown' ? { reason: [...new Set(reasons)].join('; ') } : {}),
    findings: inOrder(results),
    facts: {
      ...Object.assign({}, ...facts),
      algorithm: sumCounts(facts.map((fact) => fact['algorithm'])),
      ignored: sumCounts(facts.map((fact) => fact['ignored'])),
      ...total('invalid', facts),
      ...total('undecided', facts),
    },
  };
}

/** The findings about the first objects. Every share has evidence for its first ones, so for these too. */
function inOrder(results: readonly CheckResult[]): readonly Finding[] {
  const numbered = results.flatMap(({ findings, facts }) => {
    const groups = facts[FINDING_GROUPS];
    return findings.map((finding, index) => ({ finding, group: Array.isArray(groups) ? Number(groups[index]) : 0 }));
  });
  numbered.sort((left, right) => left.group - right.group);
  return numbered.slice(0, MOST_FINDINGS).map(({ finding }) => finding);
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
