import type { Checker } from '../../harness/kernel/checker.ts';
import { NULL_CODE } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { getOrAdd } from '../judging/get-or-add.ts';
import { identityOf } from '../judging/identity.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { listed, plural, quote, when, who } from '../judging/wording.ts';

/**
 * Judges generators of unique ids: `generate` answers an id that nobody else ever gets. The anomaly is `duplicated`.
 * O(operations).
 */
export const uniqueIdsChecker: Checker = operationsChecker('unique-ids', (operations, { budget }) => {
  const owners = new Map<number | string, number[]>();
  let [attempted, acknowledged, withoutId] = [0, 0, 0];
  let range: readonly [number, number] | undefined;
  for (const op of operations.invocations) {
    budget.step();
    if (operations.f(op) !== 'generate') continue;
    attempted++;
    if (!operations.isOk(op)) continue;
    if (operations.output(op) === NULL_CODE) {
      withoutId++;
      continue;
    }
    acknowledged++;
    const id = operations.history.decode(operations.output(op)) ?? null;
    if (typeof id === 'number') range = [Math.min(range?.[0] ?? id, id), Math.max(range?.[1] ?? id, id)];
    getOrAdd(owners, identityOf(id), () => []).push(op);
  }
  const shared = [...owners.values()].filter((ops) => ops.length > 1).sort((left, right) => right.length - left.length);
  const idOf = (ops: readonly number[]): JsonValue => operations.history.decode(operations.output(ops[0] ?? 0)) ?? null;
  const findings = sampleFindings(shared, {
    anomaly: 'duplicated',
    label: (ops) => quote(idOf(ops)),
    tell: (ops) => ({
      ops: operations.entries(ops.slice(0, 20)),
      message: `The id ${quote(idOf(ops))} was given out ${plural(ops.length, 'time')}: ${listed(
        ops.slice(0, 4).map((op) => `to ${who(operations, op)} ${when(operations, op)}`),
      )}${ops.length > 4 ? ' and others' : ''}.`,
    }),
  });
  const facts = { attempted, acknowledged, duplicatedIds: shared.length, range: range ?? null };
  const doubts: string[] = [];
  if (acknowledged === 0) doubts.push('no id was ever given out');
  else if (acknowledged === 1) doubts.push('only one id was given out, which no other can be equal to: generate more');
  if (withoutId > 0) doubts.push(`${plural(withoutId, 'generate')} answered no id`);
  return judged(findings, facts, doubts.length === 0 ? undefined : listed(doubts));
});
