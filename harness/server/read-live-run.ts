import { existsSync, statSync } from 'node:fs';
import { readHistoryFile } from '../history/index.ts';
import { TYPE_FAIL, TYPE_INFO, TYPE_INVOKE, TYPE_OK, type History } from '../kernel/history.ts';
import type { FaultEvent } from '../kernel/fault.ts';
import type { LiveFault, LiveRun, LiveStage } from '../store/live-run.ts';
import { runFolder, type RunFolder } from '../store/run-folder.ts';
import type { RunRequest } from '../store/run-record.ts';

/** Seconds of the rate that are shown. */
const RATE_SECONDS = 60;
/** Histories beyond this are not read again and again while they grow. */
const HISTORY_BYTES_MAX = 64 * 1024 ** 2;

/** Reads what a run has written so far. O(history); the history is the prefix that is whole. */
export function readLiveRun(directory: string, request: RunRequest, now: number): LiveRun {
  const folder = runFolder(directory);
  const files = [folder.planFile, folder.historyFile, folder.traceFile, folder.resultsFile].filter((file) =>
    existsSync(file),
  );
  const common = {
    timeLimitMs: request.timeLimitMs,
    silentMs: Math.max(0, now - Math.max(...files.map((file) => statSync(file).mtimeMs))),
  };
  const nothing = { ...common, timeMs: 0, functions: [], okPerSecond: [], faults: [] };
  const finished = existsSync(folder.resultsFile);
  if (!existsSync(folder.historyFile)) return { ...nothing, stage: finished ? 'finished' : 'starting' };
  if (statSync(folder.historyFile).size > HISTORY_BYTES_MAX) {
    return {
      ...nothing,
      stage: finished ? 'finished' : 'running',
      problem: 'its history is too large to be read while it grows',
    };
  }
  try {
    const { history, complete } = readHistoryFile(folder.historyFile);
    return { ...common, ...tailOf(history), stage: stageOf(folder, history, complete, request) };
  } catch (error) {
    return {
      ...nothing,
      stage: finished ? 'finished' : 'running',
      problem: error instanceof Error ? error.message : String(error),
    };
  }
}

function stageOf(folder: RunFolder, history: History, complete: boolean, request: RunRequest): LiveStage {
  if (existsSync(folder.resultsFile)) return 'finished';
  if (complete) return 'checking';
  if (history.length === 0) return 'starting';
  return lastMs(history) < request.timeLimitMs ? 'running' : 'ending';
}

function lastMs({ columns, length }: History): number {
  return (columns.timeNs[length - 1] ?? 0) / 1e6;
}

function tailOf(history: History): Pick<LiveRun, 'timeMs' | 'functions' | 'okPerSecond' | 'faults'> {
  const { columns, length, fNames } = history;
  const timeMs = lastMs(history);
  const counts = fNames.map((f) => ({ f, open: 0, ok: 0, fail: 0, info: 0 }));
  const seconds = Math.min(RATE_SECONDS, Math.floor(timeMs / 1000) + 1);
  const firstSecond = Math.floor(timeMs / 1000) + 1 - seconds;
  const okPerSecond = Array.from({ length: seconds }, () => 0);
  for (let index = 0; index < length; index++) {
    const count = counts[columns.f[index] ?? -1];
    if (count === undefined) continue;
    const type = columns.type[index];
    if (type === TYPE_INVOKE) {
      count.open++;
      continue;
    }
    count.open--;
    if (type === TYPE_FAIL) count.fail++;
    else if (type === TYPE_INFO) count.info++;
    else if (type === TYPE_OK) {
      count.ok++;
      const second = Math.floor((columns.timeNs[index] ?? 0) / 1e9) - firstSecond;
      if (second >= 0) okPerSecond[second] = (okPerSecond[second] ?? 0) + 1;
    }
  }
  return { timeMs, functions: counts, okPerSecond, faults: latestFaults(history.faults) };
}

function latestFaults(events: readonly FaultEvent[]): readonly LiveFault[] {
  const latest = new Map<string, LiveFault>();
  for (const { faultId, kind, phase, timeNs, observation, reason } of events) {
    const detail = observation?.detail ?? reason ?? latest.get(faultId)?.detail ?? '';
    latest.set(faultId, { id: faultId, kind, phase, atMs: timeNs / 1e6, detail });
  }
  return [...latest.values()];
}
