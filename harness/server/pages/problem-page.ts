import { html } from '../../../reports/html/html.ts';
import { storePage, type StorePage } from './store-page.ts';

/** A page that says in one sentence what is wrong with a request. */
export function problemPage(title: string, sentence: string): StorePage {
  return storePage(
    title,
    '',
    html`<p class="card">${sentence}</p>
      <p><a href="/">All runs</a></p>`,
  );
}
