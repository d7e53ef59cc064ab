import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { capital, quote, seconds } from '../judging/wording.ts';
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
          message: sentenceOf(transactions, evidence),
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

/** How messages name a key: `key "x"`. */
export function keyName(transactions: Transactions, key: number): string {
  return `key ${quote(transactions.keys[key])}`;
}

/** A value as messages show it: JSON, cut where it is long. */
export function show(value: JsonValue): string {
  return quote(value);
}

/** The message as a sentence in which every transaction that it names is introduced: `T12 (process 3 at 0.100 s)`. */
function sentenceOf(transactions: Transactions, { txns, message }: Evidence): string {
  const { process, invoke, timeNs } = transactions;
  let sentence = capital(message);
  for (const txn of new Set(txns)) {
    const name = nameOf(transactions, txn);
    const who = `process ${process[txn]} at ${seconds(timeNs[invoke[txn] as number] ?? 0)}`;
    // What stands in quotes is a value, whatever it looks like.
    sentence = sentence.replace(new RegExp(`(?<!["\\w])${name}(?![\\w"])`), `${name} (${who})`);
  }
  return `${sentence}.`;
}
