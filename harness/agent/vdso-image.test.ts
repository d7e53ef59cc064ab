import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { hostVdsoPatch } from './process-vdso.ts';
import { parseVdso } from './vdso-image.ts';

const host = hostVdsoPatch();
if (typeof host === 'string') console.log(`vDSO tests skipped: ${host}`);

describe.skipIf(typeof host === 'string')('parseVdso', () => {
  const image = typeof host === 'string' ? Buffer.alloc(0) : Buffer.from(host.clean);

  test('finds the clock functions of the vDSO that this process runs with', () => {
    const parsed = parseVdso(image);
    if (typeof parsed === 'string') throw new Error(parsed);
    for (const name of ['__vdso_clock_gettime', '__vdso_gettimeofday', '__vdso_time']) {
      const at = parsed.functions.get(name);
      expect(at, name).toBeGreaterThan(0);
      expect(at, name).toBeLessThan(parsed.contentsEnd);
    }
    expect(image.subarray(parsed.contentsEnd).every((byte) => byte === 0)).toBe(true);
  });

  test('answers garbage and other architectures with a reason', () => {
    expect(parseVdso(Buffer.alloc(0))).toContain('outside');
    expect(parseVdso(Buffer.alloc(4096))).toBe('it is no ELF image');
    const arm = Buffer.from(image);
    arm.writeUInt16LE(183, 18);
    expect(parseVdso(arm)).toBe('it is not for x86-64');
  });

  test('never throws, whatever bytes are broken', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1023), fc.nat(255)), { minLength: 1, maxLength: 8 }), (changes) => {
        const broken = Buffer.from(image);
        for (const [at, byte] of changes) broken.writeUInt8(byte, at);
        parseVdso(broken);
      }),
      { numRuns: 300 },
    );
  });
});
