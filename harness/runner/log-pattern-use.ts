import type { CheckerUse } from '../kernel/checker.ts';
import type { EnvironmentKind } from '../kernel/environment.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import type { NodeId } from '../kernel/node.ts';

/** What programs print when they end without being told to, whatever they are written in. */
export const CRASH_PATTERNS: readonly string[] = [
  String.raw`\bpanic: `,
  String.raw`\bfatal error: `,
  'Segmentation fault',
  '[Aa]ssertion .*failed',
];

/** Matching lines that are handed to the check over all nodes, and how much of a line is looked at and kept. */
const MOST_LINES = 1_000;
const LINE_CHARACTERS = 4_000;
const KEPT_CHARACTERS = 500;

/**
 * The check for lines that must not be in the nodes' logs, with the lines that match: a check gets no logs. `asked` are
 * regular expressions; where there are none, {@link CRASH_PATTERNS} are looked for in clusters of real programs, and a
 * match leaves the run in doubt instead of deciding it. Undefined where nothing is to be looked for, or, unasked, nowhere.
 */
export function logPatternUse(
  logs: ReadonlyMap<NodeId, string>,
  asked: readonly string[],
  environment: EnvironmentKind,
): CheckerUse | undefined {
  const isAsked = asked.length > 0;
  if (!isAsked && environment === 'sim') return undefined;
  const patterns = isAsked ? asked : CRASH_PATTERNS;
  const expressions = compilePatterns(patterns);
  const matching: Record<string, [line: number, text: string][]> = {};
  let linesSearched = 0;
  let kept = 0;
  for (const [node, log] of logs) {
    const found: [number, string][] = (matching[node] = []);
    for (const [index, line] of log.split('\n').entries()) {
      if (line === '') continue;
      linesSearched++;
      const start = line.slice(0, LINE_CHARACTERS);
      if (kept >= MOST_LINES || !expressions.some((expression) => expression.test(start))) continue;
      found.push([index + 1, aroundMatch(start, expressions)]);
      kept++;
    }
  }
  if (!isAsked && linesSearched === 0) return undefined;
  return {
    checker: 'log-patterns',
    options: { patterns: [...patterns], logs: matching, linesSearched, decides: isAsked },
  };
}

/** Compiles what somebody typed. Throws a usage error for what is no regular expression. */
export function compilePatterns(patterns: readonly string[]): readonly RegExp[] {
  return patterns.map((source) => {
    try {
      return new RegExp(source, 'u');
    } catch (cause) {
      throw new HarnessError('usage', `--log-pattern ${JSON.stringify(source)} is no regular expression`, { cause });
    }
  });
}

/** A line as it is, unless it is so long that only the part that matches is worth keeping. */
function aroundMatch(line: string, expressions: readonly RegExp[]): string {
  if (line.length <= KEPT_CHARACTERS) return line;
  const start = line.slice(0, KEPT_CHARACTERS);
  return expressions.some((expression) => expression.test(start)) ? start : line;
}
