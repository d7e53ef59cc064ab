import type { CheckContext, Checker } from '../../harness/kernel/checker.ts';
import { HarnessError } from '../../harness/kernel/harness-error.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { CheckResult, Finding } from '../../harness/kernel/verdict.ts';
import { withinBudget } from '../judging/budget.ts';
import { CheckOptions } from '../judging/check-options.ts';
import { judged } from '../judging/results.ts';
import { plural, quote } from '../judging/wording.ts';

/** Longest part of a line that is searched: a pattern's time can grow fast with it. */
const LINE_CHARACTERS = 4000;

/**
 * Looks for lines in node logs that must not be there. Options: `patterns` (regular expressions: `panic:`,
 * `data race`), `logs` (lines by node: `{ "n1": ["...", ...] }`, read by whoever runs the check). The anomaly is
 * `log-pattern`, one finding per pattern and node; findings have no operations.
 */
export const logPatternsChecker: Checker = {
  name: 'log-patterns',
  check: (_history: History, context: CheckContext): CheckResult =>
    withinBudget(context, (budget) => {
      const patterns = (new CheckOptions(context).texts('patterns') ?? []).map(compiled);
      const logs = logsIn(context.options['logs']);
      const findings: Finding[] = [];
      let lines = 0;
      for (const [node, log] of logs) {
        lines += log.length;
        for (const pattern of patterns) {
          const matches = log.filter((line) => {
            budget.step(1 + line.length);
            return pattern.test(line.slice(0, LINE_CHARACTERS));
          });
          const [first] = matches;
          if (first === undefined) continue;
          const message = `The log of ${node} has ${plural(matches.length, 'line')} that match ${quote(pattern.source)}, first: ${quote(first)}.`;
          findings.push({ anomaly: 'log-pattern', ops: [], count: matches.length, message });
        }
      }
      const doubt =
        patterns.length === 0 ? 'no patterns were given' : lines === 0 ? 'no log lines were given' : undefined;
      return judged(findings, { lines, nodes: logs.map(([node]) => node) }, doubt);
    }),
};

function compiled(source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch (cause) {
    throw new HarnessError('usage', `check option patterns: ${JSON.stringify(source)} is no regular expression`, {
      cause,
    });
  }
}

function logsIn(value: JsonValue | undefined): readonly (readonly [node: string, lines: readonly string[]])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).map(([node, lines]) => [
    node,
    Array.isArray(lines) ? (lines as readonly JsonValue[]).filter((line) => typeof line === 'string') : [],
  ]);
}
