import type { FaultEvent } from '../kernel/fault.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import { isJsonArray, type JsonValue } from '../kernel/json.ts';
import type { Key, OpDraft, OpType } from '../kernel/op.ts';
import type { OpError } from '../kernel/outcome.ts';
import { HistoryBuilder } from './history-builder.ts';
import { IllFormedHistoryError } from './ill-formed-history-error.ts';
import { isSessionOrdered, type HistoryFormat, type ImportedHistory, type ImportOptions } from './imported-history.ts';
import { NemesisImport } from './nemesis-import.ts';
import { ProcessGuess } from './process-guess.ts';

/** An entry as a foreign file has it: what is undefined is not said there. */
export interface ForeignEntry {
  readonly timeNs: number | undefined;
  readonly process: number | 'nemesis' | undefined;
  readonly type: OpType;
  readonly f: string;
  readonly key?: Key | undefined;
  readonly value: JsonValue;
  readonly error?: OpError | undefined;
  readonly node?: string | undefined;
  /** Where it stands in the file, in the unit of the import. */
  readonly position: number;
}

export interface ImportBuilderOptions extends ImportOptions {
  readonly path: string;
  readonly format: HistoryFormat;
  /** What positions count: `line 7`, `entry 7`. */
  readonly unit: string;
  /**
   * Jepsen stamps an operation before it enters it into the history, so that times of different processes may be out of
   * order by a little: the order of the entries counts. True raises such times to the entry before and counts them.
   */
  readonly raisesTimes: boolean;
}

/** Turns foreign entries into a history. Every complaint is one line with file and position. */
export class ImportBuilder {
  readonly #options: ImportBuilderOptions;
  readonly #history = new HistoryBuilder();
  readonly #nemesis = new NemesisImport();
  readonly #processes = new ProcessGuess();
  readonly #ignored = new Map<string, number>();
  readonly #notes = new Set<string>();
  readonly #lastTimeOf = new Map<number | string, number>();
  /** Entries held back while all of them could be independent tuples. */
  #undecided: ForeignEntry[] | undefined = [];
  #independent = false;
  #hasTimes: boolean | undefined;
  #lastTimeNs = -Infinity;
  #count = 0;

  constructor(options: ImportBuilderOptions) {
    this.#options = options;
    if (options.independent !== undefined) this.#decide(options.independent);
  }

