import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CampaignRecord } from '../../harness/store/campaign-record.ts';
import { noChromium, openChromium, watch, type Misdeeds, type OpenBrowser } from '../testing/chromium.ts';
import { syntheticCampaign } from '../testing/synthetic-campaign.ts';
import { renderCampaign } from './render-campaign.ts';

if (noChromium !== undefined) console.log(`skipping the campaign page's browser tests: ${noChromium}`);

const HARMLESS: Misdeeds = { requests: [], errors: [], dialogs: [] };

describe.skipIf(noChromium !== undefined)("a campaign's page in a browser", () => {
  let folder: string;
  let file: string;
  let browser: OpenBrowser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-campaign-'));
    file = join(folder, 'campaign.html');
    browser = await openChromium({ viewport: { width: 1280, height: 900 } });
  }, 90_000);
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(record: CampaignRecord, live = false): Promise<{ page: Page; misdeeds: Misdeeds }> {
    writeFileSync(file, renderCampaign(record, { live }));
    const page = await browser.context.newPage();
    const misdeeds = watch(page);
    await page.goto(`file://${file}`);
    await ready(page);
    return { page, misdeeds };
  }

  it('filters, searches and sorts its runs, and opens a group by the keyboard', async () => {
    const { page, misdeeds } = await open(syntheticCampaign({ seedsPerCell: 12 }));
    const count = (): Promise<string> => page.locator('#run-count').innerText();
    expect(await count()).toBe('288 runs, the first 250 shown');
    await page.locator('#run-more').click();
    expect(await count()).toBe('288 runs');
    await page.locator('select[data-filter="system"]').selectOption('gossip');
    expect(await count()).toBe('72 of 288 runs');
    await page.locator('#run-search').fill('acknowledged k2');
    expect(await count()).toBe('48 of 288 runs');
    await page.locator('button[data-pick]').first().click();
    expect(await count()).toBe('12 of 288 runs');
    await page.locator('#run-reset').click();

    const took = page.getByRole('button', { name: 'took' });
    await took.click();
    await took.click();
    const times = await page
      .locator('#run-table td[data-sort]:nth-child(9)')
      .evaluateAll((cells) =>
        (cells as { dataset: Record<string, string> }[]).map(({ dataset }) => Number(dataset['sort'])),
      );
    expect(times).toEqual([...times].sort((left, right) => right - left));
    expect(await page.locator('th[aria-sort="descending"]').innerText()).toContain('took');

    await page.locator('details.group > summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('details.group').first().locator('.group-runs > li').first().isVisible()).toBe(true);
    await page.close();
    expect(misdeeds).toEqual(HARMLESS);
  }, 60_000);

  it('fits every screen, light, dark and on paper', async () => {
    const { page, misdeeds } = await open(syntheticCampaign());
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, media: 'screen' });
      for (const width of [360, 390, 1600]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      }
    }
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#run-table').isVisible()).toBe(true);
    expect(await page.locator('.toolbar').isVisible()).toBe(false);
    await page.close();
    expect(misdeeds).toEqual(HARMLESS);
  }, 60_000);

  it('loads itself again while the campaign runs, keeps what the reader chose, and stops at the end', async () => {
    const { page, misdeeds } = await open(syntheticCampaign({ done: 0.5 }), true);
    expect(await page.locator('.live').innerText()).toContain('72 of 144 runs made, about');
    await page.locator('select[data-filter="outcome"]').selectOption('valid');
    await page.locator('h1').click();
    await page.locator('details.group').first().locator('summary').click();
    await page.locator('#live-pause').click();
    expect(await page.locator('#live-status').innerText()).toBe('Not loading again.');
    await page.locator('#live-pause').click();
    writeFileSync(file, renderCampaign(syntheticCampaign(), { live: false }));
    await page.locator('.live').waitFor({ state: 'detached', timeout: 15_000 });
    await ready(page);
    expect(await page.locator('select[data-filter="outcome"]').inputValue()).toBe('valid');
    await page.close();
    expect(misdeeds).toEqual(HARMLESS);
  }, 60_000);
});

async function ready(page: Page): Promise<void> {
  await page.locator('html[data-ready]').waitFor({ state: 'attached', timeout: 20_000 });
}
