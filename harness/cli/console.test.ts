import { describe, expect, it } from 'vitest';
import { createConsole, printable } from './console.ts';

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

describe('the JSON document', () => {
  it('is the same value, without characters that steer a terminal', () => {
    const document = { message: 'a\u001b[31m\u009b\u202e\u{e0041}\ud800\u007f\n\tü😀' };
    let stdout = '';
    const streams = { stdout: { write: (text: string) => (stdout += text) }, stderr: { write: () => undefined } };
    createConsole({ json: true, streams }).printJson(document);
    expect(JSON.parse(stdout)).toEqual(document);
    expect(printable(stdout.trimEnd())).toBe(stdout.trimEnd());
  });
});
