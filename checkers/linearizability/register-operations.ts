import { NULL_CODE, type History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { ENDED_FAIL, ENDED_OK, ENDED_OPEN, NEVER, type GatheredOperations } from './operations.ts';
import { UnreadableOperation } from './unreadable-operation.ts';
import { ValueIds } from './value-ids.ts';

/** In the columns of {@link RegisterOperations}: no value. */
export const NO_VALUE = -1;

/** Which failed compare-and-sets tell something: that the register held another value at some time while they ran. */
export type FailedCas = 'precondition' | 'all' | 'ignore';

export interface RegisterOptions {
  /** Value before the first operation. */
  readonly initial: JsonValue;
  /**
   * `precondition` (default): a `cas` that failed with error code `precondition` is an answer, and constrains the order.
   * `all`: every failed `cas` is one (the etcd logs of Porcupine). `ignore`: none is (Knossos).
   */
  readonly failedCas: FailedCas;
  /** True where a read of null means that the client did not look (Knossos' files), so that it is always legal. */
  readonly nullReadsAreLegal: boolean;
}

/**
 * The operations of one register, as numbers, in order of invocation. Every operation is what it needs the value to be,
 * what it needs it not to be, and what it makes it: a read needs, a write makes, a successful `cas` does both, a failed
 * one needs it not to be.
 */
export interface RegisterOperations {
  readonly count: number;
  /** Value numbers or {@link NO_VALUE}. Value 0 is the initial one. */
  readonly needs: Int32Array;
  readonly avoids: Int32Array;
  readonly makes: Int32Array;
  /** Entry indices of invocation and completion; crashed operations have {@link NEVER}. */
  readonly call: Int32Array;
  readonly ret: Int32Array;
  readonly valueCount: number;
  /** What was left out because it says nothing. */
  readonly ignored: { readonly failed: number; readonly crashedReads: number; readonly nullReads: number };
}

/** Reads all operations of one key. Throws {@link UnreadableOperation} for one that a register does not have. */
export function registerOperationsOf(
  history: History,
  operations: GatheredOperations,
  options: RegisterOptions,
): RegisterOperations {
  const reader = new RegisterReader(history, operations, options);
  for (let slot = 0; slot < operations.count; slot++) reader.read(slot);
  return reader.finish();
}

const [READ, WRITE, CAS] = [1, 2, 3];
const KINDS: readonly string[] = ['read', 'write', 'cas'];

class RegisterReader {
  readonly #history: History;
  readonly #operations: GatheredOperations;
  readonly #options: RegisterOptions;
  readonly #ids: ValueIds;
  /** What each function code of the history does. */
  readonly #kinds: Uint8Array;
  readonly #columns: readonly [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
  #count = 0;
  #failed = 0;
  #crashedReads = 0;
  #nullReads = 0;

  constructor(history: History, operations: GatheredOperations, options: RegisterOptions) {
    const capacity = operations.count;
    this.#history = history;
    this.#operations = operations;
    this.#options = options;
    this.#kinds = Uint8Array.from(history.fNames, (name) => KINDS.indexOf(name) + 1);
    this.#ids = new ValueIds(history, capacity);
    this.#ids.ofValue(options.initial);
    const column = (): Int32Array => new Int32Array(capacity);
    this.#columns = [column(), column(), column(), column(), column()];
  }

  read(slot: number): void {
    const ended = this.#operations.ended[slot] as number;
    switch (this.#kinds[this.#operations.f[slot] as number] as number) {
      case READ: {
        if (ended !== ENDED_OK) return this.#ignoreRead(ended);
        const answer = this.#operations.answer[slot] as number;
        if (answer === NULL_CODE && this.#options.nullReadsAreLegal) this.#nullReads++;
        else this.#push(slot, this.#ids.ofCode(answer), NO_VALUE, NO_VALUE);
        return;
      }
      case WRITE:
        if (ended === ENDED_FAIL) this.#failed++;
        else this.#push(slot, NO_VALUE, NO_VALUE, this.#ids.ofCode(this.#operations.argument[slot] as number));
        return;
      case CAS:
        return this.#readCas(slot, ended);
      default:
        throw this.#unreadable(slot);
    }
  }

  finish(): RegisterOperations {
    const [needs, avoids, makes, call, ret] = this.#columns.map((column) => column.subarray(0, this.#count)) as [
      Int32Array,
      Int32Array,
      Int32Array,
      Int32Array,
      Int32Array,
    ];
    return {
      count: this.#count,
      needs,
      avoids,
      makes,
      call,
      ret,
      valueCount: this.#ids.size,
      ignored: { failed: this.#failed, crashedReads: this.#crashedReads, nullReads: this.#nullReads },
    };
  }

  #ignoreRead(ended: number): void {
    if (ended === ENDED_FAIL) this.#failed++;
    else this.#crashedReads++;
  }

  #unreadable(slot: number): UnreadableOperation {
    const invoke = this.#operations.invoke[slot] as number;
    const { f } = this.#history.at(invoke);
    return new UnreadableOperation(invoke, `a register has read, write and cas, entry ${invoke} is ${f}`);
  }

  #readCas(slot: number, ended: number): void {
    const argument = this.#history.decode(this.#operations.argument[slot] as number);
    if (!Array.isArray(argument) || argument.length !== 2) {
      const invoke = this.#operations.invoke[slot] as number;
      throw new UnreadableOperation(
        invoke,
        `a cas takes [old, new], entry ${invoke} has ${JSON.stringify(argument)?.slice(0, 80)}`,
      );
    }
    const [from, to] = argument as [JsonValue, JsonValue];
    if (ended === ENDED_FAIL) {
      if (this.#isAnswer(slot)) this.#push(slot, NO_VALUE, this.#ids.ofValue(from), NO_VALUE);
      else this.#failed++;
      return;
    }
    const needed = this.#ids.ofValue(from);
    const made = this.#ids.ofValue(to);
    if (needed !== made) this.#push(slot, needed, NO_VALUE, made);
    // Replacing a value by itself only observes it.
    else if (ended === ENDED_OK) this.#push(slot, needed, NO_VALUE, NO_VALUE);
    else this.#crashedReads++;
  }

  #isAnswer(slot: number): boolean {
    switch (this.#options.failedCas) {
      case 'all':
        return true;
      case 'ignore':
        return false;
      case 'precondition': {
        const error = this.#history.columns.error[this.#operations.complete[slot] as number] as number;
        return this.#history.errors[error - 1]?.code === 'precondition';
      }
    }
  }

  #push(slot: number, needs: number, avoids: number, makes: number): void {
    const at = this.#count++;
    this.#columns[0][at] = needs;
    this.#columns[1][at] = avoids;
    this.#columns[2][at] = makes;
    this.#columns[3][at] = this.#operations.invoke[slot] as number;
    this.#columns[4][at] =
      this.#operations.ended[slot] === ENDED_OPEN ? NEVER : (this.#operations.complete[slot] as number);
  }
}
