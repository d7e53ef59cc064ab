import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Model, ModelOp } from '../../harness/kernel/model.ts';
import type { ProcessId } from '../../harness/kernel/op.ts';
import { wholeOption, type ObjectKind } from './object-kind.ts';

const LOCK_FUNCTIONS = ['acquire', 'release'];

/** A lock without owner: `acquire` needs it free, `release` needs it held, by whomever. */
export const mutex: ObjectKind = {
  name: 'mutex',
  description: 'a lock: acquire when free, release when held, no matter by whom',
  functions: LOCK_FUNCTIONS,
  blind: LOCK_FUNCTIONS,
  hasKeys: true,
  model: (): Model<boolean> => ({
    name: 'mutex',
    init: () => false,
    step: (held, op) => (held === (op.f === 'release') ? !held : undefined),
    identity: Number,
    describeState: (held) => (held ? 'held' : 'free'),
  }),
};

interface Holds {
  readonly owner: ProcessId;
  readonly holds: number;
}

/** A lock that its owner may take again; it is free after as many releases. Option `maxHolds`: how often at most. */
export const reentrantMutex: ObjectKind = {
  name: 'reentrant-mutex',
  description: 'a lock that its owner may take again, up to maxHolds times',
  functions: LOCK_FUNCTIONS,
  blind: LOCK_FUNCTIONS,
  hasKeys: true,
  model(options): Model<Holds | null> {
    const most = wholeOption(options, 'maxHolds', Number.MAX_SAFE_INTEGER, 1);
    return {
      name: 'reentrant-mutex',
      tellsProcesses: true,
      init: () => null,
      step(state, op) {
        const owner = processOf(op);
        if (state !== null && state.owner !== owner) return undefined;
        const holds = (state?.holds ?? 0) + (op.f === 'acquire' ? 1 : -1);
        if (holds < 0 || holds > most) return undefined;
        return holds === 0 ? null : { owner, holds };
      },
      identity: (state) => (state === null ? 'free' : `${state.owner} ${state.holds}`),
      describeState: (state) =>
        state === null ? 'free' : `held by process ${state.owner}${state.holds > 1 ? `, ${state.holds} times` : ''}`,
    };
  },
};

interface Fenced {
  readonly owner: ProcessId | null;
  readonly fence: number;
}

/** A lock with owner whose `acquire` answers a fencing token, greater than every one before. */
export const fencedLock: ObjectKind = {
  name: 'fenced-lock',
  description: 'a lock with owner: acquire -> a fencing token greater than all before, release by the owner',
  functions: LOCK_FUNCTIONS,
  blind: ['release'],
  hasKeys: true,
  model: (): Model<Fenced> => ({
    name: 'fenced-lock',
    tellsProcesses: true,
    init: () => ({ owner: null, fence: -1 }),
    step({ owner, fence }, op) {
      const process = processOf(op);
      if (op.f === 'release') return owner === process ? { owner: null, fence } : undefined;
      if (owner !== null) return undefined;
      const next = tokenOf(op.output, fence);
      return next === undefined ? undefined : { owner: process, fence: next };
    },
    identity: ({ owner, fence }) => `${owner ?? 'free'} ${fence}`,
    describeOp: (op) => (op.f === 'release' || op.output === undefined ? op.f : `${op.f} -> ${tokenWords(op.output)}`),
    describeState: ({ owner, fence }) => {
      const next = `its next token a number ${fence < 0 ? 'from 0' : `above ${fence}`}`;
      return owner === null ? `free, ${next}` : `held by process ${owner}`;
    },
  }),
};

/** An answer to `acquire`, which should be a token and may be anything. */
function tokenWords(answer: JsonValue): string {
  if (typeof answer === 'number') return `token ${answer}`;
  return answer === null ? 'no token' : `no token but ${JSON.stringify(answer)}`;
}

/** The token that was handed out; where nobody knows it, the least possible: it forbids the least. */
function tokenOf(answer: JsonValue | undefined, last: number): number | undefined {
  if (answer === undefined) return last + 1;
  return typeof answer === 'number' && answer > last ? answer : undefined;
}

/** A number of permits (option `permits`, default 1): `acquire n` and `release n`, n is 1 where it is null. */
export const semaphore: ObjectKind = {
  name: 'semaphore',
  description: 'a number of permits: acquire n, release n',
  functions: LOCK_FUNCTIONS,
  blind: LOCK_FUNCTIONS,
  hasKeys: true,
  model(options): Model<number> {
    const permits = wholeOption(options, 'permits', 1, 1);
    return {
      name: 'semaphore',
      init: () => permits,
      step(free, op) {
        const count = op.input ?? 1;
        if (typeof count !== 'number' || count < 0) return undefined;
        const left = op.f === 'acquire' ? free - count : free + count;
        return left < 0 || left > permits ? undefined : left;
      },
      identity: (free) => free,
      describeState: (free) => (free === 1 ? '1 permit free' : `${free} permits free`),
    };
  },
};

function processOf(op: ModelOp): ProcessId {
  return op.process ?? -1;
}
