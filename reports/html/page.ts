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
  /** True for pages of our own server, which may ask it and send it forms. Files ask nobody. */
  readonly served?: boolean;
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
  return [
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
    `<meta http-equiv="Content-Security-Policy" content="${contentPolicy(page)}">\n`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n',
    '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">\n',
    `<title>${escapeHtml(page.title)}</title>\n<style>${page.style}</style>\n</head>\n<body>\n`,
    page.body.markup,
    ...page.data.map(({ id, type, text }) => `\n<script type="${type}" id="${id}">${text}</script>`),
    `\n<script>${page.script}</script>\n</body>\n</html>\n`,
  ].join('');
}

/** The page's content security policy; a server sends it as a header too. */
export function contentPolicy({ script, style, served }: Pick<Page, 'script' | 'style' | 'served'>): string {
  return [
    "default-src 'none'",
    `script-src '${sha256(script)}'`,
    `style-src '${sha256(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    `form-action ${served === true ? "'self'" : "'none'"}`,
    ...(served === true ? ["connect-src 'self'"] : []),
  ].join('; ');
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}
