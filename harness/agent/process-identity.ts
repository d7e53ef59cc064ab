import { readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same number, nor for one before a reboot. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks since boot, field 22 of /proc/PID/stat. */
  readonly startTicks: number;
  readonly bootId: string;
}

/** The identity of a running process; undefined where there is none with this number. Linux only. */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  const stat = readProcessStat(pid);
  return stat && { pid, startTicks: stat.startTicks, bootId: bootId() };
}

/** True while exactly this process runs. A zombie does not: it holds no lease. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.bootId !== bootId()) return false;
  const stat = readProcessStat(identity.pid);
  return stat !== undefined && stat.startTicks === identity.startTicks && stat.state !== 'Z' && stat.state !== 'X';
}

/** An identity as one label value: `pid@ticks@boot`. */
export function formatIdentity(identity: ProcessIdentity): string {
  return `${identity.pid}@${identity.startTicks}@${identity.bootId}`;
}

/** Reads what {@link formatIdentity} wrote; undefined where it is something else. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  const match = /^(\d+)@(\d+)@([\w-]*)$/.exec(text);
  return match ? { pid: Number(match[1]), startTicks: Number(match[2]), bootId: match[3] ?? '' } : undefined;
}

export interface ProcessStat {
  readonly state: string;
  readonly startTicks: number;
}

/** State and start time of a process; undefined where it is gone. */
export function readProcessStat(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name is in parentheses and may hold anything, so count fields from the last one.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTicks: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

/** Identity of this boot of the machine; empty where the system has none (not Linux). */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
