import type { AgentNode, DesiredClock, ObservedClock } from './agent-protocol.ts';
import { processesOf, type CgroupFreezer } from './cgroup-freezer.ts';
import { countMoved, hasUnmoved, moveClocks, restoreClocks, type VdsoOwner } from './container-clock.ts';
import { hasFaketimeLoaded, readFaketime, setFaketime } from './faketime.ts';
import type { MemberContext } from './member.ts';
import { bootId } from './process-identity.ts';
import type { VdsoPatch } from './vdso-patch.ts';

/** The wall clock of one container, by whichever mechanism. `pid` is its main process, 0 where it does not run. */
export interface MemberClock {
  /** Undefined is true time. */
  set(pid: number, freezer: CgroupFreezer | undefined, wanted: DesiredClock | undefined): Promise<void>;
  /** Reaches processes that were started, or replaced their program, since the clock was set. */
  rescan(pid: number, freezer: CgroupFreezer | undefined): Promise<void>;
  observe(pid: number, freezer: CgroupFreezer | undefined): ObservedClock;
}

const MICROS_PER_MS = 1000;

export function memberClock(spec: AgentNode, { engine, journal, vdso }: MemberContext): MemberClock {
  const { containerId } = spec;
  const names = spec.processes ?? [];
  let current: DesiredClock | undefined;
  let vdsoTouched = false;
  let faketimeTouched = false;

  const restoreVdso = async (freezer: CgroupFreezer | undefined, owner: VdsoOwner): Promise<void> => {
    // Without a process there is nothing to give back: a new one starts with the kernel's vDSO.
    const { errors, unfinished } = freezer ? await restoreClocks(freezer, owner) : { errors: [], unfinished: false };
    vdsoTouched = unfinished;
    if (errors.length > 0) throw new Error(`its clock could not be given back: ${errors.join('; ')}`);
  };
  const moveVdso = async (pid: number, freezer: CgroupFreezer | undefined, offsetMs: number): Promise<void> => {
    if (typeof vdso === 'string') throw new Error(`its clock cannot be moved by vdso: ${vdso}`);
    if (pid === 0) return;
    if (!freezer) throw new Error('its processes cannot be frozen: no control group of it is visible here');
    const offsetMicros = Math.round(offsetMs * MICROS_PER_MS);
    if (!hasUnmoved(freezer, names, offsetMicros, vdso)) return;
    journal.append({ type: 'freeze', containerId, freezer });
    journal.append(vdsoRecord(containerId, vdso));
    vdsoTouched = true;
    const { errors } = await moveClocks(freezer, names, offsetMicros, vdso);
    if (errors.length > 0) throw new Error(`its clock could not be moved: ${errors.join('; ')}`);
  };
  const moveFaketime = async (pid: number, offsetMs: number): Promise<void> => {
    if (pid !== 0 && readFaketime(pid) === undefined) {
      throw new Error('the container was started without libfaketime; ask for the mechanism when the run starts');
    }
    journal.append({ type: 'faketime', containerId });
    faketimeTouched = true;
    await setFaketime(engine, containerId, pid, offsetMs);
  };

  return {
    async set(pid, freezer, wanted) {
      current = wanted;
      if (wanted?.mechanism !== 'vdso' && vdsoTouched && typeof vdso !== 'string') await restoreVdso(freezer, vdso);
      if (wanted?.mechanism !== 'faketime' && faketimeTouched) {
        await setFaketime(engine, containerId, pid, 0);
        faketimeTouched = false;
      }
      switch (wanted?.mechanism) {
        case 'vdso':
          return moveVdso(pid, freezer, wanted.offsetMs);
        case 'faketime':
          return moveFaketime(pid, wanted.offsetMs);
        case undefined:
      }
    },
    async rescan(pid, freezer) {
      if (current?.mechanism === 'vdso') await moveVdso(pid, freezer, current.offsetMs);
      else if (vdsoTouched && typeof vdso !== 'string') await restoreVdso(freezer, vdso);
    },
    observe(pid, freezer) {
      const unmeasured = { offsetMs: undefined, probe: 'none', resolutionMs: 0 };
      if (!current || pid === 0) return unmeasured;
      const { mechanism } = current;
      if (mechanism === 'faketime') {
        const processes = (freezer ? processesOf(freezer) : [pid]).filter(hasFaketimeLoaded).length;
        return { ...unmeasured, written: { mechanism, processes, offsetMs: readFaketime(pid) ?? 0 } };
      }
      const micros = Math.round(current.offsetMs * MICROS_PER_MS);
      const processes = freezer && typeof vdso !== 'string' ? countMoved(freezer, names, micros, vdso) : 0;
      return { ...unmeasured, written: { mechanism, processes, offsetMs: micros / MICROS_PER_MS } };
    },
  };
}

function vdsoRecord(
  containerId: string,
  { patch, tag }: VdsoOwner,
): { type: 'vdso'; containerId: string; tag: string; bootId: string; originals: Record<string, string> } {
  return { type: 'vdso', containerId, tag: String(tag), bootId: bootId(), originals: originals(patch) };
}

function originals({ clean, stub, jumps }: VdsoPatch): Record<string, string> {
  return Object.fromEntries(
    [stub, ...jumps].map(({ at, bytes }) => [
      String(at),
      Buffer.from(clean.subarray(at, at + bytes.length)).toString('hex'),
    ]),
  );
}
