import type { Budget } from '../judging/budget.ts';
import { getOrAdd } from '../judging/get-or-add.ts';
import { identityOf } from '../judging/identity.ts';
import type { LogIndex } from './log-index.ts';
import type { LogRecord } from './log-records.ts';

/** For each record that an operation sent: where what it sent to the same log after it is found in that log. */
export class LaterSends {
  readonly #index: LogIndex;
  readonly #budget: Budget;
  readonly #byOp = new Map<number, ReadonlyMap<LogRecord, LogRecord>>();

  constructor(index: LogIndex, budget: Budget) {
    this.#index = index;
    this.#budget = budget;
  }

  /**
   * The first record in the log that shows what the same operation sent to the same log after this one. O(records of the
   * operation) for the first of them, O(1) for the others.
   */
  shownAfter(record: LogRecord): LogRecord | undefined {
    return getOrAdd(this.#byOp, record.op, () => this.#readBackwards(record.op)).get(record);
  }

  #readBackwards(op: number): ReadonlyMap<LogRecord, LogRecord> {
    const records = this.#index.byOp.get(op) ?? [];
    this.#budget.step(records.length);
    this.#budget.reserve(records.length * 40);
    const after = new Map<LogRecord, LogRecord>();
    /** By log: the one at the smallest offset, among all sends read so far. */
    const best = new Map<string, LogRecord>();
    for (const record of records.toReversed()) {
      if (record.action !== 'send') continue;
      const known = best.get(record.key);
      if (known !== undefined) after.set(record, known);
      const shown = this.#index.logs.get(record.key)?.values.get(identityOf(record.value))?.lowest;
      if (shown !== undefined && (shown.offset ?? 0) <= (known?.offset ?? Infinity)) best.set(record.key, shown);
    }
    return after;
  }
}
