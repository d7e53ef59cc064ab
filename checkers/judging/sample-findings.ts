import type { Finding } from '../../harness/kernel/verdict.ts';

/** How many violations of one kind get a finding of their own, and how many of the rest lend it their operations. */
const SINGLE_FINDINGS = 10;
const REST_EXAMPLES = 10;
const REST_NAMED = 8;
/** Operations, as entries, that examples of the rest add up to at most, besides those of the first one. */
const REST_ENTRIES = 90;

/** How the violations of one kind are told. */
export interface ViolationKind<T> {
  readonly anomaly: string;
  /** The finding of one violation: its operations, its sentence, its key. */
  readonly tell: (violation: T) => Omit<Finding, 'anomaly' | 'count'>;
  /** A few words naming one violation in a list: `element 17`. */
  readonly label: (violation: T) => string;
}

/**
 * Findings for violations of one kind: the first ones each have their own, the rest share one that counts and names
 * them. The counts add up to the number of violations. Sentences are only made for what is shown.
 */
export function sampleFindings<T>(violations: readonly T[], kind: ViolationKind<T>): Finding[] {
  const findings: Finding[] = violations
    .slice(0, SINGLE_FINDINGS)
    .map((violation) => ({ anomaly: kind.anomaly, count: 1, ...kind.tell(violation) }));
  const rest = violations.slice(SINGLE_FINDINGS);
  if (rest.length > 0) findings.push(tellRest(rest, kind));
  return findings;
}

function tellRest<T>(rest: readonly T[], kind: ViolationKind<T>): Finding {
  const ops = new Set<number>();
  for (const violation of rest.slice(0, REST_EXAMPLES)) {
    const more = kind.tell(violation).ops;
    if (ops.size > 0 && ops.size + more.length > REST_ENTRIES) break;
    for (const op of more) ops.add(op);
  }
  const examples = rest.slice(0, REST_NAMED).map(kind.label);
  return {
    anomaly: kind.anomaly,
    count: rest.length,
    ops: [...ops].sort((left, right) => left - right),
    message: `${rest.length === 1 ? 'There is' : 'There are'} ${rest.length} more of the same kind (${kind.anomaly}): ${examples.join(', ')}${rest.length > examples.length ? ' and others' : ''}.`,
  };
}
