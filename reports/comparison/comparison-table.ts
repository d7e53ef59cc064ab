import { visibleText } from '../html/visible-text.ts';
import { comparisonFigures, type ComparisonEntry } from './comparison-figures.ts';
import { comparisonRows, type ComparisonRow } from './comparison-rows.ts';

/**
 * The comparison as a plain-text table for terminals: one column per system, one line per figure, rows of one workload
 * under its name where there is more than one. Ends without a line feed.
 */
export function comparisonTable(entries: readonly ComparisonEntry[]): string {
  const { systems, rows } = comparisonRows(entries.map(comparisonFigures));
  const workloads = new Set(rows.flatMap(({ workload }) => (workload === undefined ? [] : [workload])));
  const indent = workloads.size > 1 ? '  ' : '';
  const lines: string[][] = [['', ...systems]];
  let current: string | undefined;
  for (const row of rows) {
    if (workloads.size > 1 && row.workload !== current && row.workload !== undefined) lines.push([row.workload]);
    current = row.workload;
    lines.push(lineOf(row, row.workload === undefined ? '' : indent));
  }
  const safe = lines.map((line) => line.map(oneLine));
  const widths = ['', ...systems].map((_, column) => Math.max(...safe.map((line) => line[column]?.length ?? 0)));
  return safe
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function lineOf(row: ComparisonRow, indent: string): string[] {
  return [`${indent}${row.label}`, ...row.cells.map(({ text }) => text)];
}

/** Names may come from outside: no control character may reach the terminal, no line feed may break the table. */
function oneLine(text: string): string {
  return visibleText(text).replace(/[\t\n]/g, ' ');
}
