import type { History } from '../../harness/kernel/history.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import type { PartLimits, PartVerdict } from './part-verdict.ts';
import { searchProgress } from './search-progress.ts';
import { decideRegister, type RegisterVerdict } from './decide-register.ts';
import { describeOperation } from './describe-operation.ts';
import { EvidenceEffort } from './evidence-effort.ts';
import type { OperationColumns } from './operations.ts';
import type { Contradiction } from './register-chains.ts';
import { registerEvidence } from './register-evidence.ts';
import { registerOperationsOf, type RegisterOperations, type RegisterOptions } from './register-operations.ts';

/** Judges the operations of one register and finds evidence where it is wrong. */
export function judgeRegister(
  history: History,
  operations: OperationColumns,
  members: Int32Array,
  options: RegisterOptions,
  limits: PartLimits,
): PartVerdict {
  const register = registerOperationsOf(history, operations, members, options);
  const verdict = decideRegister(register, limits);
  const ignored = { ...register.ignored };
  const { outcome, algorithm } = verdict;
  if (outcome === 'invalid' && limits.evidenceSteps === 0) return { outcome, algorithm, ignored };
  if (outcome === 'invalid') {
    return { outcome, algorithm, finding: findingOf(history, register, verdict, limits), ignored };
  }
  if (outcome === 'valid') return { outcome, algorithm, ignored };
  return { outcome, algorithm, progress: searchProgress(history, verdict), ignored };
}

function findingOf(
  history: History,
  register: RegisterOperations,
  verdict: RegisterVerdict,
  limits: PartLimits,
): Omit<Finding, 'key'> {
  const { contradiction, reached } = verdict;
  const hint = contradiction?.ops ?? [];
  const effort = new EvidenceEffort(limits.evidenceSteps, limits);
  const evidence = registerEvidence(register, hint, limits, effort);
  const entries = evidence.ops.map((op) => register.call[op] as number);
  const prefixEnd = evidence.prefixEnd ?? reached;
  return {
    anomaly: 'not-linearizable',
    ops: entries,
    count: 1,
    message: sentence(history, register, entries, contradiction),
    detail: {
      ...(prefixEnd === undefined ? {} : { linearizableUntil: prefixEnd }),
      ...(contradiction === undefined ? {} : { kind: contradiction.kind }),
    },
  };
}

/** Operations that a sentence names. */
const NAMED = 6;

const REASONS: Readonly<Record<Contradiction['kind'] | 'no-order' | 'impossible', string>> = {
  impossible: 'nothing that may have happened before explains the answer',
  'no-order': 'no order of these operations fits both their times and their answers',
  'phantom-read': 'a value was seen that nobody had made by then',
  'stale-read':
    'a value was seen although it had surely been replaced before, or each of two values must have come first',
  'future-read': 'a value was seen, or replaced, before it was made',
  'lost-update': 'two compare-and-sets both replaced the same value, which was made once',
  'cyclic-cas': 'these compare-and-sets each need a value that comes after their own',
};

function sentence(
  history: History,
  register: RegisterOperations,
  entries: readonly number[],
  contradiction: Contradiction | undefined,
): string {
  const shown = entries.slice(-NAMED).map((entry) => describeOperation(history, entry));
  const list = shown.join('; ');
  const op = contradiction?.ops[0];
  if (contradiction?.kind === 'phantom-read' && op !== undefined) {
    return `${describeOperation(history, register.call[op] as number)}: a value that nobody had made by then`;
  }
  const more = entries.length > NAMED ? ` (and ${entries.length - NAMED} more)` : '';
  const reason = REASONS[contradiction?.kind ?? (entries.length === 1 ? 'impossible' : 'no-order')];
  return `${reason}: ${list}${more}`;
}
