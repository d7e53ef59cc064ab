import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { valuePut } from '../judging/attempts.ts';
import { Operations } from '../judging/operations.ts';
import { quote } from '../judging/wording.ts';
import type { PartLimits, PartVerdict } from './part-verdict.ts';
import { searchProgress } from './search-progress.ts';
import { decideRegister, type RegisterVerdict } from './decide-register.ts';
import { EvidenceEffort } from './evidence-effort.ts';
import type { GatheredOperations } from './operations.ts';
import type { Contradiction } from './register-chains.ts';
import { registerEvidence } from './register-evidence.ts';
import {
  NO_VALUE,
  registerOperationsOf,
  type RegisterOperations,
  type RegisterOptions,
} from './register-operations.ts';
import { tellWindow, type Window } from './window-story.ts';

/** Judges the operations of one register and finds evidence where it is wrong. */
export function judgeRegister(
  history: History,
  operations: GatheredOperations,
  options: RegisterOptions,
  limits: PartLimits,
): PartVerdict {
  const register = registerOperationsOf(history, operations, options);
  const verdict = decideRegister(register, limits);
  const ignored = { ...register.ignored };
  const { outcome, algorithm } = verdict;
  if (outcome === 'invalid' && limits.evidenceSteps === 0) return { outcome, algorithm, ignored };
  if (outcome === 'invalid') {
    return { outcome, algorithm, finding: findingOf(history, register, verdict, limits, options.initial), ignored };
  }
  if (outcome === 'valid') return { outcome, algorithm, ignored };
  return { outcome, algorithm, progress: searchProgress(history, verdict), ignored };
}

function findingOf(
  history: History,
  register: RegisterOperations,
  verdict: RegisterVerdict,
  limits: PartLimits,
  initial: JsonValue,
): Omit<Finding, 'key'> {
  const { contradiction, reached } = verdict;
  const hint = contradiction?.ops ?? [];
  const effort = new EvidenceEffort(limits.evidenceSteps, limits);
  const { ops, prefixEnd = reached } = registerEvidence(register, hint, limits, effort);
  const operations = new Operations(history);
  const kind = kindOf(register, verdict) ?? (ops.length === 1 ? 'impossible' : 'no-order');
  const { message, detail } = tellWindow(
    operations,
    windowOf(operations, register, ops, initial),
    REASONS[kind],
    effort,
  );
  return {
    anomaly: 'not-linearizable',
    ops: ops.map((op) => register.call[op] as number),
    count: 1,
    message,
    detail: {
      ...(prefixEnd === undefined ? {} : { linearizableUntil: prefixEnd }),
      ...(contradiction === undefined ? {} : { kind }),
      ...detail,
    },
  };
}

/** What contradicts itself; a value that nobody ever made is never stale. */
function kindOf(
  { needs, makes }: RegisterOperations,
  { contradiction }: RegisterVerdict,
): Contradiction['kind'] | undefined {
  if (contradiction?.kind !== 'stale-read') return contradiction?.kind;
  const isMade = (op: number): boolean =>
    needs[op] === NO_VALUE || needs[op] === 0 || makes.includes(needs[op] as number);
  return contradiction.ops.every(isMade) ? contradiction.kind : 'phantom-read';
}

/** The state of a register, as who made it: an operation of the window, or -1 for nobody. */
function windowOf(
  operations: Operations,
  { needs, avoids, makes, call, ret }: RegisterOperations,
  ops: readonly number[],
  initial: JsonValue,
): Window<number> {
  const valueOf = (maker: number): number => (maker < 0 ? 0 : (makes[maker] as number));
  const column = (from: Int32Array): Int32Array => Int32Array.from(ops, (op) => from[op] as number);
  return {
    object: {
      count: ops.length,
      call: column(call),
      ret: column(ret),
      initial: -1,
      step(maker, place) {
        const op = ops[place] as number;
        const [needed, avoided] = [needs[op] as number, avoids[op] as number];
        if (needed !== NO_VALUE && needed !== valueOf(maker)) return undefined;
        if (avoided !== NO_VALUE && avoided === valueOf(maker)) return undefined;
        return makes[op] === NO_VALUE ? maker : op;
      },
      identity: valueOf,
      isPure: (place) => makes[ops[place] as number] === NO_VALUE,
    },
    describeState: (maker) => quote(maker < 0 ? initial : valuePut(operations, call[maker] as number)),
  };
}

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
