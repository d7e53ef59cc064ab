import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { renderRunReport } from '../../../reports/index.ts';
import { syntheticRun, type SyntheticOptions, type SyntheticRun } from '../../../reports/testing/synthetic-run.ts';
import { writeHistoryFile } from '../../history/index.ts';
import { runFolder, type RunFolder } from '../../store/run-folder.ts';
import type { RunRecord } from '../../store/run-record.ts';

/** An empty store of a test's own. */
export function emptyStore(): string {
  return mkdtempSync(path.join(tmpdir(), 'faultline-serve-'));
}

/** Adds a whole run with its history, report and logs. `stage` leaves out what a run in progress has not written yet. */
export function addRun(
  store: string,
  relative: string,
  options: SyntheticOptions & {
    readonly stage?: 'finished' | 'running';
    readonly change?: (record: RunRecord) => RunRecord;
  },
): { readonly folder: RunFolder; readonly run: SyntheticRun } {
  const run = syntheticRun(options);
  const record = options.change?.(run.record) ?? run.record;
  const folder = runFolder(path.join(store, relative));
  mkdirSync(folder.logsDirectory, { recursive: true });
  writeFileSync(folder.planFile, JSON.stringify({ version: 1, request: record.request, schedule: [] }));
  writeHistoryFile(folder.historyFile, run.history);
  if (options.stage === 'running') return { folder, run };
  writeFileSync(folder.resultsFile, JSON.stringify(record));
  for (const [node, text] of run.logs) writeFileSync(path.join(folder.logsDirectory, `${node}.log`), text);
  writeFileSync(folder.reportFile, renderRunReport({ ...run, record }));
  return { folder, run };
}

/** Adds many finished runs without histories: what a list is made of. Records are filled up to `recordBytes`. */
export function addRecords(store: string, count: number, recordBytes = 0): void {
  const { record } = syntheticRun({ operations: 200 });
  const filling = Math.max(0, recordBytes - JSON.stringify(record).length);
  const parameters = [
    { target: 'raft', environment: 'sim', verdict: 'valid' },
    { target: 'gossip', environment: 'sim', verdict: 'invalid' },
    { target: 'etcd', environment: 'docker', verdict: 'valid' },
    { target: 'redis', environment: 'docker', verdict: 'unknown' },
  ] as const;
  for (let index = 0; index < count; index++) {
    const { target, environment, verdict } = parameters[index % parameters.length] ?? parameters[0];
    const workload = index % 3 === 0 ? 'set' : 'register';
    const started = new Date(Date.UTC(2026, 0, 1) + index * 1_800_000).toISOString();
    const stamp = started.replaceAll(/[-:]/g, '').slice(0, 15);
    const { directory, planFile, resultsFile } = runFolder(
      path.join(store, `${target}-${workload}-${environment}`, `${stamp}-${index}`),
    );
    mkdirSync(directory, { recursive: true });
    const request = { ...record.request, target, environment, workload, seed: String(index) };
    writeFileSync(planFile, JSON.stringify({ version: 1, request, schedule: [] }));
    const facts = { ...record.facts, filling: 'x'.repeat(filling) };
    writeFileSync(resultsFile, JSON.stringify({ ...record, facts, request, verdict, startedAt: started }));
  }
}
