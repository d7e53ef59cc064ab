import { describe, expect, it } from 'vitest';
import { formatCount, formatNs, formatShare, formatSignedMs, listed } from './format.ts';
import { embeddedJson, html, trustedHtml } from './html.ts';
import { renderPage } from './page.ts';
import { visibleText } from './visible-text.ts';

describe('html', () => {
  it('escapes text in content and in attributes, and keeps markup', () => {
    const hostile = `</script><img src=x onerror="alert('1')">&`;
    const { markup } = html`<p title="${hostile}">${hostile}${html`<b>${'<'}</b>`}${['<', 1]}${undefined}${false}</p>`;
    expect(markup).not.toMatch(/<img|<\/script|onerror="/);
    expect(markup).toContain('<b>&#60;</b>&#60;1</p>');
  });

  it('shows what would hide, reorder or steer', () => {
    expect(visibleText('a\u001b[31m\u0000b')).toBe('a␛[31m␀b');
    expect(visibleText('\u202egpj.exe\u200b')).toBe('⟨U+202E⟩gpj.exe⟨U+200B⟩');
    expect(visibleText('\u{e0041}\u{1d173}\u0601')).toBe('⟨U+E0041⟩⟨U+1D173⟩⟨U+0601⟩');
    expect(visibleText('\ud800')).toBe('⟨U+D800⟩');
    expect(visibleText('tab\tline\nüß 漢字 😀')).toBe('tab\tline\nüß 漢字 😀');
  });

  it('embeds JSON that cannot end its element', () => {
    const value = { text: '</script><!--<script>\u2028' };
    const { markup } = embeddedJson(value);
    expect(markup).not.toMatch(/[<>\u2028]/);
    expect(JSON.parse(markup)).toEqual(value);
  });
});

describe('renderPage', () => {
  const page = { title: 'a </title><b>', style: 'p{}', script: 'f()', body: trustedHtml('<p></p>'), data: [] };

  it('allows its own script and style only', () => {
    const text = renderPage(page);
    expect(text).toContain("default-src 'none'; script-src 'sha256-");
    expect(text).not.toContain('</title><b>');
    expect(text).not.toMatch(/(?:src|href)="(?!data:)/);
  });

  it('refuses a script that ends its own element', () => {
    expect(() => renderPage({ ...page, script: 'x = "</SCRIPT>"' })).toThrow('ends its own element');
  });
});

describe('format', () => {
  it('picks units that suit', () => {
    expect([900, 12_345, 2e6, 61.5e9, 125e9, 120e9].map((ns) => formatNs(ns))).toEqual([
      '900 ns',
      '12.3 µs',
      '2 ms',
      '61.5 s',
      '2 min 5 s',
      '2 min',
    ]);
    expect(formatSignedMs(-250)).toBe('−250 ms');
    expect(formatCount(1234567)).toBe('1,234,567');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
  });

  it('never rounds a rest away', () => {
    expect(formatShare(999_999, 1_000_000)).toBe('> 99.99 %');
    expect(formatShare(1, 1_000_000)).toBe('< 0.01 %');
    expect(formatShare(0, 10)).toBe('0 %');
    expect(formatShare(10, 10)).toBe('100 %');
    expect(formatShare(0, 0)).toBe('–');
  });
});
