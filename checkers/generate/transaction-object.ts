import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Random } from '../../harness/kernel/random.ts';
import { callOf, type Call, type SimulatedObject } from './simulated-object.ts';

/** A key is replaced by a fresh one after this many writes, which keeps lists short. */
const WRITES_PER_KEY = 32;
const LONGEST_TRANSACTION = 4;

export type TransactionDialect = 'list-append' | 'rw-register';

export interface TransactionObjectOptions {
  readonly random: Random;
  readonly dialect: TransactionDialect;
  /** Keys in use at a time. */
  readonly keys: number;
  /** Share of reads among the micro-operations, in thousandths. */
  readonly readShare: number;
}

/**
 * A strictly serializable store: transactions of one to four micro-operations `['append', key, element]` or
 * `['w', key, value]`, and `['r', key, result]`. What is written is unique per key, counted from 1.
 */
export class TransactionObject implements SimulatedObject {
  breaksDue = 0;
  readonly #options: TransactionObjectOptions;
  readonly #activeKeys: number[];
  readonly #written = new Map<number, number>();
  /** Lists are shared by all reads of a version. */
  readonly #state = new Map<number, JsonValue>();
  #nextKey: number;

  constructor(options: TransactionObjectOptions) {
    this.#options = options;
    this.#activeKeys = Array.from({ length: options.keys }, (_, key) => key);
    this.#nextKey = options.keys;
  }

  /** A key that no other transaction uses. */
  freshKey(): number {
    return this.#nextKey++;
  }

  begin(calledAt: number, mustMutate: boolean): Call {
    const { random } = this.#options;
    const size = random.int(1, LONGEST_TRANSACTION);
    const operations: JsonValue[] = [];
    for (let count = 0; count < size; count++) operations.push(this.#operation(mustMutate && count === 0));
    return callOf('txn', undefined, operations, { mutates: true, calledAt });
  }

  apply(call: Call): void {
    call.output = (call.input as readonly Operation[]).map((operation) => {
      const [kind, key, written] = operation;
      if (kind === 'r') return ['r', key, this.#state.get(key) ?? (this.#isList() ? [] : null)];
      this.#state.set(key, this.#isList() ? [...((this.#state.get(key) ?? []) as JsonValue[]), written] : written);
      return operation;
    });
  }

  returned(): void {
    // Answers are decided when a transaction takes effect.
  }

  pendingBreaks(): number {
    return this.breaksDue;
  }

  finalCalls(): number {
    return 0;
  }

  final(calledAt: number): Call {
    return callOf('txn', undefined, [], { mutates: false, calledAt });
  }

  #operation(mustWrite: boolean): JsonValue {
    const { random, readShare, keys } = this.#options;
    const slot = random.int(0, keys - 1);
    const key = this.#activeKeys[slot] as number;
    if (!mustWrite && random.int(0, 999) < readShare) return ['r', key, null];
    const element = (this.#written.get(key) ?? 0) + 1;
    this.#written.set(key, element);
    if (element === WRITES_PER_KEY) this.#activeKeys[slot] = this.#nextKey++;
    return [this.#isList() ? 'append' : 'w', key, element];
  }

  #isList(): boolean {
    return this.#options.dialect === 'list-append';
  }
}

type Operation = readonly [kind: string, key: number, value: JsonValue];
