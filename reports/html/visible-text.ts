/**
 * Text from the system under test made harmless to look at: characters that steer a terminal, reorder a line or hide
 * themselves are replaced by visible stand-ins, so that what a reader sees is what was there. Tabs and line feeds stay.
 *
 * Escaping for HTML is a separate step; this one guards against text that deceives without any markup.
 */
export function visibleText(text: string): string {
  return DECEIVING.test(text) ? text.replace(DECEIVING_ALL, visibleCharacter) : text;
}

/**
 * Matches one character that deceives: C0 and C1 controls but tab and line feed, format characters (zero-width and
 * bidirectional controls, soft hyphen, byte-order mark, tags and their kind), line and paragraph separators, lone
 * surrogates. For the flag `u`.
 */
export const DECEIVING_CLASS: string =
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\p{Cf}\\p{Zl}\\p{Zp}\\u2060-\\u206f\\u{e0000}-\\u{e007f}\\ud800-\\udfff]';
const DECEIVING = new RegExp(DECEIVING_CLASS, 'u');
const DECEIVING_ALL = new RegExp(DECEIVING_CLASS, 'gu');

function visibleCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  // The block of control pictures: ␀ to ␟, and ␡.
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