  add(entry: ForeignEntry): void {
    this.#count++;
    if (this.#undecided === undefined) return this.#append(entry);
    this.#undecided.push(entry);
    if (entry.process !== 'nemesis' && (entry.key !== undefined || !isPair(entry.value))) this.#decide(false);
  }

  addFault(event: FaultEvent): void {
    this.#history.appendFault(event);
  }

  /** Counts something that is left out. */
  ignore(what: string, count = 1): void {
    this.#ignored.set(what, (this.#ignored.get(what) ?? 0) + count);
  }

  /** Adds a sentence about what was assumed, once. */
  note(sentence: string): void {
    this.#notes.add(sentence);
  }

  /** Throws HarnessError `usage` about what stands at `position`. */
  fail(position: number, reason: string): never {
    throw malformed(this.#options.path, `${this.#options.unit} ${position}`, reason);
  }

  finish(): ImportedHistory {
    if (this.#undecided !== undefined) this.#decide(this.#undecided.some(showsIndependence));
    if (this.#count === 0) {
      throw new HarnessError('usage', `${this.#options.path} holds no operation: expected a history`);
    }
    for (const fault of this.#nemesis.faults) this.#history.appendFault(fault);
    if (this.#nemesis.faults.length > 0) {
      this.note('The nemesis entries say what was done, not what was observed: its faults count as unverified.');
    }
    for (const [what, count] of this.#nemesis.ignored) this.ignore(what, count);
    if (this.#hasTimes === false && !isSessionOrdered(this.#options.format))
      this.note('The file has no times: entry n is taken to be at n nanoseconds.');
    if (this.#processes.used) {
      this.note('The file names no processes: each completion was given to the earliest open invocation that fits it.');
    }
    return {
      history: this.#history.build({ shared: this.#options.shared === true }),
      format: this.#options.format,
      complete: true,
      ignored: [...this.#ignored].map(([what, count]) => ({ what, count })),
      notes: [...this.#notes],
    };
  }

  #decide(independent: boolean): void {
    const held = this.#undecided ?? [];
    this.#undecided = undefined;
    this.#independent = independent;
    if (independent && held.length > 0) this.note('Every value is a pair: the pairs were taken as [key, value].');
    for (const entry of held) this.#append(entry);
  }

  #append(entry: ForeignEntry): void {
    const timeNs = this.#timeOf(entry);
    if (entry.process === 'nemesis') return this.#nemesis.add(entry.f, entry.value, timeNs);
    try {
      this.#history.append(this.#draftOf(entry, timeNs));
    } catch (error) {
      if (error instanceof IllFormedHistoryError) this.fail(entry.position, error.reason);
      throw error;
    }
  }

  #draftOf(entry: ForeignEntry, timeNs: number): OpDraft {
    const { type, f, error, node } = entry;
    const process = entry.process ?? this.#processes.processOf(type, f, entry.value);
    if (typeof process !== 'number') this.fail(entry.position, `no open invocation of ${f} for this ${type}`);
    const [key, value] = this.#independent ? this.#split(entry) : [entry.key, entry.value];
    // Members are set one by one: copying objects of changing shape is many times slower, and imports are large.
    const draft: Mutable<OpDraft> = { timeNs, process, type, f, value };
    if (key !== undefined) draft.key = key;
    if (error !== undefined) draft.error = error;
    if (node !== undefined) draft.node = node;
    return draft;
  }

  #split({ value, position }: ForeignEntry): readonly [Key, JsonValue] {
    if (!isPair(value)) this.fail(position, `expected an independent pair [key, value], ${brief(value)} came`);
    const [key, rest] = value;
    return [keyOf(key), rest];
  }

  /** Times must be there for all entries or for none, and must not run backwards. */
  #timeOf({ timeNs, process, position }: ForeignEntry): number {
    this.#hasTimes ??= timeNs !== undefined;
    if (timeNs === undefined) {
      if (this.#hasTimes) this.fail(position, 'expected a time, as the entries before have');
      return this.#history.length;
    }
    if (!this.#hasTimes) this.fail(position, 'a time came, the entries before have none');
    const ownLast = process === undefined ? this.#lastTimeNs : (this.#lastTimeOf.get(process) ?? -Infinity);
    this.#lastTimeOf.set(process ?? 'nobody', timeNs);
    if (timeNs >= this.#lastTimeNs) {
      this.#lastTimeNs = timeNs;
      return timeNs;
    }
    if (timeNs < ownLast || !this.#options.raisesTimes) {
      this.fail(position, `time ${timeNs} ns runs backwards, an entry before has ${this.#lastTimeNs} ns`);
    }
    this.ignore('time out of order between processes (raised to the entry before)');
    return this.#lastTimeNs;
  }
}

type Mutable<T> = { -readonly [Member in keyof T]: T[Member] };

/** The error for input at a position of a file. */
export function malformed(path: string, where: string, reason: string): HarnessError {
  return new HarnessError('usage', `${path}, ${where}: ${reason}`);
}

/** The beginning of a value, for messages. */
export function brief(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Keys are numbers or texts; anything else stands for itself as text. */
export function keyOf(value: JsonValue): Key {
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value);
}

function isPair(value: JsonValue): value is readonly [JsonValue, JsonValue] {
  return isJsonArray(value) && value.length === 2;
}

function showsIndependence(entry: ForeignEntry): boolean {
  if (entry.process === 'nemesis' || !isPair(entry.value)) return false;
  const [key, rest] = entry.value;
  const isKey = typeof key === 'number' || typeof key === 'string';
  // The argument of a cas is a pair by itself, a micro-operation begins with its name.
  return isKey && ((entry.f !== 'cas' && entry.f !== 'txn') || isJsonArray(rest));
}
