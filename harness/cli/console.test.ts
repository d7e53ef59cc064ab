import { describe, expect, it } from 'vitest';
import { printable } from './console.ts';

describe('printable', () => {
  it('shows what steers a terminal, reorders a line or hides in it, and nothing else', () => {
    expect(printable('a\u001b[31m\u009b\u202e\u061c\u200b\ufeff\u2028b')).toBe(
      'a\\u001b[31m\\u009b\\u202e\\u061c\\u200b\\ufeff\\u2028b',
    );
    expect(printable('\u{e0041}\ud800')).toBe('\\u{e0041}\\ud800');
    expect(printable('a\tb\nc')).toBe('a b\\u000ac');
    expect(printable('a\tb\nc', { multiline: true })).toBe('a b\nc');
    expect(printable('üß 漢字 😀')).toBe('üß 漢字 😀');
  });
});
