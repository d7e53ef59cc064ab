import { visibleText } from './visible-text.ts';

/** Markup that may stand in a page as it is. Only {@link html} and {@link trustedHtml} make it. */
export class SafeHtml {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }

  toString(): string {
    return this.markup;
  }
}

/** What a template may hold: text is escaped, markup is kept, lists are joined, nothing is written for absent parts. */
export type HtmlPart = SafeHtml | string | number | undefined | null | false | readonly HtmlPart[];

/**
 * A template whose parts are escaped unless they are {@link SafeHtml}. Safe in element content and in double-quoted
 * attribute values; nowhere else.
 */
export function html(literals: TemplateStringsArray, ...parts: readonly HtmlPart[]): SafeHtml {
  let markup = literals[0] ?? '';
  for (const [index, part] of parts.entries()) markup += render(part) + (literals[index + 1] ?? '');
  return new SafeHtml(markup);
}

/** Marks text of our own as markup. Never for anything that came from a run. */
export function trustedHtml(markup: string): SafeHtml {
  return new SafeHtml(markup);
}

/** Text as it may stand in element content or in a quoted attribute value. */
export function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON that may stand inside a `<script type="application/json">` element. */
export function embeddedJson(value: unknown): SafeHtml {
  const text = JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, unicodeEscape);
  return new SafeHtml(text);
}

function render(part: HtmlPart): string {
  if (part === undefined || part === null || part === false) return '';
  if (part instanceof SafeHtml) return part.markup;
  if (typeof part === 'object') return part.map(render).join('');
  return escapeHtml(String(part));
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
