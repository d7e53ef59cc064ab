import type { JsonValue } from '../kernel/json.ts';
import type { OpType } from '../kernel/op.ts';
import type { ImportBuilder } from './import-builder.ts';

/** A read or write of a register inside a transaction. A read of null found the key in its initial state. */
export type RegisterOp = readonly [kind: 'r' | 'w', key: number | string, value: number | string | null];

/** What is counted for reads of transactions that never happened: their answers say nothing. */
export const ABORTED_READ = 'read of an aborted transaction';

interface SessionTransaction {
  readonly operations: RegisterOp[];
  readonly outcome: 'ok' | 'fail';
  /** Where it begins in the file, in the unit of the import. */
  readonly position: number;
}

interface Session {
  readonly process: number;
  readonly transactions: SessionTransaction[];
}

/**
 * Transactions of sessions, from files that know the order within each session and nothing between them. A session becomes
 * a process, a transaction one operation `txn`: `ok`, or `fail` where it was aborted.
 *
 * Every session's n-th transaction is put beside the other sessions' n-th ones, so the order between sessions means
 * nothing, and levels that ask for real time cannot be judged.
 */
export class SessionTransactions {
  readonly #builder: ImportBuilder;
  readonly #zeroIsInitial: boolean;
  readonly #sessions = new Map<number, Session>();
  readonly #writtenZeros = new Set<number | string>();

  /** `zeroIsInitial`: a read of 0 found the initial state where nobody wrote 0 to that key. */
  constructor(builder: ImportBuilder, options: { readonly zeroIsInitial: boolean }) {
    this.#builder = builder;
    this.#zeroIsInitial = options.zeroIsInitial;
  }

  /** Begins the next transaction of a session; its operations are pushed to what is returned. */
  begin(process: number, outcome: 'ok' | 'fail', position: number): { push: (operation: RegisterOp) => void } {
    let session = this.#sessions.get(process);
    if (session === undefined) {
      session = { process, transactions: [] };
      this.#sessions.set(process, session);
    }
    const operations: RegisterOp[] = [];
    session.transactions.push({ operations, outcome, position });
    return {
      push: (operation) => {
        operations.push(operation);
        if (operation[0] === 'w' && operation[2] === 0) this.#writtenZeros.add(operation[1]);
      },
    };
  }

  /** Hands all transactions to the import. Empty ones say nothing and are left out. O(operations). */
  finish(): void {
    this.#builder.note(
      'The file has no times: only the order within each session means something, not the order between them.',
    );
    let active = [...this.#sessions.values()];
    for (let round = 0; active.length > 0; round++) {
      const current = active.flatMap(({ process, transactions }) => {
        const transaction = transactions[round];
        return transaction === undefined || transaction.operations.length === 0 ? [] : [{ process, transaction }];
      });
      for (const { process, transaction } of current) this.#add(process, 'invoke', transaction);
      for (const { process, transaction } of current) this.#add(process, transaction.outcome, transaction);
      active = active.filter(({ transactions }) => transactions.length > round + 1);
    }
  }

  #add(process: number, type: OpType, { operations, position }: SessionTransaction): void {
    if (type === 'fail') {
      const reads = operations.filter(([kind]) => kind === 'r').length;
      if (reads > 0) this.#builder.ignore(ABORTED_READ, reads);
    }
    const value: JsonValue = operations.map((operation) =>
      type === 'ok' ? this.#answer(operation) : asked(operation),
    );
    this.#builder.add({ timeNs: undefined, process, type, f: 'txn', value, position });
  }

  #answer(operation: RegisterOp): RegisterOp {
    // A write of 0 is never taken for the initial state: it is among those that were written.
    const [kind, key, value] = operation;
    const isInitial = this.#zeroIsInitial && value === 0 && !this.#writtenZeros.has(key);
    return isInitial ? [kind, key, null] : operation;
  }
}

function asked(operation: RegisterOp): RegisterOp {
  const [kind, key] = operation;
  return kind === 'r' ? [kind, key, null] : operation;
}

/** The value of a run of digits: a number, or, where a double would round it, its digits as text (counted). */
export function exactNumber(digits: string, builder: ImportBuilder): number | string {
  const number = Number(digits);
  if (Number.isSafeInteger(number)) return number;
  builder.ignore('whole number beyond 2^53 (kept as a string of digits)');
  return BigInt(digits).toString();
}
