/** How long `faultline serve` takes over a store of 10,000 runs whose records are as large as real ones (16 KB). */
import { rmSync } from 'node:fs';
import { serveStore } from '../harness/server/serve-store.ts';
import { addRecords, emptyStore } from '../harness/server/testing/synthetic-store.ts';

const RUNS = 10_000;
const RECORD_BYTES = 16_000;
/** Longer than a listing is served from memory. */
const STALE_MS = 2000;

const store = emptyStore();
try {
  addRecords(store, RUNS, RECORD_BYTES);
  await measure('records read for the first time', store);
  await measure('index file of an earlier server', store);
} finally {
  rmSync(store, { recursive: true, force: true });
}

async function measure(what: string, served: string): Promise<void> {
  const server = await serveStore(served, 0);
  console.log(`${RUNS} runs, ${what}:`);
  try {
    await timed('first list', server.url);
    await timed('list within 1.5 s', `${server.url}?target=raft&verdict=valid&sort=rate`);
    await new Promise((resolve) => setTimeout(resolve, STALE_MS));
    await timed('list, store walked again', `${server.url}?q=gossip`);
    await timed('trend', `${server.url}trend`);
  } finally {
    await server.close();
  }
}

async function timed(what: string, url: string): Promise<void> {
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  const answer = await fetch(url);
  await answer.text();
  const { user, system } = process.cpuUsage(startCpu);
  const elapsedMs = Math.round(performance.now() - startMs);
  console.log(`  ${what}: ${elapsedMs} ms, of which the processor worked ${Math.round((user + system) / 1000)} ms`);
}
