import { html, type SafeHtml } from './html.ts';

/** A figure at the head of a page: its name, its value, and a remark. */
export type Figure = readonly [name: string, value: string, note: string];

/** Figures side by side. */
export function figureList(figures: readonly Figure[]): SafeHtml {
  return html`<dl class="figures">
    ${figures.map(
      ([name, value, note]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}<span class="quiet">${note}</span></dd>
        </div>`,
    )}
  </dl>`;
}
