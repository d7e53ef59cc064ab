import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessageWindow, TracedMessage } from '../../harness/store/run-observations.ts';
import { renderComparison } from '../comparison/render-comparison.ts';
import { historyOfLines, observedFault } from '../testing/history-of-lines.ts';
import { noChromium, openChromium, watch, type Misdeeds, type OpenBrowser } from '../testing/chromium.ts';
import { syntheticRun } from '../testing/synthetic-run.ts';
import { renderRunReport, type RunReportInput } from './render-run-report.ts';

if (noChromium !== undefined) console.log(`skipping the reports' browser tests: ${noChromium}`);

const HOSTILE = `</script><script>window.hacked=1</script><img src=x onerror=hacked=1>"'\u202e\u001b[31m`;

describe.skipIf(noChromium !== undefined)('pages in a browser', () => {
  let folder: string;
  let browser: OpenBrowser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-report-'));
    browser = await openChromium({ viewport: { width: 1280, height: 900 } });
  }, 90_000);
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(name: string, text: string): Promise<{ page: Page; misdeeds: Misdeeds }> {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, text);
    const page = await browser.context.newPage();
    const misdeeds = watch(page);
    await page.goto(`file://${file}`);
    await page.locator('html[data-ready]').waitFor({ state: 'attached', timeout: 20_000 });
    return { page, misdeeds };
  }

  it('opens from disk, asks the network for nothing, fits a phone, and answers the keyboard', async () => {
    const { page, misdeeds } = await open(
      'run',
      renderRunReport(syntheticRun({ operations: 3000, system: 'eventual' })),
    );
    expect(await page.locator('h1').innerText()).toContain('gossip broke consistency');
    expect(await page.locator('svg.evidence').count()).toBeGreaterThan(0);
    expect(await page.locator('.chart canvas').count()).toBe(4);
    expect(await page.locator('#tl-status').innerText()).toMatch(/^3,00\d operations$/);

    const canvas = page.locator('#tl-canvas');
    await canvas.focus();
    await page.keyboard.press('n');
    expect(await page.locator('#announcer').innerText()).toMatch(/^finding 1 of \d+: stale-read/);
    await page.keyboard.press('.');
    await page.locator('#tl-selected dt').first().waitFor();
    const selected = await page.locator('#tl-selected').innerText();
    expect(selected).toMatch(/invoked\n[\d.]+ s, entry \d+/);
    await page.keyboard.press('.');
    await expect.poll(() => page.locator('#tl-selected').innerText()).not.toBe(selected);
    await page.keyboard.press('Escape');
    expect(await page.locator('#tl-selected').isHidden()).toBe(true);

    await page.locator('#tl-outcome').selectOption('3');
    await expect.poll(() => page.locator('#tl-status').innerText()).toMatch(/^\d+ of 3,00\d operations$/);
    await page.locator('#log-search').fill('heartbeat');
    await expect.poll(() => page.locator('#log-count').innerText()).toMatch(/^\d+ of 1,000 lines$/);
    expect(await page.locator('.log-text').first().innerText()).toContain('heartbeat');

    const before = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.locator('#theme').click();
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).not.toBe(before);

    for (const width of [360, 1600]) {
      await page.setViewportSize({ width, height: 800 });
      // Charts take their new width after the page has taken its own.
      await expect
        .poll(() => page.evaluate('document.documentElement.scrollWidth - innerWidth'))
        .toBeLessThanOrEqual(0);
    }
    expect(misdeeds).toEqual({ requests: [], errors: [], dialogs: [] });
  }, 60_000);

  it('is moved and zoomed by fingers', async () => {
    const file = join(folder, 'touch.html');
    writeFileSync(file, renderRunReport(syntheticRun({ operations: 3000 })));
    await using phone = await openChromium({ viewport: { width: 400, height: 800 }, hasTouch: true, isMobile: true });
    const page = await phone.context.newPage();
    await page.goto(`file://${file}`);
    await page.locator('html[data-ready]').waitFor({ state: 'attached', timeout: 20_000 });
    const canvas = page.locator('#tl-canvas');
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    const fingers = await page.context().newCDPSession(page);
    const y = (box?.y ?? 0) + 150;
    const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', ...xs: readonly number[]): Promise<void> => {
      const touchPoints = xs.map((x, id) => ({ x, y, id }));
      await fingers.send('Input.dispatchTouchEvent', { type, touchPoints });
    };
    const view = async (): Promise<readonly number[]> =>
      ((await canvas.getAttribute('data-view')) ?? '').split(' ').map(Number);

    const [from = 0, to = 0] = await view();
    await touch('touchStart', 180, 220);
    for (let step = 1; step <= 8; step++) await touch('touchMove', 180 - 10 * step, 220 + 10 * step);
    await touch('touchEnd');
    await expect.poll(async () => ((await view())[1] ?? 0) - ((await view())[0] ?? 0)).toBeLessThan((to - from) / 2);

    const [zoomedFrom = 0, zoomedTo = 0] = await view();
    await touch('touchStart', 300);
    for (let step = 1; step <= 8; step++) await touch('touchMove', 300 - 12 * step);
    await touch('touchEnd');
    await expect.poll(async () => (await view())[0]).toBeGreaterThan(zoomedFrom);
    const [movedFrom = 0, movedTo = 0] = await view();
    expect(movedTo - movedFrom).toBeCloseTo(zoomedTo - zoomedFrom, 3);
  }, 60_000);

  it('fits on paper, in light colours', async () => {
    const entries = (['strong', 'eventual'] as const).map((system) => syntheticRun({ operations: 2000, system }));
    const run = syntheticRun({ operations: 3000, system: 'eventual' });
    for (const [name, text] of [
      [
        'paper-run',
        renderRunReport({ ...run, observations: { samples: [], messages: [messagesOfFirstFinding(run)] } }),
      ],
      ['paper-comparison', renderComparison({ entries })],
    ] as const) {
      const { page, misdeeds } = await open(name, text);
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      await page.setViewportSize({ width: 720, height: 1000 });
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
      await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(720);
      const paper = (await page.pdf({ format: 'A4' })).toString('latin1');
      expect(paper.startsWith('%PDF-')).toBe(true);
      expect(paper.match(/\/Type *\/Page\b/g)?.length ?? 0).toBeGreaterThan(1);
      expect(misdeeds).toEqual({ requests: [], errors: [], dialogs: [] });
    }
  }, 60_000);

  it('is harmed by nothing that the system under test says', async () => {
    const { page, misdeeds } = await open('hostile', renderRunReport(hostileRun()));
    await page.locator('#tl-canvas').focus();
    await page.keyboard.press('.');
    await page.locator('#tl-selected dt').first().waitFor();
    await page.locator('#tl-key').fill(HOSTILE);
    await page.locator('#tl-key').blur();
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(await page.locator('img').count()).toBe(0);
    // Scripts of the page: four blocks of data, of which three are unpacked and gone, and one that runs.
    expect(await page.locator('script').count()).toBeLessThanOrEqual(5);
    const text = await page.locator('body').innerText();
    expect(['\u202e', '\u001b'].filter((character) => text.includes(character))).toEqual([]);
    expect(text).toContain('⟨U+202E⟩␛[31m');
    expect(misdeeds).toEqual({ requests: [], errors: [], dialogs: [] });
  }, 60_000);

  it('shows a comparison, wide and narrow', async () => {
    const entries = (['strong', 'eventual'] as const).map((system) => syntheticRun({ operations: 2000, system }));
    const { page, misdeeds } = await open('comparison', renderComparison({ entries }));
    expect(await page.locator('h1').innerText()).toBe(
      'Cut off from the majority, raft refuses to answer; gossip answers with old data.',
    );
    expect(await page.locator('svg.trade-off circle').count()).toBe(2);
    await page.setViewportSize({ width: 360, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(misdeeds).toEqual({ requests: [], errors: [], dialogs: [] });
  }, 60_000);
});

