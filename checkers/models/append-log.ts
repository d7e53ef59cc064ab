import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Model } from '../../harness/kernel/model.ts';
import { canonicalJson, isSameJson } from './canonical-json.ts';
import type { ObjectKind } from './object-kind.ts';

type Log = readonly JsonValue[];

/** A log: `append v` puts a value at its end, `read` answers all of it in order. */
export const appendLog: ObjectKind = {
  name: 'append-log',
  description: 'a log: append v, read -> all values in order',
  functions: ['append', 'read'],
  blind: ['append'],
  hasKeys: true,
  model: () => model,
  reach: {
    isReset: () => false,
    canReach: (log, op) => isPrefix(log as Log, op.output),
  },
  elements(op) {
    if (op.f === 'append') return [op.input];
    return Array.isArray(op.output) ? (op.output as Log) : [];
  },
};

function isPrefix(log: Log, answer: JsonValue | undefined): boolean {
  if (!Array.isArray(answer)) return true;
  return log.length <= answer.length && log.every((value, index) => isSameJson(value, (answer as Log)[index] ?? null));
}

const model: Model<Log> = {
  name: 'append-log',
  init: () => [],
  step(log, op) {
    if (op.f === 'append') return [...log, op.input];
    return op.output === undefined || isSameJson(op.output, log) ? log : undefined;
  },
  identity: canonicalJson,
  isPure: (op) => op.f === 'read',
};
