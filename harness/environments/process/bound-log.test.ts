import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { boundLog } from './bound-log.ts';

it('keeps the last lines of a log that is too long, and leaves others alone', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'faultline-bound-log-'));
  try {
    const file = path.join(directory, 'n1.log');
    boundLog(file);
    writeFileSync(file, `${'x'.repeat(99)}\n`.repeat(60_000));
    boundLog(file);
    expect(statSync(file).size).toBe(6_000_000);
    writeFileSync(file, 'the last words\n', { flag: 'a' });
    boundLog(file, 5_000_000);
    const text = readFileSync(file, 'utf8');
    expect(text.length).toBeLessThan(4.1 * 2 ** 20);
    expect(text).toMatch(/^\(this log was longer than 5000000 bytes: its older lines were dropped\)\n/);
    expect(text).toMatch(/\nthe last words\n$/);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
