import type { Finding } from '../../harness/kernel/verdict.ts';
import { keyMember } from '../judging/group-by-key.ts';
import { capital } from '../judging/wording.ts';
import { describeOperation, describeVersion } from './describe-operation.ts';
import type { Step } from './order-paths.ts';
import type { PartialOrder } from './partial-order.ts';
import type { Conflict } from './saturation.ts';
import { entriesOf } from './problem-entries.ts';

/** Derived edges whose own proofs are quoted, at most: each adds a handful of operations. */
const PROOFS = 12;

/** The finding of a cycle: operations of which each would have to come before the next, and the last before the first. */
export function tellCycle(order: PartialOrder, cycle: readonly Step[], anomaly: string): Finding {
  const { problem } = order;
  const start = cycle[0]?.from ?? 0;
  return {
    anomaly,
    count: 1,
    ops: proofOf(order, cycle),
    message: `No order can explain these operations: ${cycle.map((step) => becauseOf(order, step)).join('; ')}; so ${describeOperation(problem, start)} would have to come before itself.`,
    detail: cycle.map(({ from, to, kind }) => ({
      from: problem.invocation[from] ?? 0,
      to: problem.invocation[to] ?? 0,
      kind,
    })),
  };
}

/** The finding of a read that returned a version although a newer one comes before the read. */
export function tellConflict(order: PartialOrder, conflict: Conflict, anomaly: string): Finding {
  const { problem } = order;
  const { read, version, other } = conflict;
  const known = order.path(other, read) ?? [];
  const replaced = version < 0 ? [] : (order.path(version, other) ?? []);
  const invocation = problem.invocation[read] ?? 0;
  const steps = [...replaced, ...known].map((step) => becauseOf(order, step)).join('; ');
  return {
    anomaly,
    count: 1,
    ...keyMember(problem.operations, problem.operations.key(invocation)),
    ops: proofOf(order, [...replaced, ...known]),
    message: `${capital(describeOperation(problem, read))} came after ${describeOperation(problem, other)}, which ${
      version < 0 ? 'had already put a value there' : `had replaced ${describeVersion(problem, version)}`
    }: ${steps}.`,
    detail: [...replaced, ...known].map(({ from, to, kind }) => ({
      from: problem.invocation[from] ?? 0,
      to: problem.invocation[to] ?? 0,
      kind,
    })),
  };
}

/** The entries of the operations on `steps`, of the reads that derived steps were concluded from, and of their proofs. */
function proofOf(order: PartialOrder, steps: readonly Step[]): number[] {
  const { problem } = order;
  const ops = new Set<number>();
  const proven = new Set<number>();
  const pending = [...steps];
  for (const step of pending) {
    ops.add(step.from).add(step.to);
    if (step.edge < 0 || proven.has(step.edge)) continue;
    proven.add(step.edge);
    const { kind, from, to, because } = order.edge(step.edge);
    if (kind !== 'ww' && kind !== 'rw') continue;
    if (because >= 0) ops.add(because);
    if (proven.size > PROOFS) continue;
    const [earlier, later] = kind === 'ww' ? [from, because] : [because, to];
    if (earlier >= 0) pending.push(...(order.path(earlier, later, step.edge) ?? []));
  }
  const withSources = [...ops].flatMap((op) => [op, Math.max(problem.source[op] ?? op, 0)]);
  const sources = withSources.filter((op) => ops.has(op) || problem.isWrite[op] === 1);
  return entriesOf(problem, sources);
}

function becauseOf(order: PartialOrder, { from, to, kind, edge }: Step): string {
  const { problem } = order;
  const [earlier, later] = [describeOperation(problem, from), describeOperation(problem, to)];
  switch (kind) {
    case 'po':
      return `${earlier} came before ${later} in the same session`;
    case 'wr':
      return `${later} saw ${earlier}`;
    case 'ww':
      return `${earlier} came before ${later}, because ${describeOperation(problem, order.edge(edge).because)} came after the first and still found the second`;
    case 'rw':
      return `${earlier} came before ${later}, which replaced what it found`;
  }
}
