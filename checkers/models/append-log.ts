import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Model } from '../../harness/kernel/model.ts';
import type { ObjectKind } from './object-kind.ts';

type Log = readonly JsonValue[];

/** A log: `append v` puts a value at its end, `read` answers all of it in order. */
export const appendLog: ObjectKind = {
  name: 'append-log',
  description: 'a log: append v, read -> all values in order',
  functions: ['append', 'read'],
  hasKeys: true,
  model: () => model,
  elements(op) {
    if (op.f === 'append') return [op.input];
    return Array.isArray(op.output) ? (op.output as Log) : [];
  },
};

const model: Model<Log> = {
  name: 'append-log',
  init: () => [],
  step(log, op) {
    if (op.f === 'append') return [...log, op.input];
    return op.output === undefined || JSON.stringify(op.output) === JSON.stringify(log) ? log : undefined;
  },
  identity: (log) => JSON.stringify(log),
  isPure: (op) => op.f === 'read',
};
