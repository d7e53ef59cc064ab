import type { Finding } from '../../harness/kernel/verdict.ts';
import { listed } from './wording.ts';

/** How many violations of one kind get a finding of their own, and how many of the rest lend it their operations. */
const SINGLE_FINDINGS = 10;
const REST_EXAMPLES = 10;

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
  for (const violation of rest.slice(0, REST_EXAMPLES)) for (const op of kind.tell(violation).ops) ops.add(op);
  return {
    anomaly: kind.anomaly,
    count: rest.length,
    ops: [...ops].sort((left, right) => left - right),
    message: `${rest.length} more of the same kind (${kind.anomaly}): ${listed(rest.slice(0, 50).map(kind.label))}${
      rest.length > 50 ? ' and others' : ''
    }.`,
  };
}
