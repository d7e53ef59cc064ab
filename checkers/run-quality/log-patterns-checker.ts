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
/** Characters of a line that a sentence quotes. */
const SHOWN_CHARACTERS = 200;

/**
 * Looks for lines in node logs that must not be there. Options: `patterns` (regular expressions: `panic:`,
 * `data race`), `logs` (lines by node: `{ "n1": ["...", ...] }`, or with their numbers: `[[12, "..."], ...]`; read by whoever
 * runs the check), `linesSearched` (how many lines were searched, where `logs` holds only some of those that match),
 * `decides` (default true; false: a match makes the verdict `unknown`, because it may be harmless). The anomaly is
 * `log-pattern`, one finding per pattern and node; findings have no operations.
 */
export const logPatternsChecker: Checker = {
  name: 'log-patterns',
  check: (_history: History, context: CheckContext): CheckResult =>
    withinBudget(context, (budget) => {
      const options = new CheckOptions(context);
      const patterns = (options.texts('patterns') ?? []).map(compiled);
      const logs = logsIn(context.options['logs']);
      const findings: Finding[] = [];
      let lines = options.number('linesSearched') ?? 0;
      const isCounted = lines > 0;
      for (const [node, log] of logs) {
        if (!isCounted) lines += log.length;
        for (const pattern of patterns) {
          const matches = log.filter(({ text }) => {
            budget.step(1 + text.length);
            return pattern.test(text.slice(0, LINE_CHARACTERS));
          });
          const [first] = matches;
          if (first === undefined) continue;
          const message = `The log of ${node} has ${plural(matches.length, 'line')} that ${matches.length === 1 ? 'matches' : 'match'} ${quote(pattern.source)}, first${first.number === undefined ? '' : `, in line ${first.number}`}: ${JSON.stringify(first.text.slice(0, SHOWN_CHARACTERS))}.`;
          findings.push({ anomaly: 'log-pattern', ops: [], count: matches.length, message });
        }
      }
      const [found] = findings;
      const isDecisive = (context.options['decides'] ?? true) === true || options.flag('decides');
      if (found !== undefined && !isDecisive) {
        return {
          ...judged(findings, { lines, nodes: logs.map(([node]) => node) }),
          verdict: 'unknown',
          reason: found.message,
        };
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

interface LogLine {
  readonly number?: number;
  readonly text: string;
}

function logsIn(value: JsonValue | undefined): readonly (readonly [node: string, lines: readonly LogLine[]])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).map(([node, lines]) => [
    node,
    Array.isArray(lines) ? (lines as readonly JsonValue[]).flatMap(lineIn) : [],
  ]);
}

function lineIn(line: JsonValue): readonly LogLine[] {
  if (typeof line === 'string') return [{ text: line }];
  if (!Array.isArray(line)) return [];
  const [number, text] = line as readonly JsonValue[];
  return typeof number === 'number' && typeof text === 'string' ? [{ number, text }] : [];
}
