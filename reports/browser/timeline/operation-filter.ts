import type { OperationText } from './operation-text.ts';
import type { TimelineOperations } from './timeline-operations.ts';

/** What the toolbar asks for; empty texts and codes ask for everything. */
export interface FilterChoice {
  readonly key: string;
  readonly process: string;
  /** Code of a function name, or -1. */
  readonly f: number;
  /** Code of an outcome, or 0. */
  readonly outcome: number;
}

/** Whether an operation is asked for. Keys and processes must match as a whole. */
export function operationFilter(
  operations: TimelineOperations,
  text: OperationText,
  choice: FilterChoice,
): (operation: number) => boolean {
  const keyVerdicts = new Map<number, boolean>();
  const keyMatches = (code: number): boolean => {
    let matches = keyVerdicts.get(code);
    if (matches === undefined) {
      matches = text.value(code) === choice.key;
      keyVerdicts.set(code, matches);
    }
    return matches;
  };
  const process = choice.process.trim() === '' ? undefined : Number(choice.process);
  return (operation) =>
    (choice.f === -1 || operations.f[operation] === choice.f) &&
    (choice.outcome === 0 || operations.outcome[operation] === choice.outcome) &&
    (process === undefined || operations.process[operation] === process) &&
    (choice.key === '' || keyMatches(operations.key[operation] ?? 0));
}
