import { describe, expect, test } from 'vitest';
import { hostVdsoPatch } from './process-vdso.ts';
import {
  encodeStubData,
  isInsideJump,
  isInsideStub,
  planVdsoPatch,
  vdsoCondition,
  type VdsoPatch,
} from './vdso-patch.ts';

const host = hostVdsoPatch();

function patched(patch: VdsoPatch, data: Uint8Array, jumps = patch.jumps): Buffer {
  const image = Buffer.from(patch.clean);
  image.set(patch.stub.bytes, patch.stub.at);
  image.set(data, patch.stub.at);
  for (const { at, bytes } of jumps) image.set(bytes, at);
  return image;
}

describe.skipIf(typeof host === 'string')('vDSO patch', () => {
  const patch = host as VdsoPatch;

  test('jumps lead from each function to its replacement', () => {
    expect(patch.jumps).toHaveLength(3);
    for (const { at, bytes } of patch.jumps) {
      expect(bytes[0]).toBe(0xe9);
      const target = at + 5 + Buffer.from(bytes).readInt32LE(1);
      expect(isInsideStub(patch, target)).toBe(true);
      expect([isInsideJump(patch, at), isInsideJump(patch, at + 1), isInsideJump(patch, at + 5)]).toEqual([
        false,
        true,
        false,
      ]);
    }
  });

  test('reads back what was written, offsets before 1970 included', () => {
    expect(vdsoCondition(patch, patch.clean)).toEqual({ kind: 'clean' });
    for (const offsetMicros of [0, 1, -1, 3_600_000_000, -1_500_250, -86_400_000_000_001]) {
      const image = patched(patch, encodeStubData(offsetMicros, 77n));
      expect(vdsoCondition(patch, image)).toEqual({
        kind: 'ours',
        tag: 77n,
        offsetMicros,
        active: true,
        complete: true,
      });
    }
  });

  test('tells a half-healed image from a patched and from a foreign one', () => {
    const data = encodeStubData(5, 1n);
    expect(vdsoCondition(patch, patched(patch, data, []))).toMatchObject({ active: false, complete: false });
    expect(vdsoCondition(patch, patched(patch, data, patch.jumps.slice(1)))).toMatchObject({
      active: true,
      complete: false,
    });
    const foreign = patched(patch, data);
    foreign.writeUInt8(0xcc, patch.stub.at + 40);
    expect(vdsoCondition(patch, foreign)).toEqual({ kind: 'foreign' });
    expect(vdsoCondition(patch, patch.clean.subarray(1))).toEqual({ kind: 'foreign' });
  });

  test('refuses an image without room', () => {
    const full = Buffer.from(patch.clean);
    full.writeUInt8(1, patch.stub.at + 3);
    expect(planVdsoPatch(full)).toBe('its unused bytes are not zero');
    expect(planVdsoPatch(patch.clean.subarray(0, patch.stub.at + 100))).toContain('unused bytes');
  });
});
