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

/**
 * How messages name a transaction: `T` and the entry index of its invocation. In a history without times entries are in an
 * order that may mean nothing (files of sessions have none between them): there it is `T3.5`, the fifth of process 3.
 */
export function nameOf(transactions: Transactions, txn: number): string {
  const places = placesOf(transactions);
  return places === undefined ? `T${transactions.invoke[txn]}` : `T${transactions.process[txn]}.${places[txn]}`;
}

/** How messages name who ran a transaction: `process 3`, in a history without times `session 3`. */
export function runnerOf(transactions: Transactions, txn: number): string {
  return `${placesOf(transactions) === undefined ? 'process' : 'session'} ${transactions.process[txn]}`;
}

/** Made once for each history that has an anomaly to tell of. */
const PLACES = new WeakMap<Transactions, { readonly places: Int32Array | undefined }>();

/** By transaction, its place among those of its process, from 1; undefined where the history has times. */
function placesOf(transactions: Transactions): Int32Array | undefined {
  const known = PLACES.get(transactions);
  if (known !== undefined) return known.places;
  const hasTimes = transactions.timeNs.some((timeNs, entry) => timeNs !== entry);
  const counts = new Map<number, number>();
  const places = hasTimes
    ? undefined
    : transactions.process.map((process) => {
        const place = (counts.get(process) ?? 0) + 1;
        counts.set(process, place);
        return place;
      });
  PLACES.set(transactions, { places });
  return places;
}

/** How messages name a key: `key "x"`. */
export function keyName(transactions: Transactions, key: number): string {
  return `key ${quote(transactions.keys[key])}`;
}

/** A value as messages show it: JSON, cut where it is long. */
export function show(value: JsonValue): string {
  return quote(value);
}

/** The message as a sentence in which every transaction that it names is introduced: {@link introductionOf}. */
function sentenceOf(transactions: Transactions, { txns, message }: Evidence): string {
  let sentence = capital(message);
  for (const txn of new Set(txns)) {
    const name = nameOf(transactions, txn);
    // What stands in quotes is a value, whatever it looks like.
    const pattern = new RegExp(`(?<!["\\w.])${name.replace('.', '\\.')}(?![\\w"])`);
    sentence = sentence.replace(pattern, `${name} (${introductionOf(transactions, txn)})`);
  }
  return `${sentence}.`;
}

/** Which transaction it is: `process 3 at 0.100 s`, `transaction 5 of session 3`. */
function introductionOf(transactions: Transactions, txn: number): string {
  const place = placesOf(transactions)?.[txn];
  if (place !== undefined) return `transaction ${place} of ${runnerOf(transactions, txn)}`;
  const at = seconds(transactions.timeNs[transactions.invoke[txn] as number] ?? 0);
  return `${runnerOf(transactions, txn)} at ${at}`;
}
