import { appendFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderCampaign } from '../../reports/index.ts';
import { noChromium, openChromium, watch, type Misdeeds, type OpenBrowser } from '../../reports/testing/chromium.ts';
import { syntheticCampaign } from '../../reports/testing/synthetic-campaign.ts';
import { runFolder } from '../store/run-folder.ts';
import { serveStore, type StoreServer } from './serve-store.ts';
import { addRecords, addRun, emptyStore } from './testing/synthetic-store.ts';

if (noChromium !== undefined) console.log(`skipping the store's browser tests: ${noChromium}`);

const RUNNING = 'raft-register-sim/20261122T130000-live';

describe.skipIf(noChromium !== undefined)('the store in a browser', () => {
  let store: string;
  let server: StoreServer;
  let browser: OpenBrowser;

  beforeAll(async () => {
    store = emptyStore();
    addRecords(store, 250);
    addRun(store, 'raft-register-sim/20261122T100000-a', { operations: 500, seed: 'a' });
    addRun(store, 'gossip-register-sim/20261122T120000-c', { operations: 500, system: 'eventual' });
    addRun(store, RUNNING, { operations: 2000, stage: 'running' });
    const campaign = path.join(store, 'campaigns/nightly/20261122T020000-3f1c');
    mkdirSync(campaign, { recursive: true });
    const record = syntheticCampaign();
    writeFileSync(path.join(campaign, 'campaign.json'), JSON.stringify(record));
    writeFileSync(path.join(campaign, 'campaign.html'), renderCampaign(record, { live: false }));
    server = await serveStore(store, 0);
    browser = await openChromium({ viewport: { width: 1280, height: 900 } });
  }, 90_000);
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await server.close();
    rmSync(store, { recursive: true, force: true });
  });

  async function open(at: string): Promise<{ page: Page; misdeeds: () => Misdeeds }> {
    const page = await browser.context.newPage();
    const misdeeds = watch(page);
    await page.goto(`${server.url}${at}`);
    await ready(page);
    const foreign = (): readonly string[] => misdeeds.requests.filter((url) => !url.startsWith(server.url));
    return { page, misdeeds: () => ({ ...misdeeds, requests: foreign() }) };
  }

  it('fits every screen, light and dark, and asks nobody else', async () => {
    for (const at of [
      '',
      '?verdict=invalid',
      'trend',
      'trend?by=day',
      'campaigns',
      'run/raft-register-sim/20261122T100000-a',
      `run/${RUNNING}`,
      'nowhere',
    ]) {
      const page = await browser.context.newPage();
      const misdeeds = watch(page);
      for (const [colorScheme, width] of [
        ['light', 1280],
        ['dark', 390],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 800 });
        await page.goto(`${server.url}${at}`);
        await ready(page);
        expect([at, await page.evaluate('document.documentElement.scrollWidth - innerWidth')]).toEqual([at, 0]);
      }
      await page.close();
      expect(misdeeds.requests.filter((url) => !url.startsWith(server.url))).toEqual([]);
      // Chromium itself notes the answer 404 of the page that is not there.
      expect(misdeeds.errors.filter((error) => at !== 'nowhere' || !error.includes('404'))).toEqual([]);
    }
  }, 90_000);

  it('filters at once, goes through pages, and compares two runs', async () => {
    const { page, misdeeds } = await open('');
    expect(await page.locator('main').innerText()).toContain('page 1 of 3');
    await page.locator('a[rel="next"]').click();
    await ready(page);
    expect(await page.locator('main').innerText()).toContain('page 2 of 3');
    await page.goto(server.url);
    await page.locator('select[name="environment"]').selectOption('docker');
    await page.waitForURL('**/?*environment=docker*');
    await page.goto(`${server.url}?q=20261122T1`);
    await ready(page);
    const button = page.locator('#compare button');
    expect(await button.isDisabled()).toBe(true);
    await page.getByLabel('compare raft seed a').check();
    await page.getByLabel('compare gossip').check();
    await button.click();
    await page.locator('svg.trade-off').waitFor();
    expect(await page.locator('h1').innerText()).toContain('gossip answers with old data');
    expect(await page.locator('#runs a').first().getAttribute('href')).toContain('report.html');
    await page.locator('#runs a').first().click();
    await page.locator('html[data-ready] #tl-canvas').waitFor({ timeout: 20_000 });
    expect(misdeeds()).toEqual({ requests: [], errors: [], dialogs: [] });
    await page.close();
  }, 60_000);

  it('delivers pages that work and cannot read the store', async () => {
    const { page, misdeeds } = await open('files/campaigns/nightly/20261122T020000-3f1c/campaign.html');
    await page.locator('select[data-filter="system"]').selectOption('gossip');
    expect(await page.locator('#run-count').innerText()).toBe('36 of 144 runs');
    expect(misdeeds()).toEqual({ requests: [], errors: [], dialogs: [] });
    const read = await page.evaluate(`fetch('/').then(() => 'read', () => 'refused')`);
    expect(read).toBe('refused');
    await page.close();
  }, 60_000);

  it('follows a run until it is finished', async () => {
    const { historyFile, resultsFile } = runFolder(path.join(store, RUNNING));
    const whole = readFileSync(historyFile);
    truncateSync(historyFile, Math.floor(whole.length / 3));
    const { page, misdeeds } = await open(`run/${RUNNING}`);
    await expect.poll(() => page.locator('#live-stage').innerText()).toBe('Operations and faults are running');
    const counted = (): Promise<number> =>
      page
        .locator('#live-functions td:nth-child(3)')
        .first()
        .innerText()
        .then((text) => Number(text.replace(',', '')));
    const before = await counted();
    expect(await page.locator('#live-faults').innerText()).toContain('f1-partition');
    appendFileSync(historyFile, whole.subarray(Math.floor(whole.length / 3)));
    await expect.poll(counted, { timeout: 5000 }).toBeGreaterThan(before);
    expect(await page.locator('#live-stage').innerText()).toContain('checkers are judging');
    const other = runFolder(path.join(store, 'raft-register-sim/20261122T100000-a'));
    writeFileSync(resultsFile, readFileSync(other.resultsFile));
    await page.getByText('showed no violation').waitFor({ timeout: 5000 });
    expect(misdeeds()).toEqual({ requests: [], errors: [], dialogs: [] });
    await page.close();
  }, 60_000);
});

async function ready(page: Page): Promise<void> {
  await page.locator('html[data-ready]').waitFor({ state: 'attached', timeout: 20_000 });
}
