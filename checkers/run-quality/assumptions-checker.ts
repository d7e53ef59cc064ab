import type { CheckContext, Checker } from '../../harness/kernel/checker.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import { withinBudget, type Budget } from '../judging/budget.ts';
import { CheckOptions } from '../judging/check-options.ts';
import { Operations } from '../judging/operations.ts';
import { judged } from '../judging/results.ts';
import { plural } from '../judging/wording.ts';
import { measureContention } from './contention.ts';
import { judgeFaultCoverage } from './fault-coverage.ts';
import { isAnswered } from './operation-tally.ts';

/**
 * Judges whether the run could have shown a violation at all. Never `invalid`: where something is missing, the verdict is
 * `unknown` and says what.
 *
 * Options, all optional:
 * - `ops`: functions that must have been answered; those of the history are always among them.
 * - `minOk` (10): answers that each function needs; `minOkByF`: other numbers for some; `minOkTotal` (50): `ok` in all.
 *   A `fail` with code `precondition` is an answer.
 * - `faultKinds`: kinds that were asked for. Each needs an instance that a probe saw to be in full effect, with at least
 *   `minOpsDuringFault` (10) operations begun meanwhile.
 * - `level`: `linearizable` (default) and `sequential` need contention: at least `minContention` (10) operations that
 *   overlap with another one on their object (linearizable only), and as many reads after another process's update.
 *   Other levels need none.
 * - `finalFromNs`: start of the final reads, which count for nothing here; absent: there are none.
 *
 * Independent of options, a fault that could not be healed makes the run worth nothing.
 */
export const assumptionsChecker: Checker = {
  name: 'assumptions',
  check: (history: History, context: CheckContext): CheckResult =>
    withinBudget(context, (budget) => {
      const operations = new Operations(history);
      const options = new CheckOptions(context);
      const load = judgeLoad(operations, options, budget);
      const faults = judgeFaultCoverage(operations, {
        kinds: options.texts('faultKinds') ?? [],
        minOperations: options.number('minOpsDuringFault') ?? 10,
      });
      const contention = judgeContention(operations, options, budget);
      const lacks = [...load.lacks, ...faults.lacks, ...contention.lacks];
      const facts = { ...load.facts, ...faults.facts, ...contention.facts };
      return judged([], facts, lacks.length === 0 ? undefined : lacks.join('; '));
    }),
};

type Judgement = Pick<CheckResult, 'facts'> & { readonly lacks: readonly string[] };

function judgeLoad(operations: Operations, options: CheckOptions, budget: Budget): Judgement {
  const answered: Record<string, number> = {};
  for (const f of [...(options.texts('ops') ?? []), ...operations.history.fNames]) answered[f] = 0;
  let ok = 0;
  const endNs = faultsEndNs(options);
  for (const invocation of operations.invocations) {
    budget.step();
    if (operations.startNs(invocation) >= endNs) continue;
    const f = operations.f(invocation);
    if (operations.isOk(invocation)) ok++;
    if (isAnswered(operations, invocation)) answered[f] = (answered[f] ?? 0) + 1;
  }
  const needed = options.numbers('minOkByF');
  const lacks: string[] = [];
  for (const [f, count] of Object.entries(answered)) {
    const min = needed[f] ?? options.number('minOk') ?? 10;
    if (count < min) lacks.push(`${f} was answered ${count} of at least ${min} times`);
  }
  const minTotal = options.number('minOkTotal') ?? 50;
  if (ok < minTotal) lacks.push(`only ${plural(ok, 'operation')} succeeded, at least ${minTotal} are needed`);
  return { facts: { ok, answered }, lacks };
}

function judgeContention(operations: Operations, options: CheckOptions, budget: Budget): Judgement {
  const level = options.text('level') ?? 'linearizable';
  if (level !== 'linearizable' && level !== 'sequential') return { facts: {}, lacks: [] };
  budget.doing('measuring contention');
  const { overlapping, readsAfterForeignUpdates, hasReadsAndUpdates } = measureContention(
    operations,
    faultsEndNs(options),
    budget,
  );
  const min = options.number('minContention') ?? 10;
  const lacks: string[] = [];
  if (level === 'linearizable' && overlapping < min) {
    lacks.push(
      `only ${plural(overlapping, 'operation')} overlapped with another one on the same object, at least ${min} are needed`,
    );
  }
  if (hasReadsAndUpdates && readsAfterForeignUpdates < min) {
    lacks.push(
      `only ${plural(readsAfterForeignUpdates, 'read')} came after another process's update of the same object, at least ${min} are needed`,
    );
  }
  return { facts: { overlapping, readsAfterForeignUpdates }, lacks };
}

/** Final reads are made in calm weather: they show nothing about the time of the faults. */
function faultsEndNs(options: CheckOptions): number {
  return options.number('finalFromNs') ?? Infinity;
}
