import type { History } from '../../harness/kernel/history.ts';
import type { ModelOp } from '../../harness/kernel/model.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { Operations } from '../judging/operations.ts';
import { plain } from '../judging/wording.ts';
import { contradictionWords, type ToldContradiction } from './contradiction-words.ts';
import { decideModel, type JudgedObject } from './decide-model.ts';
import { EVIDENCE_CACHE_BYTES, EVIDENCE_STEPS, EvidenceEffort } from './evidence-effort.ts';
import { cutAt, modelEvidence, pick, tellingOps } from './model-evidence.ts';
import type { ModelOperations } from './model-operations.ts';
import { NEVER } from './operations.ts';
import type { PartLimits } from './part-verdict.ts';
import { MOST_OPS } from './shrink.ts';
import { listed, tellImpossible, tellWindow, type Window } from './window-story.ts';

/** Why a part is wrong: a contradiction, or that no order was found. */
export interface Wrong {
  /** Present where there is a contradiction; `hasStates` is false where its operations leave states that never were. */
  readonly told?: ToldContradiction & { readonly hasStates: boolean };
  /** Entry at which the search failed; absent where there was none. */
  readonly reached?: number;
  /** Finds the entry before which everything has an order, where the search did not. */
  readonly prefixEnd?: () => number | undefined;
  /** What a shortcut says about some of the operations alone; undefined where it says nothing. */
  readonly isWrongAnyway?: (part: ModelOperations) => boolean | undefined;
}

/** The finding about one object: a window that is wrong by itself, the longest prefix that is not, and what orders contradict. */
export function modelFinding(
  history: History,
  read: ModelOperations,
  object: JudgedObject,
  wrong: Wrong,
  limits: PartLimits,
): Omit<Finding, 'key'> {
  const { kind } = object;
  const effort = new EvidenceEffort(limits.evidenceSteps, limits);
  const bounded = {
    ...limits,
    cacheBytes: Math.min(limits.cacheBytes, EVIDENCE_CACHE_BYTES),
    maxSteps: EVIDENCE_STEPS,
  };
  const isWrong = (part: ModelOperations, at?: number): boolean => {
    const known = at === undefined ? wrong.isWrongAnyway?.(part) : undefined;
    effort.spend(part.count);
    if (known !== undefined) return known;
    const { outcome, reached, steps, specialWay } = decideModel(object, part, bounded);
    effort.spend(steps);
    if (outcome !== 'invalid' || at === undefined || specialWay === undefined) {
      return outcome === 'invalid' && (at === undefined || reached === at);
    }
    const before = decideModel(object, cutAt(part, at - 1), bounded);
    effort.spend(before.steps);
    return before.outcome === 'valid';
  };
  // The few operations of a contradiction are the proof: fewer of them would be wrong for another reason.
  const isProof = wrong.reached === undefined && read.count <= MOST_OPS && isWrong(read);
  const reached = wrong.reached ?? (isProof ? -1 : decideModel(object, read, bounded).reached);
  const elements = kind?.elements?.bind(kind);
  const { ops, end } = isProof
    ? { ops: Array.from({ length: read.count }, (_, op) => op), end: -1 }
    : modelEvidence(read, reached, {
        isWrong,
        ...(elements === undefined ? {} : { elements }),
        restsOnAll: kind?.restsOnAll === true,
        effort,
      });
  const window = windowOf(object, pick(read, ops));
  const operations = new Operations(history);
  const told = isProof || ops.length === read.count ? wrong.told : undefined;
  const words = told === undefined ? NO_ORDER : contradictionWords(operations, kind?.name ?? '', told);
  const isAlone = ops.length === 1 && end >= 0 && read.ret[ops[0] as number] === end;
  const { message, detail } = isAlone
    ? tellImpossible(operations, window, windowOf(object, prefixOf(read, end)).object, IMPOSSIBLE, effort)
    : wrong.told?.hasStates !== false
      ? tellWindow(operations, window, words, effort)
      : { message: listed(operations, window, words), detail: {} };
  const prefixEnd = wrong.reached === undefined ? wrong.prefixEnd?.() : end < 0 || end === NEVER ? undefined : end;
  return {
    anomaly: 'not-linearizable',
    ops: ops.map((op) => read.call[op] as number),
    count: 1,
    message,
    detail: {
      kind: wrong.told?.kind ?? 'no-order',
      ...(prefixEnd === undefined ? {} : { linearizableUntil: prefixEnd }),
      ...detail,
    },
  };
}

/** Everything that was answered up to an entry, with the updates that may have happened by then. */
function prefixOf(read: ModelOperations, end: number): ModelOperations {
  const prefix = cutAt(read, end);
  return pick(prefix, tellingOps(prefix));
}

function windowOf({ model }: JudgedObject, part: ModelOperations): Window<unknown> {
  const actionOf = (op: number): ModelOp => part.actions[part.action[op] as number] as ModelOp;
  return {
    object: {
      count: part.count,
      call: part.call,
      ret: part.ret,
      initial: model.init(),
      step: (state, op) => model.step(state, actionOf(op)),
      identity: (state) => model.identity(state),
      isPure: (op) => part.isPure[part.action[op] as number] === 1,
    },
    describeState: (state) => plain(model.describeState?.(state) ?? String(model.identity(state))),
    describeOp: (op) => model.describeOp?.(actionOf(op)),
  };
}

const IMPOSSIBLE = 'no order of what was answered before explains this answer';
const NO_ORDER = 'no order of these operations fits both their times and their answers';
