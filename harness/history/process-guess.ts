import { isJsonArray, type JsonValue } from '../kernel/json.ts';
import type { OpType } from '../kernel/op.ts';

interface OpenCall {
  readonly process: number;
  readonly f: string;
  readonly value: JsonValue;
}

/** Invents processes for entries that name none. */
export class ProcessGuess {
  readonly #open: OpenCall[] = [];
  #used = false;

  get used(): boolean {
    return this.#used;
  }

  /** The process of an entry, or undefined for a completion that fits no open invocation. */
  processOf(type: OpType, f: string, value: JsonValue): number | undefined {
    this.#used = true;
    if (type === 'invoke') {
      const taken = new Set(this.#open.map(({ process }) => process));
      let process = 0;
      while (taken.has(process)) process++;
      this.#open.push({ process, f, value });
      return process;
    }
    const at = this.#open.findIndex((call) => call.f === f && fits(call.value, value));
    return this.#open.splice(at, at < 0 ? 0 : 1)[0]?.process;
  }
}

/** A completion repeats what the invocation knew: null became an answer, everything else stayed. */
function fits(asked: JsonValue, answered: JsonValue): boolean {
  if (asked === null || asked === answered) return true;
  if (!isJsonArray(asked)) return typeof asked === 'object' && JSON.stringify(asked) === JSON.stringify(answered);
  return (
    isJsonArray(answered) &&
    asked.length === answered.length &&
    asked.every((item, index) => fits(item, answered[index] ?? null))
  );
}
