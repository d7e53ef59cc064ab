import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { packTar } from './tar.ts';

const FILES = [
  { path: 'Dockerfile', content: 'FROM scratch\n' },
  { path: '/etc/deep/er/file', content: new Uint8Array(700).fill(7), mode: 0o755 },
  { path: 'empty', content: '' },
];

test('tar lists and unpacks what was packed', () => {
  const archive = packTar(FILES);
  const listing = execFileSync('tar', ['-tvf', '-'], { input: archive, encoding: 'utf8' });
  expect(listing).toMatch(/-rw-r--r-- 0\/0 +13 1970.* Dockerfile\n/);
  expect(listing).toMatch(/-rwxr-xr-x 0\/0 +700 1970.* etc\/deep\/er\/file\n/);
  const content = execFileSync('tar', ['-xOf', '-', 'etc/deep/er/file'], { input: archive });
  expect(content.equals(Buffer.alloc(700, 7))).toBe(true);
});

test('equal files make equal bytes', () => {
  expect(packTar(FILES).equals(packTar(FILES))).toBe(true);
});

test('a path that the format cannot hold is refused', () => {
  expect(() => packTar([{ path: 'x'.repeat(101), content: '' }])).toThrow(RangeError);
  expect(() => packTar([{ path: '/', content: '' }])).toThrow(RangeError);
});
