import { NO_PAIR, type History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Model, ModelOp } from '../../harness/kernel/model.ts';
import { canonicalJson } from '../models/canonical-json.ts';
import { ENDED_FAIL, ENDED_OPEN, NEVER, type OperationColumns } from './operations.ts';
import { UnreadableOperation } from './unreadable-operation.ts';

/**
 * The operations on one object that say something, in order of invocation, each as the number of its action: equal
 * actions (same function, argument, answer) have the same number.
 */
export interface ModelOperations {
  readonly count: number;
  readonly action: Int32Array;
  readonly call: Int32Array;
  /** Entry index of the answer, or {@link NEVER} for a crashed operation. */
  readonly ret: Int32Array;
  readonly actions: readonly ModelOp[];
  /** By action: true for those that never change the object. */
  readonly isPure: Uint8Array;
  readonly ignored: { readonly failed: number; readonly crashedReads: number };
}

/** What {@link modelOperationsOf} must know about the object; see `ObjectKind`. */
export interface ModelReading {
  readonly model: Model<unknown>;
  /** Names of its operations; undefined where any is. */
  readonly functions?: readonly string[];
  /** Those of them whose answers say nothing. */
  readonly blind?: readonly string[];
  readonly expects?: (f: string, input: JsonValue) => string | undefined;
}

/** Reads the operations of one part. Throws {@link UnreadableOperation} for one that the object does not have. */
export function modelOperationsOf(
  history: History,
  operations: OperationColumns,
  members: Int32Array,
  { model, functions, blind = [], expects }: ModelReading,
): ModelOperations {
  const actions = new ActionTable(history, model, blind, expects);
  const action = new Int32Array(members.length);
  const call = new Int32Array(members.length);
  const ret = new Int32Array(members.length);
  const ignored = { failed: 0, crashedReads: 0 };
  let count = 0;
  for (const slot of members) {
    const entry = operations.invoke[slot] as number;
    const f = history.fNames[history.columns.f[entry] as number] ?? '';
    if (functions?.includes(f) === false) {
      throw new UnreadableOperation(entry, `${model.name} has ${functions.join(', ')}; entry ${entry} is ${f}`);
    }
    const ended = operations.ended[slot];
    if (ended === ENDED_FAIL) {
      ignored.failed++;
      continue;
    }
    const isOpen = ended === ENDED_OPEN;
    const what = actions.numberOf(entry, f, isOpen);
    if (isOpen && actions.isPure(what)) {
      ignored.crashedReads++;
      continue;
    }
    action[count] = what;
    call[count] = entry;
    ret[count++] = isOpen ? NEVER : (operations.complete[slot] as number);
  }
  const cut = (column: Int32Array): Int32Array => column.subarray(0, count);
  return { count, action: cut(action), call: cut(call), ret: cut(ret), ...actions.finish(), ignored };
}

class ActionTable {
  readonly #history: History;
  readonly #model: Model<unknown>;
  readonly #blind: readonly string[];
  readonly #expects: ModelReading['expects'];
  readonly #numbers = new Map<string, number>();
  readonly #actions: ModelOp[] = [];
  readonly #pure: boolean[] = [];

  constructor(history: History, model: Model<unknown>, blind: readonly string[], expects: ModelReading['expects']) {
    this.#history = history;
    this.#model = model;
    this.#blind = blind;
    this.#expects = expects;
  }

  /** The action of the operation invoked at `entry`, its answer unknown where it is still open. */
  numberOf(entry: number, f: string, isOpen: boolean): number {
    const { columns } = this.#history;
    const inputCode = columns.value[entry] as number;
    const completion = columns.pair[entry] ?? NO_PAIR;
    const outputCode = isOpen || this.#blind.includes(f) ? undefined : (columns.value[completion] as number);
    const process = this.#model.tellsProcesses === true ? (columns.process[entry] as number) : -1;
    const output = outputCode === undefined ? '?' : this.#text(outputCode);
    const text = `${f} ${process} ${this.#text(inputCode)} ${output}`;
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const op: ModelOp = {
      f,
      input: this.#value(inputCode),
      output: outputCode === undefined ? undefined : this.#value(outputCode),
      ...(process < 0 ? {} : { process }),
    };
    const expected = this.#expects?.(f, op.input);
    if (expected !== undefined) {
      const came = JSON.stringify(op.input).slice(0, 80);
      throw new UnreadableOperation(entry, `${f} takes ${expected}, entry ${entry} has ${came}`);
    }
    const number = this.#actions.length;
    this.#numbers.set(text, number);
    this.#actions.push(op);
    this.#pure.push(this.#model.isPure?.(op) === true);
    return number;
  }

  isPure(action: number): boolean {
    return this.#pure[action] === true;
  }

  finish(): Pick<ModelOperations, 'actions' | 'isPure'> {
    return { actions: this.#actions, isPure: Uint8Array.from(this.#pure, Number) };
  }

  #text(code: number): string | number {
    if (code >= 0) return code;
    return canonicalJson(this.#value(code));
  }

  #value(code: number): JsonValue {
    return this.#history.decode(code) ?? null;
  }
}
