import type { History } from '../../harness/kernel/history.ts';
import { Operations } from '../judging/operations.ts';
import { moment } from '../judging/wording.ts';

/** How far a search came before its budget was spent, in words. */
export function searchProgress(
  history: History,
  result: { readonly reached?: number; readonly steps: number },
): string {
  const { reached, steps } = result;
  if (reached === undefined || reached < 0) return `the budget was spent after ${steps} steps of the search`;
  const operations = new Operations(history);
  const at = operations.hasTimes ? ` (${moment(operations, reached)})` : '';
  return `the budget was spent after ${steps} steps of the search, with an order for everything that returned before entry ${reached}${at}`;
}
