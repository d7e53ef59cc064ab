import { browserAsset } from '../../../reports/html/browser-asset.ts';
import { html, type HtmlPart, type SafeHtml } from '../../../reports/html/html.ts';
import { contentPolicy, renderPage } from '../../../reports/html/page.ts';
import type { RunState } from '../run-entry.ts';

/** A page and the policy to send with it. */
export interface StorePage {
  readonly text: string;
  readonly policy: string;
}

/** What the pages of the store's web UI have in common. */
export function storePage(title: string, here: string, body: HtmlPart): StorePage {
  const page = {
    title: `${title}: faultline`,
    style: browserAsset('store.css'),
    script: browserAsset('store.js'),
    data: [],
    served: true,
    body: html`<a class="skip" href="#main">Skip to the content</a>
      <header class="top">
        <div class="brand">faultline</div>
        <nav aria-label="pages">
          ${PLACES.map(
            ([href, name]) => html`<a href="${href}" ${href === here && html`aria-current="page"`}>${name}</a>`,
          )}
        </nav>
        <button type="button" id="theme" aria-label="switch between light and dark">◐</button>
      </header>
      <main id="main">
        <h1 class="page-title">${title}</h1>
        ${body}
      </main>`,
  };
  return { text: renderPage(page), policy: contentPolicy(page) };
}

const PLACES = [
  ['/', 'Runs'],
  ['/trend', 'Trends'],
  ['/campaigns', 'Campaigns'],
] as const;

const STATE_SIGNS: Readonly<Record<RunState, string>> = {
  valid: '✓',
  invalid: '✗',
  unknown: '?',
  running: '…',
  unfinished: '·',
  unreadable: '!',
};

/** A badge with sign and word. */
export function stateBadge(state: RunState): SafeHtml {
  return html`<span class="badge fate ${state}"><span aria-hidden="true">${STATE_SIGNS[state]}</span> ${state}</span>`;
}

/** `2026-11-22 11:56:36` of an ISO time: what people compare runs by. As given where it is none. */
export function shortTime(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d).*$/s, '$1 $2');
}
