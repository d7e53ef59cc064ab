import { createHash } from 'node:crypto';
import { escapeHtml, type SafeHtml } from './html.ts';

/** A page to be written as one file. */
export interface Page {
  readonly title: string;
  readonly style: string;
  readonly script: string;
  readonly body: SafeHtml;
  /** Blocks of data that the script reads, by element id. Base64 or JSON made by `embeddedJson`. */
  readonly data: readonly { readonly id: string; readonly type: string; readonly text: string }[];
}

/**
 * The page as one self-contained HTML document. Its content security policy allows nothing but the two texts given
 * here, by hash: no request, no other script, no inline style attribute.
 */
export function renderPage(page: Page): string {
  for (const [what, text] of [
    ['script', page.script],
    ['style', page.style],
  ] as const) {
    if (text.toLowerCase().includes(`</${what}`)) throw new Error(`the page's ${what} ends its own element`);
  }
  const policy = [
    "default-src 'none'",
    `script-src '${sha256(page.script)}'`,
    `style-src '${sha256(page.style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return [
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">\n`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n',
    '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">\n',
    `<title>${escapeHtml(page.title)}</title>\n<style>${page.style}</style>\n</head>\n<body>\n`,
    page.body.markup,
    ...page.data.map(({ id, type, text }) => `\n<script type="${type}" id="${id}">${text}</script>`),
    `\n<script>${page.script}</script>\n</body>\n</html>\n`,
  ].join('');
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}
