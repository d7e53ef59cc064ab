import { counterBounds } from './counter-bounds.ts';
import { forcedLog } from './forced-log.ts';
import { kvChains } from './kv-chains.ts';
import { queueWalk } from './queue-walk.ts';
import { setElements } from './set-elements.ts';
import type { SpecialWay } from './special-way.ts';

/** By the name of the kind of object. */
export const SPECIAL_WAYS: Readonly<Record<string, SpecialWay>> = {
  counter: counterBounds,
  'fifo-queue': queueWalk,
  kv: kvChains,
  set: setElements,
  'append-log': forcedLog,
};
