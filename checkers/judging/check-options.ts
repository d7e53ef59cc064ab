import type { CheckContext } from '../../harness/kernel/checker.ts';
import { HarnessError } from '../../harness/kernel/harness-error.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';

/** Reads options that came as JSON. A value of the wrong type throws HarnessError `usage`: it is a silent default. */
export class CheckOptions {
  readonly #options: Readonly<Record<string, JsonValue>>;

  constructor(context: Pick<CheckContext, 'options'>) {
    this.#options = context.options;
  }

  number(name: string): number | undefined {
    const value = this.#options[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw wrongOption(name, 'a number', value);
  }

  text(name: string): string | undefined {
    const value = this.#options[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    throw wrongOption(name, 'a string', value);
  }

  /** One of these words. */
  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.#options[name];
    if (value === undefined || value === null) return undefined;
    const word = words.find((each) => each === value);
    if (word === undefined) throw wrongOption(name, `one of ${words.join(', ')}`, value);
    return word;
  }

  flag(name: string): boolean {
    const value = this.#options[name];
    if (value === undefined || value === null) return false;
    if (typeof value === 'boolean') return value;
    throw wrongOption(name, 'true or false', value);
  }

  texts(name: string): readonly string[] | undefined {
    const value = this.#options[name];
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw wrongOption(name, 'a list of strings', value);
  }

  /** Numbers by name. */
  numbers(name: string): Readonly<Record<string, number>> {
    const value = this.#options[name];
    if (value === undefined || value === null) return {};
    if (typeof value !== 'object' || Array.isArray(value)) throw wrongOption(name, 'numbers by name', value);
    const numbers: Record<string, number> = {};
    for (const [member, number] of Object.entries(value)) {
      if (typeof number !== 'number') throw wrongOption(`${name}.${member}`, 'a number', number);
      numbers[member] = number;
    }
    return numbers;
  }
}

function wrongOption(name: string, expected: string, came: JsonValue): HarnessError {
  return new HarnessError('usage', `check option ${name}: expected ${expected}, came ${JSON.stringify(came)}`);
}
