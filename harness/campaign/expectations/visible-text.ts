/** Longest text of a system under test that a summary quotes. */
const QUOTED_MAX = 300;

/**
 * Text from a system under test without what a reader's program could take for an order: control characters (terminal
 * escapes among them), format characters (those that turn the direction of a line, and invisible ones), halves of surrogate
 * pairs. New lines become blanks.
 */
export function visibleText(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff]/gu, '')
    .trim();
}

/** The same, cut to a length at which lists stay readable. */
export function quotedText(text: string): string {
  const visible = visibleText(text);
  if (visible.length <= QUOTED_MAX) return visible;
  // A surrogate pair that the cut goes through leaves a half of it.
  return `${visible.slice(0, QUOTED_MAX - 3).replace(/[\ud800-\udbff]$/, '')}...`;
}
