import type { CheckerUse } from '../kernel/checker.ts';
import type { RunRecord } from '../store/run-record.ts';

/**
 * How a finished run is placed among the consistency levels: from the workload's own use of linearizability, whose model and
 * initial value are what the history is about, and with what is known of its final reads. A sentence where it cannot be
 * placed: the other levels know no models of users.
 */
export function placementUse({ checks }: Pick<RunRecord, 'checks'>): CheckerUse | string {
  const used = (name: string): CheckerUse | undefined => checks.find((check) => check.name === name)?.use;
  const own = used('linearizability');
  if (own?.model !== undefined) return `not placed: the workload is judged by a model of its own, ${own.model.export}`;
  return { checker: 'guarantees', options: { ...own?.options, ...used('convergence')?.options } };
}
