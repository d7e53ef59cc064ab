/**
 * What a campaign costs besides its runs: runs per hour with as many at a time as there are cores, and the wall time of a run
 * that has next to nothing to do. `--docker` measures etcd on containers as well, one at a time.
 *
 * `node dist/bench/campaign.bench.js [--runs 40] [--docker]`
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import type { CampaignRecord } from '../harness/store/campaign-record.ts';

const FAULTLINE = fileURLToPath(new URL('../harness/cli/main.js', import.meta.url));

interface Measured {
  readonly what: string;
  readonly runs: number;
  readonly wallS: number;
  readonly medianRunMs: number;
}

async function measure(what: string, definition: object): Promise<Measured> {
  const store = mkdtempSync(path.join(tmpdir(), 'faultline-bench-'));
  try {
    const file = path.join(store, 'bench.json');
    writeFileSync(file, JSON.stringify({ name: 'bench', ...definition }));
    const startMs = performance.now();
    await execa(process.execPath, [FAULTLINE, 'campaign', file, '--store', store], { timeout: 1_800_000 });
    const wallS = (performance.now() - startMs) / 1000;
    const text = readFileSync(path.join(store, 'campaigns', 'bench', 'latest', 'campaign.json'), 'utf8');
    const { results } = JSON.parse(text) as CampaignRecord;
    const failed = results.find(({ outcome }) => outcome === 'harness-error');
    if (failed !== undefined) throw new Error(`a run failed: ${failed.reasons.join('; ')}`);
    const elapsed = results.map(({ elapsedMs }) => elapsedMs).toSorted((left, right) => left - right);
    return { what, runs: results.length, wallS, medianRunMs: elapsed[Math.floor(elapsed.length / 2)] ?? 0 };
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '40' }, docker: { type: 'boolean', default: false } },
});
const seeds = Number(values.runs);
const sim = { targets: ['raft'], faults: ['partition'], seeds };
const measured = [
  await measure('sim, next to no work (0.1 s)', { ...sim, parameters: { 'time-limit': 0.1 } }),
  await measure('sim, raft, 30 s at 200 operations/s', { ...sim, parameters: { 'time-limit': 30 } }),
];
if (values.docker) {
  const docker = { targets: ['etcd'], faults: ['partition'], seeds: 2, parameters: { 'time-limit': 10 } };
  measured.push(await measure('docker, etcd, 10 s', docker));
}
for (const { what, runs, wallS, medianRunMs } of measured) {
  const perHour = Math.round((runs / wallS) * 3600);
  process.stdout.write(
    `${what}: ${runs} runs in ${wallS.toFixed(1)} s on ${cpus().length} cores, ${perHour} runs/h, ` +
      `${((wallS / runs) * 1000).toFixed(0)} ms of wall time a run, median of a run ${medianRunMs} ms\n`,
  );
}
