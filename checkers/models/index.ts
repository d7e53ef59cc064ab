import { appendLog } from './append-log.ts';
import { counter } from './counter.ts';
import { fifoQueue } from './fifo-queue.ts';
import { kv, multiRegister } from './kv.ts';
import { fencedLock, mutex, reentrantMutex, semaphore } from './locks.ts';
import type { ObjectKind } from './object-kind.ts';
import { set } from './set.ts';
import { stack } from './stack.ts';
import { unorderedQueue } from './unordered-queue.ts';

/** Sequential objects by name, besides registers, which have their own representation. */
export const OBJECT_KINDS: readonly ObjectKind[] = [
  kv,
  multiRegister,
  fifoQueue,
  unorderedQueue,
  stack,
  set,
  counter,
  mutex,
  reentrantMutex,
  fencedLock,
  semaphore,
  appendLog,
];

export { powerSet, type NondeterministicModel } from './power-set.ts';
export type { ObjectKind } from './object-kind.ts';
export { ModelWithChoice, refuseChoice } from './refuse-choice.ts';
