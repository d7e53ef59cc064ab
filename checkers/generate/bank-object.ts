import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Random } from '../../harness/kernel/random.ts';
import { callOf, type Call, type SimulatedObject } from './simulated-object.ts';

export type BankBreak = 'skew' | 'lost' | 'negative' | 'phantom';

export interface BankObjectOptions {
  readonly random: Random;
  readonly accounts: number;
  /** Share of reads, in thousandths. */
  readonly readShare: number;
  readonly broken: BankBreak | undefined;
}

/** What every account holds in the beginning. */
const INITIAL_BALANCE = 100;
const LARGEST_TRANSFER = 5;

/**
 * Accounts 0, 1, ... with 100 each. `transfer` of `{from, to, amount}` fails where the balance is too small; `read` answers
 * all balances by account. The last operation is a read.
 *
 * Breaks: `skew`: a read sees what a transfer takes and not what it gives. `lost`: a transfer takes and never gives, so that
 * the total is too small from then on. `negative`: a read sees an account that gave another one more than it had.
 * `phantom`: a read sees an empty account that nobody opened.
 */
export class BankObject implements SimulatedObject {
  breaksDue = 0;
  readonly #options: BankObjectOptions;
  readonly #balances: number[];
  readonly #broken = new Set<Call>();

  constructor(options: BankObjectOptions) {
    this.#options = options;
    this.#balances = Array.from({ length: options.accounts }, () => INITIAL_BALANCE);
  }

  begin(calledAt: number, mustMutate: boolean): Call {
    const { random, accounts, readShare, broken } = this.#options;
    const isRead = !mustMutate && random.int(0, 999) < readShare;
    const from = random.int(0, accounts - 1);
    const to = (from + random.int(1, accounts - 1)) % accounts;
    const transfer = { from, to, amount: random.int(1, LARGEST_TRANSFER) };
    const call = isRead
      ? callOf('read', undefined, null, { mutates: false, calledAt })
      : callOf('transfer', undefined, transfer, { mutates: true, calledAt });
    if (!mustMutate && this.breaksDue > 0 && isRead === (broken !== 'lost')) {
      this.breaksDue--;
      this.#broken.add(call);
    }
    return call;
  }

  apply(call: Call): void {
    if (call.f === 'read') {
      call.output = this.#read(this.#broken.has(call));
      return;
    }
    const { from, to, amount } = call.input as unknown as Transfer;
    call.output = call.input;
    if (this.#balance(from) < amount) {
      call.outcome = 'fail';
      // A transfer that fails breaks nothing.
      if (this.#broken.delete(call)) this.breaksDue++;
      return;
    }
    this.#balances[from] = this.#balance(from) - amount;
    if (!this.#broken.has(call)) this.#balances[to] = this.#balance(to) + amount;
  }

  returned(): void {
    // Nothing depends on what was acknowledged.
  }

  pendingBreaks(): number {
    return this.breaksDue;
  }

  finalCalls(): number {
    return 1;
  }

  final(calledAt: number): Call {
    return callOf('read', undefined, null, { mutates: false, calledAt });
  }

  #read(isBroken: boolean): JsonValue {
    const { random, accounts, broken } = this.#options;
    const seen = [...this.#balances];
    if (isBroken && broken === 'phantom') seen.push(0);
    else if (isBroken) {
      const account = random.int(0, accounts - 1);
      const debit = random.int(1, LARGEST_TRANSFER) + (broken === 'negative' ? this.#balance(account) : 0);
      seen[account] = this.#balance(account) - debit;
      const other = (account + 1) % accounts;
      if (broken === 'negative') seen[other] = this.#balance(other) + debit;
    }
    return Object.fromEntries(seen.map((balance, at) => [at, balance]));
  }

  #balance(account: number): number {
    return this.#balances[account] ?? 0;
  }
}

interface Transfer {
  readonly from: number;
  readonly to: number;
  readonly amount: number;
}
