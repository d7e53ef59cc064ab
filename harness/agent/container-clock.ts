import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freeze, isFrozen, processesOf, thaw, type CgroupFreezer } from './cgroup-freezer.ts';
import { inspectVdso, moveClock, removeStub, restoreEntries, type VdsoWrite } from './process-vdso.ts';
import type { VdsoPatch } from './vdso-patch.ts';

/** A run's hold on vDSOs: the plan, and the tag by which it knows its own. */
export interface VdsoOwner {
  readonly patch: VdsoPatch;
  readonly tag: bigint;
}

/** What came of moving the clocks of a container's processes. */
export interface ClockChange {
  /** Processes that now tell the asked time. */
  readonly processes: number;
  readonly errors: readonly string[];
}

/** A thread that stands in the way must be given processor time to leave, which takes long on a busy machine. */
const FIRST_PAUSE_MS = 2;
const PAUSE_MAX_MS = 100;
const GIVE_UP_AFTER_MS = 1500;
/** How long a call may still be under way in the block after the functions are the kernel's again. */
const DRAIN_MS = 20;
const COMM_CHARS = 15;

/**
 * Moves the wall clock of the container's processes of the given names (all where there are none) by one offset.
 * Everything in the container is frozen meanwhile, some milliseconds; a container that is frozen already stays so.
 */
export async function moveClocks(
  freezer: CgroupFreezer,
  names: readonly string[],
  offsetMicros: number,
  { patch, tag }: VdsoOwner,
): Promise<ClockChange> {
  const { busy, errors } = await writeAll(freezer, (pid) =>
    isNamed(pid, names) ? moveClock(pid, patch, offsetMicros, tag) : 'gone',
  );
  return {
    processes: countMoved(freezer, names, offsetMicros, { patch, tag }),
    errors: [...errors, ...busy.map(busyMessage)],
  };
}

/** Processes of the given names that have exactly this offset now, as read back from their memory. */
export function countMoved(
  freezer: CgroupFreezer,
  names: readonly string[],
  offsetMicros: number,
  { patch, tag }: VdsoOwner,
): number {
  return processesOf(freezer).filter((pid) => {
    const condition = isNamed(pid, names) && inspectVdso(pid, patch)?.condition;
    return (
      condition &&
      condition.kind === 'ours' &&
      condition.complete &&
      condition.tag === tag &&
      condition.offsetMicros === offsetMicros
    );
  }).length;
}

/** Whether any process of these names lacks this offset: one that was started, or replaced its program, since. */
export function hasUnmoved(
  freezer: CgroupFreezer,
  names: readonly string[],
  offsetMicros: number,
  owner: VdsoOwner,
): boolean {
  const clocked = processesOf(freezer).filter((pid) => isNamed(pid, names) && inspectVdso(pid, owner.patch));
  return clocked.length > countMoved(freezer, names, offsetMicros, owner);
}

/** What came of giving clocks back. */
export interface ClockRestoration {
  readonly errors: readonly string[];
  /** True time is told everywhere, but our unused code stays until the container is thawed. */
  readonly unfinished: boolean;
}

/**
 * Gives every process of the container that carries the run's tag the kernel's vDSO back, bit by bit. In two steps,
 * because a thread may be in the middle of our code: first no new call gets there, then the code goes.
 */
export async function restoreClocks(freezer: CgroupFreezer, { patch, tag }: VdsoOwner): Promise<ClockRestoration> {
  if (!processesOf(freezer).some((pid) => carriesTag(pid, { patch, tag }))) return { errors: [], unfinished: false };
  const entries = await writeAll(freezer, (pid) => restoreEntries(pid, patch, tag));
  await sleep(DRAIN_MS);
  const code = await writeAll(freezer, (pid) => removeStub(pid, patch, tag));
  const busy = [...entries.busy, ...code.busy];
  const unfinished = busy.length > 0 && isFrozen(freezer);
  return { errors: [...entries.errors, ...code.errors, ...(unfinished ? [] : busy.map(busyMessage))], unfinished };
}

/** Whether any of the run's code is left in a process. */
export function carriesTag(pid: number, { patch, tag }: VdsoOwner): boolean {
  const condition = inspectVdso(pid, patch)?.condition;
  return condition?.kind === 'ours' && condition.tag === tag;
}

interface WriteResult {
  readonly busy: readonly number[];
  readonly errors: readonly string[];
}

/** Writes to every process while all are frozen; thaws and tries again while a thread stands in the way. */
async function writeAll(freezer: CgroupFreezer, write: (pid: number) => VdsoWrite): Promise<WriteResult> {
  const settled = new Set<number>();
  const errors: string[] = [];
  const startedMs = performance.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MAX_MS)) {
    const wasFrozen = isFrozen(freezer);
    if (!wasFrozen) await freeze(freezer);
    const busy: number[] = [];
    try {
      for (const pid of processesOf(freezer)) {
        if (settled.has(pid)) continue;
        const result = attemptWrite(pid, write);
        if (result === 'busy') busy.push(pid);
        else settled.add(pid);
        if (result instanceof Error) errors.push(result.message);
      }
    } finally {
      if (!wasFrozen) thaw(freezer);
    }
    const isLate = performance.now() - startedMs > GIVE_UP_AFTER_MS;
    if (busy.length === 0 || wasFrozen || isLate) return { busy, errors };
    await sleep(pauseMs);
  }
}

function attemptWrite(pid: number, write: (pid: number) => VdsoWrite): VdsoWrite | Error {
  try {
    return write(pid);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function busyMessage(pid: number): string {
  return `process ${pid} never left the functions to be replaced`;
}

function isNamed(pid: number, names: readonly string[]): boolean {
  if (names.length === 0) return true;
  try {
    const comm = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    return names.some((name) => name.slice(0, COMM_CHARS) === comm);
  } catch {
    return false;
  }
}
