import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { FORMAT_GUIDE } from './format-guide.ts';
import { HISTORY_FORMATS } from './imported-history.ts';
import { readAnyHistory } from './read-any-history.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const page = readFileSync(new URL('../../docs/history-format.md', import.meta.url), 'utf8');

it.each(HISTORY_FORMATS.filter((format) => format !== 'faultline'))(
  '%s: its example is detected, read whole, and stands in the documentation',
  (format) => {
    const path = join(folder, 'example');
    const { example } = FORMAT_GUIDE[format];
    writeFileSync(path, example.join('\n'));
    const { history, format: detected, ignored } = readAnyHistory(path);
    expect(detected).toBe(format);
    expect(history.length).toBeGreaterThanOrEqual(2);
    expect(ignored).toEqual([]);
    expect(page).toContain(example.join('\n'));
  },
);
