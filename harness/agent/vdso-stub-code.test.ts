import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { STUB_DATA_BYTES, STUB_ENTRIES, VDSO_STUB } from './vdso-stub-code.ts';

const tools = ['gcc', 'objcopy', 'nm'];
const missing = tools.find((tool) => spawnSync(tool, ['--version']).status !== 0);
const reason = process.arch === 'x64' ? missing && `no ${missing}` : `this is ${process.arch}`;
if (reason) console.log(`assembling the vDSO stub skipped: ${reason}`);

describe.skipIf(reason)('the machine code', () => {
  test('is what its source assembles to', () => {
    const directory = mkdtempSync(join(tmpdir(), 'faultline-stub-'));
    const run = (tool: string, ...args: readonly string[]): string => {
      const { status, stdout, stderr } = spawnSync(tool, args, { cwd: directory, encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(status).toBe(0);
      return stdout;
    };
    try {
      run('gcc', '-c', fileURLToPath(new URL('vdso-stub.S', import.meta.url)), '-o', 'stub.o');
      run('objcopy', '-O', 'binary', '-j', '.text', 'stub.o', 'stub.bin');
      const symbols = new Map(
        run('nm', 'stub.o')
          .trim()
          .split('\n')
          .map((line) => line.split(' '))
          .map(([at = '', , name = '']) => [name, Number.parseInt(at, 16)]),
      );
      expect(readFileSync(join(directory, 'stub.bin')).toString('hex')).toBe(Buffer.from(VDSO_STUB).toString('hex'));
      expect(symbols.get('stub_clock_gettime')).toBe(STUB_DATA_BYTES);
      for (const [name, at] of Object.entries(STUB_ENTRIES)) {
        expect(symbols.get(name.replace('__vdso_', 'stub_'))).toBe(at);
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
