import type { JsonValue } from '../../../harness/kernel/json.ts';
import { permutations, precedes, subsets, type OracleTransaction } from './oracle-transactions.ts';

/** Whether some serial order of the transactions, keeping `order`, explains every read: by trying them all. */
export function hasSerialOrder(
  transactions: readonly OracleTransaction[],
  lists: boolean,
  order: '' | '-process' | '-realtime',
): boolean {
  const indeterminate = transactions.filter(({ outcome }) => outcome === 'info');
  for (const happened of subsets(indeterminate)) {
    const committed = transactions.filter((each) => each.outcome === 'ok' || happened.includes(each));
    for (const serial of permutations(committed)) if (keeps(serial, order) && replays(serial, lists)) return true;
  }
  return false;
}

function keeps(serial: readonly OracleTransaction[], order: '' | '-process' | '-realtime'): boolean {
  return serial.every((later, index) => !serial.slice(0, index).some((earlier) => precedes(later, earlier, order)));
}

function replays(serial: readonly OracleTransaction[], lists: boolean): boolean {
  const state = new Map<string, JsonValue>();
  for (const { microOps } of serial) {
    for (const { write, key, value } of microOps) {
      const now = state.get(key) ?? (lists ? [] : null);
      if (write) state.set(key, lists ? [...(now as readonly JsonValue[]), value] : value);
      else if (JSON.stringify(value ?? (lists ? [] : null)) !== JSON.stringify(now)) return false;
    }
  }
  return true;
}
