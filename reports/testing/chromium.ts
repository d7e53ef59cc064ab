import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

const EXECUTABLE = process.env['FAULTLINE_CHROMIUM'] ?? '/usr/bin/chromium';

/** Why no browser test can run here; undefined where one can. */
export const noChromium: string | undefined = existsSync(EXECUTABLE)
  ? undefined
  : `no browser at ${EXECUTABLE} (install Debian's chromium, or set FAULTLINE_CHROMIUM)`;

/** A browser with a profile of its own. Dispose of it: that closes it and removes the profile. */
export interface OpenBrowser extends AsyncDisposable {
  readonly context: BrowserContext;
}

/** Starts Chromium without network services of its own. */
export async function openChromium(options: BrowserContextOptions = {}): Promise<OpenBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'faultline-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...options,
    executablePath: EXECUTABLE,
    headless: true,
    timeout: 60_000,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
  return {
    context,
    async [Symbol.asyncDispose](): Promise<void> {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** What a page did that a report must not do. */
export interface Misdeeds {
  readonly requests: readonly string[];
  readonly errors: readonly string[];
  readonly dialogs: readonly string[];
}

/** Watches a page from before it loads anything. */
export function watch(page: Page): Misdeeds {
  const requests: string[] = [];
  const errors: string[] = [];
  const dialogs: string[] = [];
  page.on('request', (request) => {
    if (!/^(?:file|data|blob):/.test(request.url())) requests.push(request.url());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  return { requests, errors, dialogs };
}
