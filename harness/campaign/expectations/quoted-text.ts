import { visibleText } from '../../../reports/html/visible-text.ts';

/** Longest text of a system under test that a summary quotes. */
const QUOTED_MAX = 300;

/**
 * Text from a system under test on one line, with visible stand-ins for what a reader's program could take for an order and
 * for code points that are no characters.
 */
export function lineOfText(text: string): string {
  return visibleText(text.replaceAll(/\s+/g, ' ').replaceAll(/[\ufffe\uffff]/g, '\ufffd')).trim();
}

/** The same, cut to a length at which lists stay readable. */
export function quotedText(text: string): string {
  const line = lineOfText(text);
  if (line.length <= QUOTED_MAX) return line;
  // A surrogate pair that the cut goes through leaves a half of it.
  return `${line.slice(0, QUOTED_MAX - 3).replace(/[\ud800-\udbff]$/, '')}...`;
}
