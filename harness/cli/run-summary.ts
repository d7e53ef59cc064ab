import type { RunFolder } from '../store/run-folder.ts';
import type { RunRecord } from '../store/run-record.ts';
import { printable, styled } from './console.ts';

/** The JSON document of a run. */
export function runDocument(record: RunRecord, runDir: string): unknown {
  return {
    verdict: record.verdict,
    reasons: record.reasons,
    counts: record.counts,
    faults: record.faults.map(({ id, name, what, effect, probe, fromMs, toMs, healed, detail }) => ({
      id,
      name,
      what,
      effect,
      probe,
      from: fromMs,
      to: toMs ?? null,
      healed,
      detail,
    })),
    checks: record.checks.map(({ name, verdict, reason, findings, facts, elapsedMs }) => ({
      name,
      verdict,
      ...(reason === undefined ? {} : { reason }),
      findings: findings.map(({ anomaly, count, ops, message, key }) => ({
        anomaly,
        count,
        ops,
        message,
        ...(key === undefined ? {} : { key }),
      })),
      facts,
      elapsedMs,
    })),
    historyHash: record.historyHash,
    runDir,
    seed: record.request.seed,
    interrupted: record.interrupted,
    elapsedMs: record.elapsedMs,
    phasesMs: record.phasesMs,
    facts: record.facts,
  };
}

/** What a person reads after a run. */
export function runSummary(record: RunRecord, folder: RunFolder): string {
  const { request } = record;
  const lines = [
    `${verdictWord(record)}  ${request.target} ${request.workload} in ${request.environment}, ${request.nodes.length} nodes, seed ${request.seed}`,
    ...record.reasons.map((reason) => `  ${printable(reason)}`),
    ...record.checks.flatMap((check) =>
      check.findings.slice(0, 3).map((finding) => `  ${finding.anomaly}: ${printable(finding.message)}`),
    ),
    `  operations: ${operations(record)}`,
    `  faults: ${faults(record)}`,
    `  checks: ${record.checks.map((check) => `${check.name} ${check.verdict}`).join(', ')}`,
    `  history: ${folder.historyFile} (sha256 ${record.historyHash.slice(0, 16)}...)`,
    `  again: ${record.rerun.symbolic}`,
    folder.reportFile,
  ];
  return lines.join('\n');
}

function verdictWord(record: RunRecord): string {
  const colour = { valid: 'green', invalid: 'red', unknown: 'yellow' } as const;
  return styled(['bold', colour[record.verdict]], record.verdict);
}

function operations(record: RunRecord): string {
  return Object.entries(record.counts)
    .map(([f, { ok, fail, info }]) => `${f} ${ok} ok, ${fail} fail, ${info} info`)
    .join('; ');
}

function faults(record: RunRecord): string {
  if (record.faults.length === 0) return 'none';
  const kinds = new Map<string, number>();
  for (const fault of record.faults) {
    const label = `${fault.name} ${fault.effect}`;
    kinds.set(label, (kinds.get(label) ?? 0) + 1);
  }
  return [...kinds].map(([label, count]) => `${count} x ${label}`).join(', ');
}
