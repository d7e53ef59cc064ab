import type { CheckContext, Checker } from '../../harness/kernel/checker.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { CheckResult, Finding } from '../../harness/kernel/verdict.ts';
import type { BrokenEdge, ModelVerdict } from '../guarantees/index.ts';
import { ruledOutBy } from '../transactions/levels.ts';
import { findingAlone } from './finding-context.ts';

/**
 * Why a finding does not stand by itself, or undefined where it does: its checker, given the finding's operations and
 * the writers of what they read, finds the same anomaly, and also with everything that ran at the same time. For
 * transactions an anomaly that rules out at least the same levels is as good: without the rest of the history, a circle
 * that needs an order of real time may be found as one that needs only the order of one process, which says more. The same
 * holds for bad patterns of models of registers, and for placements, where every model that the finding broke must stay
 * broken.
 */
export function whyNotAlone(
  checker: Checker,
  history: History,
  context: CheckContext,
  finding: Finding,
): string | undefined {
  const { withWriters, withContext } = findingAlone(history, finding);
  const alike = checker.name === 'guarantees' ? aboutSameObject(checker.check(history, context), context) : context;
  for (const [name, part] of [
    ['with its writers', withWriters],
    ['with its context', withContext],
  ] as const) {
    const result = checker.check(part, alike);
    const { verdict, findings, reason = 'no reason' } = result;
    const came = findings.map(({ anomaly }) => anomaly);
    if (verdict === 'invalid' && saysAsMuch(finding.anomaly, came)) continue;
    if (checker.name === 'guarantees' && breaksAsMuch(checker.check(history, context), finding, result)) continue;
    return `${finding.anomaly} ${name} is ${verdict} (${came.join() || reason}): ${finding.message}`;
  }
  return undefined;
}

/** A few operations may not tell any more which object they are about, such as reads alone. */
function aboutSameObject({ facts }: CheckResult, context: CheckContext): CheckContext {
  const { object } = facts;
  return typeof object === 'string' ? { ...context, options: { ...context.options, model: object } } : context;
}

/**
 * A placement names one finding for each of the weakest models that are broken; a part of the history may be too short to
 * tell the same ones apart. Its finding must break what it was named for all the same.
 */
function breaksAsMuch(whole: CheckResult, finding: Finding, part: CheckResult): boolean {
  const position = whole.findings.findIndex(({ message }) => message === finding.message);
  const edges = (whole.facts['edges'] ?? []) as unknown as readonly BrokenEdge[];
  const models = (part.facts['models'] ?? {}) as unknown as Readonly<Record<string, ModelVerdict>>;
  const broken = edges.flatMap((edge) => (edge.finding === position ? [edge.stronger] : []));
  return broken.every((model) => models[model]?.verdict === 'invalid') && part.verdict === 'invalid';
}

/**
 * Bad patterns of models of registers that rule out as much as others (Bouajjani et al., POPL 2017): those of causal
 * consistency rule out all models that have patterns, the two of happens-before the same two models.
 */
const CAUSAL = ['CyclicCO', 'WriteCOInitRead', 'WriteCORead'];
const HAPPENS_BEFORE = ['CyclicHB', 'WriteHBInitRead'];
const AS_MUCH: Readonly<Record<string, readonly string[]>> = {
  CyclicCF: CAUSAL,
  CyclicHB: [...CAUSAL, ...HAPPENS_BEFORE],
  WriteHBInitRead: [...CAUSAL, ...HAPPENS_BEFORE],
};

function saysAsMuch(anomaly: string, came: readonly string[]): boolean {
  if (came.includes(anomaly) || AS_MUCH[anomaly]?.some((other) => came.includes(other)) === true) return true;
  const expected = ruledOutBy([anomaly]);
  const ruledOut = ruledOutBy(came);
  return expected.length > 0 && expected.every((level) => ruledOut.includes(level));
}
