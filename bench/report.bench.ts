import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { renderRunReport } from '../reports/index.ts';
import { openChromium } from '../reports/testing/chromium.ts';
import { syntheticRun } from '../reports/testing/synthetic-run.ts';

/**
 * Measures the report of a run of a million operations: making it, its size, opening it from disk in headless Chromium
 * until the timeline is drawn, and frames per second while the timeline is panned at several zooms.
 * `node --import tsx bench/report.bench.ts [operations]`; prints one JSON document. Without GPU, so a lower bound.
 *
 * Beside each time on the wall stands the processor time of the thread that does the work (`cpuMs`): on a machine that does
 * other things as well, it is the figure that can be compared.
 */
const OPERATIONS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 3;
/** Key presses that zoom in by half each: from the whole run down to single operations. */
const ZOOMS = [0, 4, 8, 12, 16, 24];
const FRAMES = 120;

const folder = mkdtempSync(join(tmpdir(), 'faultline-bench-'));
try {
  const run = syntheticRun({ operations: OPERATIONS, durationMs: 600_000, concurrency: 20, system: 'eventual' });
  const makeMs: number[] = [];
  const makeCpuMs: number[] = [];
  let text = '';
  for (let round = 0; round < ROUNDS; round++) {
    const startedMs = performance.now();
    const cpu = process.cpuUsage();
    text = renderRunReport(run);
    makeMs.push(performance.now() - startedMs);
    const { user, system } = process.cpuUsage(cpu);
    makeCpuMs.push((user + system) / 1000);
  }
  const file = join(folder, 'report.html');
  writeFileSync(file, text);
  const results = {
    operations: OPERATIONS,
    makeMs: makeMs.map(Math.round),
    makeCpuMs: makeCpuMs.map(Math.round),
    makeGoalMs: 10_000,
    megabytes: Number((Buffer.byteLength(text) / 1e6).toFixed(1)),
    goalMegabytes: 30,
    ...(await inBrowser(file)),
    openGoalMs: 3_000,
    goalFramesPerSecond: 50,
  };
  console.log(JSON.stringify(results, null, 2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function inBrowser(file: string): Promise<Record<string, unknown>> {
  await using browser = await openChromium({ viewport: { width: 1280, height: 900 } });
  const openMs: number[] = [];
  const openCpuMs: number[] = [];
  const page = await browser.context.newPage();
  const cpuMs = await mainThreadClock(page);
  for (let round = 0; round < ROUNDS; round++) {
    await page.goto('about:blank');
    const cpuStartMs = await cpuMs();
    const startedMs = performance.now();
    await page.goto(`file://${file}`, { waitUntil: 'commit' });
    await page.locator('html[data-ready]').waitFor({ state: 'attached', timeout: 60_000 });
    openMs.push(Math.round(performance.now() - startedMs));
    // A process of its own may serve the new page, whose clock then begins at zero.
    const cpuEndMs = await cpuMs();
    openCpuMs.push(Math.round(cpuEndMs >= cpuStartMs ? cpuEndMs - cpuStartMs : cpuEndMs));
  }
  await page.locator('#tl-canvas').scrollIntoViewIfNeeded();
  const pans = [];
  for (const zoom of ZOOMS) {
    const cpuStartMs = await cpuMs();
    const pan = await page.evaluate<PanResult>(panScript(zoom));
    pans.push({ zoom, ...pan, cpuMsPerFrame: Math.round((10 * ((await cpuMs()) - cpuStartMs)) / FRAMES) / 10 });
  }
  return { openMs, openCpuMs, pans };
}

/** Reads the processor time that a page's main thread has used, in milliseconds. */
async function mainThreadClock(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  };
}

interface PanResult {
  readonly framesPerSecond: number;
  readonly p95Ms: number;
}

/** Zooms, lets one frame pass, then moves a little in every frame, to and fro. */
function panScript(zoom: number): string {
  return `(async () => {
    const canvas = document.getElementById('tl-canvas');
    const press = (key) => canvas.dispatchEvent(new KeyboardEvent('keydown', { key }));
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    press('0');
    for (let step = 0; step < ${zoom}; step++) press('+');
    await frame();
    await frame();
    const times = [];
    let last = performance.now();
    for (let index = 0; index < ${FRAMES}; index++) {
      press(index % 40 < 20 ? 'ArrowRight' : 'ArrowLeft');
      await frame();
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    times.sort((left, right) => left - right);
    const total = times.reduce((sum, time) => sum + time, 0);
    return {
      framesPerSecond: Math.round((10 * 1000 * times.length) / total) / 10,
      p95Ms: Math.round(10 * times[Math.floor(0.95 * times.length)]) / 10,
    };
  })()`;
}
