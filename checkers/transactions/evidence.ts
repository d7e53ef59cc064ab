import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import type { Transactions } from './transactions.ts';

/** What proves one anomaly, before it is turned into a finding. */
export interface Evidence {
  /** The transactions that show it, most telling first. */
  readonly txns: readonly number[];
  readonly message: string;
  /** Dense key number, where it is about one key. */
  readonly key?: number;
  readonly detail?: JsonValue;
}

/** Anomalies of one history: how many of each kind, and the evidence for one. */
export class Anomalies {
  readonly #found = new Map<string, { count: number; evidence: Evidence }>();

  /** Counts one more. `evidence` is called for the first of its kind only. */
  add(anomaly: string, evidence: () => Evidence): void {
    const known = this.#found.get(anomaly);
    if (known === undefined) this.#found.set(anomaly, { count: 1, evidence: evidence() });
    else known.count++;
  }

  /** Counts `count` at once, with the evidence for the whole kind. */
  set(anomaly: string, count: number, evidence: Evidence): void {
    this.#found.set(anomaly, { count, evidence });
  }

  has(anomaly: string): boolean {
    return this.#found.has(anomaly);
  }

  names(): readonly string[] {
    return [...this.#found.keys()];
  }

  counts(): Record<string, number> {
    return Object.fromEntries([...this.#found].map(([anomaly, { count }]) => [anomaly, count]));
  }

  /** One finding per anomaly that `wanted` accepts. Its `ops` are the entries of the transactions' invocations. */
  findings(transactions: Transactions, wanted: (anomaly: string) => boolean): Finding[] {
    return [...this.#found]
      .filter(([anomaly]) => wanted(anomaly))
      .map(([anomaly, { count, evidence }]) => {
        const key = evidence.key === undefined ? undefined : transactions.keys[evidence.key];
        return {
          anomaly,
          ops: [...new Set(evidence.txns)].map((txn) => transactions.invoke[txn] as number),
          count,
          message: evidence.message,
          ...(key === undefined ? {} : { key }),
          ...(evidence.detail === undefined ? {} : { detail: evidence.detail }),
        };
      });
  }
}

/** How messages name a transaction: `T` and the entry index of its invocation. */
export function nameOf(transactions: Transactions, txn: number): string {
  return `T${transactions.invoke[txn]}`;
}

/** A value as messages show it: JSON, cut after 60 characters. */
export function show(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 28)} ... ${text.slice(-28)}`;
}
