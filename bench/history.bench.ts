import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateHistory } from '../checkers/generate/index.ts';
import {
  HistoryBuilder,
  HistoryWriter,
  readAnyHistory,
  readHistoryFile,
  writeJsonl,
} from '../harness/history/index.ts';
import type { History } from '../harness/kernel/history.ts';
import type { Op } from '../harness/kernel/op.ts';

/**
 * Measures histories on a register history of a million operations: collecting it in memory, writing the file, reading it
 * back into columns, and reading JSONL. `node --expose-gc --import tsx bench/history.bench.ts [operations]`; prints medians
 * as one JSON document.
 */
const OPERATIONS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 5;
const IMPORTED = Math.min(OPERATIONS, 100_000);

const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
try {
  const file = join(folder, 'history.fl');
  const entries = entriesOf(generateHistory({ model: 'register', operations: OPERATIONS, clients: 50, seed: 1 }));
  const collectMs = median(() => collect(entries));
  const appendMs = median(() => append(file, entries));
  entries.length = 0;
  const readMs = median(() => readHistoryFile(file));
  const jsonl = join(folder, 'history.jsonl');
  writeJsonl(jsonl, generateHistory({ model: 'register', operations: IMPORTED, clients: 50, seed: 1 }));
  const importMs = median(() => readAnyHistory(jsonl));
  const results = {
    operations: OPERATIONS,
    collectedPerSecond: perSecond(OPERATIONS, collectMs),
    appendedPerSecond: perSecond(OPERATIONS, appendMs),
    readPerSecond: perSecond(OPERATIONS, readMs),
    readGoalPerSecond: 1_000_000,
    jsonlReadPerSecond: perSecond(IMPORTED, importMs),
    fileBytesPerOperation: round(statSync(file).size / OPERATIONS),
    memoryBytesPerOperation: round(memoryOf(() => readHistoryFile(file).history) / OPERATIONS),
    memoryGoalBytesPerOperation: 64,
  };
  console.log(JSON.stringify(results, null, 2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function entriesOf(history: History): Op[] {
  return Array.from({ length: history.length }, (_, index) => history.at(index));
}

function collect(entries: readonly Op[]): void {
  const builder = new HistoryBuilder();
  for (const entry of entries) builder.append(entry);
  builder.build();
}

function append(path: string, entries: readonly Op[]): void {
  const writer = new HistoryWriter(path);
  for (const entry of entries) writer.append(entry);
  writer.close();
}

function median(action: () => unknown): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const startedMs = performance.now();
    action();
    return performance.now() - startedMs;
  });
  return times.sort((left, right) => left - right)[ROUNDS >> 1] ?? 0;
}

/** Bytes that stay in memory while what `make` returns is held. Needs --expose-gc to be exact. */
function memoryOf(make: () => unknown): number {
  const inUse = (): number => {
    // The first collection finds dead buffers, the second one has them released.
    globalThis.gc?.();
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = inUse();
  const held = make();
  const after = inUse();
  if (held === undefined) throw new Error('nothing was made');
  return after - before;
}

function perSecond(operations: number, elapsedMs: number): number {
  return Math.round((operations * 1000) / elapsedMs);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