function messagesOfFirstFinding({ history }: RunReportInput): MessageWindow {
  const messages = Array.from({ length: 30 }, (_, index): TracedMessage => {
    const sentNs = index * 1e6;
    const fate = index % 5 === 0 ? 'cut' : 'delivered';
    return { from: 'n1', to: 'n2', sentNs, endedNs: sentNs + 2e6, fate, kind: 'append', text: '{}' };
  });
  const toNs = Math.min(40e6, history.columns.timeNs[history.length - 1] ?? 0);
  return { check: 0, finding: 0, fromNs: 0, toNs, messages, omitted: 0 };
}

/** A run in which every text that can come from outside is hostile. */
function hostileRun(): RunReportInput {
  const { record } = syntheticRun({ operations: 20 });
  const node = `n1${HOSTILE}`;
  const fault = { id: HOSTILE, kind: 'pause', nodes: [node] } as const;
  const history = historyOfLines(
    [
      { p: 0, from: 0, to: 900, f: HOSTILE, value: HOSTILE, answer: [HOSTILE], key: HOSTILE, node },
      {
        p: 1,
        from: 5,
        to: 800,
        f: HOSTILE,
        value: { [HOSTILE]: HOSTILE },
        type: 'fail',
        code: HOSTILE,
        key: HOSTILE,
        node,
      },
    ],
    observedFault(fault, 100, 300),
  );
  const finding = { anomaly: HOSTILE, ops: [0, 1], count: 1, message: HOSTILE, key: HOSTILE };
  const edges = [0, 1].map((from) => ({
    from: HOSTILE + from,
    to: HOSTILE + (1 - from),
    kind: HOSTILE,
    reason: HOSTILE,
  }));
  const findings = [
    { ...finding, detail: { [HOSTILE]: HOSTILE } },
    { ...finding, detail: { edges } },
  ];
  const facts = { [HOSTILE]: HOSTILE, table: { [HOSTILE]: { [HOSTILE]: HOSTILE } } };
  return {
    history,
    logs: new Map([[node, `2026-11-22T09:00:00.500Z ${HOSTILE}\n`]]),
    record: {
      ...record,
      verdict: 'invalid',
      request: { ...record.request, target: HOSTILE, seed: HOSTILE, nodes: [node], settings: { [HOSTILE]: HOSTILE } },
      reasons: [HOSTILE],
      counts: { [HOSTILE]: { ok: 1, fail: 1, info: 0 } },
      faults: record.faults.map((each) => ({ ...each, id: HOSTILE, what: HOSTILE, detail: HOSTILE, probe: HOSTILE })),
      checks: [
        { name: HOSTILE, use: { checker: HOSTILE, options: facts }, verdict: 'invalid', findings, facts, elapsedMs: 1 },
      ],
      facts,
      rerun: { symbolic: HOSTILE, exact: HOSTILE },
      startedAt: HOSTILE,
    },
  };
}
