import { closeSync, openSync, readdirSync, readFileSync, readSync, writeSync } from 'node:fs';
import {
  encodeStubData,
  isInsideJump,
  isInsideStub,
  planVdsoPatch,
  vdsoCondition,
  type VdsoCondition,
  type VdsoPatch,
} from './vdso-patch.ts';

/** What became of one write to a process. `busy`: a thread stands in the bytes to be replaced; thaw, wait, try again. */
export type VdsoWrite = 'done' | 'busy' | 'gone';

/** One process's vDSO as it is in memory now. */
export interface ProcessVdso {
  readonly base: number;
  readonly condition: VdsoCondition;
}

/**
 * The patch for this machine: the kernel maps the same image into every 64-bit process, so this process's own is the
 * clean one.
 *
 * @returns the plan, or in plain words why clocks cannot be moved here.
 */
export function hostVdsoPatch(): VdsoPatch | string {
  if (process.platform !== 'linux') return `it needs Linux, this is ${process.platform}`;
  if (process.arch !== 'x64') return `there is machine code for x86-64 only, this is ${process.arch}`;
  const range = vdsoRange('self');
  if (!range) return 'this process has no vDSO';
  const image = readMemory('self', range.base, range.bytes);
  return image ? planVdsoPatch(image) : 'this process cannot read its own memory';
}

/** The vDSO of a process; undefined where the process is gone or has none, or may not be read. */
export function inspectVdso(pid: number, patch: VdsoPatch): ProcessVdso | undefined {
  const range = vdsoRange(pid);
  if (!range) return undefined;
  const image = readMemory(pid, range.base, range.bytes);
  return image && { base: range.base, condition: vdsoCondition(patch, image) };
}

/**
 * Moves the wall clock of one process whose threads are all frozen. The block is written before the jumps that lead to it.
 *
 * @throws Error where its vDSO was changed by someone else, or memory cannot be written.
 */
export function moveClock(pid: number, patch: VdsoPatch, offsetMicros: number, tag: bigint): VdsoWrite {
  const found = inspectVdso(pid, patch);
  if (!found) return 'gone';
  const { base, condition } = found;
  if (condition.kind === 'foreign') throw new Error(`the vDSO of process ${pid} is not the kernel's; left alone`);
  if (hasThreadAt(pid, (at) => isInsideJump(patch, at - base))) return 'busy';
  const block = Buffer.from(patch.stub.bytes);
  block.set(encodeStubData(offsetMicros, tag));
  return writeMemory(pid, [
    { at: base + patch.stub.at, bytes: block },
    ...patch.jumps.map(({ at, bytes }) => ({ at: base + at, bytes })),
  ]);
}

/** First half of healing, threads frozen: the functions begin with the kernel's own bytes again, the block stays. */
export function restoreEntries(pid: number, patch: VdsoPatch, tag: bigint): VdsoWrite {
  const found = inspectVdso(pid, patch);
  if (!found || !isOurs(found.condition, tag)) return 'gone';
  return writeMemory(
    pid,
    patch.jumps.map(({ at, bytes }) => original(patch, found.base, at, bytes.length)),
  );
}

/**
 * Second half of healing, threads frozen, some time after the first: takes the block away, unless a thread is still in
 * it. The image is then the kernel's, bit by bit.
 */
export function removeStub(pid: number, patch: VdsoPatch, tag: bigint): VdsoWrite {
  const found = inspectVdso(pid, patch);
  if (!found || !isOurs(found.condition, tag)) return 'gone';
  if (found.condition.active) return 'busy';
  if (hasThreadAt(pid, (at) => isInsideStub(patch, at - found.base))) return 'busy';
  return writeMemory(pid, [original(patch, found.base, patch.stub.at, patch.stub.bytes.length)]);
}

function isOurs(condition: VdsoCondition, tag: bigint): condition is VdsoCondition & { readonly kind: 'ours' } {
  return condition.kind === 'ours' && condition.tag === tag;
}

function original(patch: VdsoPatch, base: number, at: number, length: number): MemoryWrite {
  return { at: base + at, bytes: patch.clean.subarray(at, at + length) };
}

interface MemoryWrite {
  readonly at: number;
  readonly bytes: Uint8Array;
}

function vdsoRange(pid: number | 'self'): { readonly base: number; readonly bytes: number } | undefined {
  const maps = readText(`/proc/${pid}/maps`);
  const match = maps && /^([0-9a-f]+)-([0-9a-f]+) .*\[vdso\]$/m.exec(maps);
  if (!match) return undefined;
  // User addresses are below 2^47, so a number holds them exactly.
  const base = Number.parseInt(match[1] ?? '', 16);
  return { base, bytes: Number.parseInt(match[2] ?? '', 16) - base };
}

function readMemory(pid: number | 'self', at: number, length: number): Uint8Array | undefined {
  return withMemory(pid, 'r', (file) => {
    const bytes = Buffer.alloc(length);
    return readSync(file, bytes, 0, length, at) === length ? bytes : undefined;
  });
}

function writeMemory(pid: number, writes: readonly MemoryWrite[]): VdsoWrite {
  const written = withMemory(pid, 'r+', (file) => {
    for (const { at, bytes } of writes) {
      if (writeSync(file, bytes, 0, bytes.length, at) !== bytes.length) {
        throw new Error(`the memory of process ${pid} took only a part of what was written`);
      }
    }
    return true;
  });
  return written ? 'done' : 'gone';
}

function withMemory<T>(pid: number | 'self', flags: string, use: (file: number) => T): T | undefined {
  let file: number;
  try {
    file = openSync(`/proc/${pid}/mem`, flags);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  try {
    return use(file);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  } finally {
    closeSync(file);
  }
}

function isGone(error: unknown): boolean {
  // EIO: the process ended, or replaced its program, between finding the address and using it.
  return error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH', 'EIO'].includes(String(error.code));
}

/**
 * Whether any thread is stopped at such an address, or is not stopped at all. The last field of `syscall` is the program
 * counter of a stopped thread.
 */
function hasThreadAt(pid: number, matches: (address: number) => boolean): boolean {
  return threadsOf(pid).some((thread) => {
    const fields = (readText(`/proc/${pid}/task/${thread}/syscall`) ?? '').trim().split(' ');
    return fields[0] === 'running' || (fields.length > 1 && matches(Number(fields.at(-1))));
  });
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
