import { statSync } from 'node:fs';
import { renderComparison, type ComparisonEntry } from '../../reports/index.ts';
import { readHistoryFile } from '../history/index.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import { readRunRecord, runFolder } from '../store/run-folder.ts';
import { encodePath, type StorePath } from './store-path.ts';

/** Histories beyond this together would keep the server from answering for a long time. */
const HISTORY_BYTES_MAX = 256 * 1024 ** 2;

/**
 * The comparison of stored runs, made from their histories. Throws HarnessErrors where one cannot be read. Runs of the same
 * system on the same workload are told apart by numbers, in the order given.
 */
export function compareStored(folders: readonly StorePath[]): string {
  const bytes = folders.reduce((sum, { absolute }) => sum + sizeOf(runFolder(absolute).historyFile), 0);
  if (bytes > HISTORY_BYTES_MAX) {
    throw new HarnessError('usage', 'these histories are too large to be compared here; use faultline compare');
  }
  const entries = folders.map(({ absolute, relative }): ComparisonEntry => {
    const record = readRunRecord(absolute);
    const { history } = readHistoryFile(runFolder(absolute).historyFile);
    return { record, history, reportHref: `files/${encodePath(relative)}/report.html` };
  });
  return renderComparison({ entries: distinct(entries) });
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function distinct(entries: readonly ComparisonEntry[]): readonly ComparisonEntry[] {
  const systems = entries.map(({ record: { request } }) =>
    JSON.stringify([request.target, request.variant, request.mutant, request.workload]),
  );
  return entries.map((entry, index) => {
    if (systems.indexOf(systems[index] ?? '') === systems.lastIndexOf(systems[index] ?? '')) return entry;
    const { request } = entry.record;
    return {
      ...entry,
      record: { ...entry.record, request: { ...request, target: `${request.target} #${index + 1}` } },
    };
  });
}
