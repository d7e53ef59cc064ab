import { parseVdso } from './vdso-image.ts';
import { STUB_DATA_BYTES, STUB_ENTRIES, VDSO_STUB } from './vdso-stub-code.ts';

/** Bytes at an offset of the vDSO. */
export interface ImagePatch {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** How a clean vDSO is turned into one that tells another time, and back. */
export interface VdsoPatch {
  /** The image as the kernel made it. */
  readonly clean: Uint8Array;
  /** Where the block goes: unused zero bytes behind the contents. */
  readonly stub: ImagePatch;
  /** Jumps from each function's entry into the block. */
  readonly jumps: readonly ImagePatch[];
}

/**
 * What is found in a process: the kernel's image, one with our block, or neither. With our block, `active` tells whether
 * any function leads into it, `complete` whether all do.
 */
export type VdsoCondition =
  | { readonly kind: 'clean' }
  | {
      readonly kind: 'ours';
      readonly tag: bigint;
      readonly offsetMicros: number;
      readonly active: boolean;
      readonly complete: boolean;
    }
  | { readonly kind: 'foreign' };

const ENDBR64 = [0xf3, 0x0f, 0x1e, 0xfa] as const;
const JUMP_BYTES = 5;
const JUMP_OPCODE = 0xe9;
const ALIGNMENT = 64;
const MICROS_PER_SECOND = 1_000_000;

/**
 * Plans the patch of a vDSO image: the block of `vdso-stub.S` into its unused tail, a relative jump over the first
 * instruction of each of the three functions that tell wall-clock time.
 *
 * @returns the plan, or in plain words why this image cannot be patched.
 */
export function planVdsoPatch(clean: Uint8Array): VdsoPatch | string {
  const image = parseVdso(clean);
  if (typeof image === 'string') return image;
  const at = Math.ceil(image.contentsEnd / ALIGNMENT) * ALIGNMENT;
  if (at + VDSO_STUB.length > clean.length) {
    return `it has ${clean.length - image.contentsEnd} unused bytes, ${VDSO_STUB.length + ALIGNMENT} are needed`;
  }
  if (clean.subarray(at, at + VDSO_STUB.length).some((byte) => byte !== 0)) return 'its unused bytes are not zero';
  const jumps: ImagePatch[] = [];
  for (const [name, entry] of Object.entries(STUB_ENTRIES)) {
    const functionAt = image.functions.get(name);
    if (functionAt === undefined) return `it has no ${name}`;
    jumps.push(jumpTo(clean, functionAt, at + entry));
  }
  return { clean, stub: { at, bytes: VDSO_STUB }, jumps };
}

/** A landing pad at the entry is kept: an indirect branch may be required to land on one. */
function jumpTo(clean: Uint8Array, functionAt: number, target: number): ImagePatch {
  const hasLandingPad = ENDBR64.every((byte, index) => clean[functionAt + index] === byte);
  const at = functionAt + (hasLandingPad ? ENDBR64.length : 0);
  const bytes = Buffer.alloc(JUMP_BYTES);
  bytes.writeUInt8(JUMP_OPCODE, 0);
  bytes.writeInt32LE(target - (at + JUMP_BYTES), 1);
  return { at, bytes };
}

/** The block's data: an offset in whole microseconds and the tag of the run it belongs to. */
export function encodeStubData(offsetMicros: number, tag: bigint): Uint8Array {
  const seconds = Math.floor(offsetMicros / MICROS_PER_SECOND);
  const micros = offsetMicros - seconds * MICROS_PER_SECOND;
  const data = Buffer.alloc(STUB_DATA_BYTES);
  data.writeBigInt64LE(BigInt(seconds), 0);
  data.writeBigInt64LE(BigInt(micros) * 1000n, 8);
  data.writeBigInt64LE(BigInt(micros), 16);
  data.writeBigUInt64LE(tag, 24);
  return data;
}

/** Compares a process's image with the kernel's, every byte but the block, its data and the jumps into it. */
export function vdsoCondition(patch: VdsoPatch, found: Uint8Array): VdsoCondition {
  if (Buffer.compare(found, patch.clean) === 0) return { kind: 'clean' };
  if (found.length !== patch.clean.length) return { kind: 'foreign' };
  const { at } = patch.stub;
  const data = Buffer.from(found.subarray(at, at + STUB_DATA_BYTES));
  const expected = Buffer.from(patch.clean);
  expected.set(patch.stub.bytes, at);
  expected.set(data, at);
  const jumps = patch.jumps.filter((jump) => holds(found, jump));
  for (const jump of jumps) expected.set(jump.bytes, jump.at);
  if (Buffer.compare(found, expected) !== 0) return { kind: 'foreign' };
  return {
    kind: 'ours',
    tag: data.readBigUInt64LE(24),
    offsetMicros: Number(data.readBigInt64LE(0)) * MICROS_PER_SECOND + Number(data.readBigInt64LE(16)),
    active: jumps.length > 0,
    complete: jumps.length === patch.jumps.length,
  };
}

function holds(found: Uint8Array, { at, bytes }: ImagePatch): boolean {
  return Buffer.compare(found.subarray(at, at + bytes.length), bytes) === 0;
}

/** True where a thread stopped at `at` would run a half-replaced instruction once the jumps are written. */
export function isInsideJump(patch: VdsoPatch, at: number): boolean {
  return patch.jumps.some((jump) => at > jump.at && at < jump.at + JUMP_BYTES);
}

/** True where a thread stopped at `at` still needs the block. */
export function isInsideStub(patch: VdsoPatch, at: number): boolean {
  return at >= patch.stub.at && at < patch.stub.at + patch.stub.bytes.length;
}
