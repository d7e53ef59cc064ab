import { printable } from '../cli/console.ts';
import { TARGET_NAMES } from '../cli/registry.ts';
import type { Finding } from '../kernel/verdict.ts';
import type { TargetRun } from '../library/run-target.ts';
import type { RunRequest } from '../store/run-record.ts';
import type { Answer } from './answer.ts';

/**
 * Why an assertion about a run failed: the shortest sentence that proves it, the anomalies by name, and where to look.
 * Everything that came from the system under test is shown so that a terminal is not steered by it.
 */
export function failureMessage(run: TargetRun, question: string, answer: Answer): string {
  const { request, rerun } = run.record;
  const what = `${request.target} (${request.workload}, ${request.environment}, ${request.nodes.length} nodes)`;
  const lines = [
    ...verdictLines(`expected ${what} ${question}`, answer),
    `  faults: ${request.faults.join(', ') || 'none'}`,
    `  seed: ${request.seed}`,
    `  report: ${run.reportFile}`,
    ...(isFoundAgain(request) ? [`  again: ${rerun.symbolic}`] : []),
  ];
  return lines.map((line) => printable(line)).join('\n');
}

function verdictLines(expected: string, { verdict, reason, findings }: Answer): readonly string[] {
  switch (verdict) {
    case 'valid':
      return [`${expected}, but the run shows that it is so`];
    case 'unknown':
      return [`${expected}, but the run could not tell`, `  reason: ${reason ?? 'none given'}`];
    case 'invalid': {
      const evidence = shortest(findings);
      return [
        `${expected}, but the run shows otherwise`,
        ...(evidence === undefined ? [] : [`  ${evidence.anomaly}: ${evidence.message}`]),
        `  anomalies: ${anomalies(findings)}`,
      ];
    }
  }
}

function shortest(findings: readonly Finding[]): Finding | undefined {
  return findings.toSorted((left, right) => left.message.length - right.message.length)[0];
}

function anomalies(findings: readonly Finding[]): string {
  const counts = new Map<string, number>();
  for (const { anomaly, count } of findings) counts.set(anomaly, (counts.get(anomaly) ?? 0) + count);
  return [...counts].map(([name, count]) => `${name} (${count})`).join(', ') || 'none named';
}

/** Whether the command line finds what was run: a target that a test handed over as a value has no name there. */
function isFoundAgain({ target, modules }: RunRequest): boolean {
  return modules?.target !== undefined || TARGET_NAMES.includes(target);
}
