import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { execa } from 'execa';

/** Marks every process of a run, and whatever it starts, in its environment. */
export const MARK_VARIABLE = 'FAULTLINE_MARK';

export type ProcessState = 'stopped' | 'alive';

interface ProcessRow {
  readonly pid: number;
  readonly group: number;
  readonly state: string;
}

/** Sends a signal to all processes of a group; a group that is gone gets none. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * When a process started, in ticks since the machine did; undefined where it is gone or there is no /proc. With its number
 * it tells one process from a later one.
 */
export function startTicks(pid: number): number | undefined {
  try {
    const ticks = Number(afterName(readFileSync(`/proc/${pid}/stat`, 'utf8'))[19]);
    return Number.isSafeInteger(ticks) ? ticks : undefined;
  } catch {
    return undefined;
  }
}

/** The processes of a group that live, zombies left out. Reads /proc where there is one and asks `ps` elsewhere. */
export async function groupStates(group: number): Promise<readonly ProcessState[]> {
  const rows = await processes();
  return rows
    .filter((row) => row.group === group && !row.state.startsWith('Z') && !row.state.startsWith('X'))
    .map((row) => (/^[Tt]/.test(row.state) ? 'stopped' : 'alive'));
}

/**
 * Processes that carry a run's mark, in whichever group they are now. Needs /proc: elsewhere only groups are known, and
 * the answer is empty.
 */
export async function markedProcesses(mark: string): Promise<readonly number[]> {
  if (!hasProc()) return [];
  const entry = `${MARK_VARIABLE}=${mark}`;
  const marked = await Promise.all(
    (await processIds()).map(async (pid) => {
      // Processes of other users cannot be read, and end while being looked at.
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.split('\0').includes(entry) ? [pid] : [];
    }),
  );
  return marked.flat();
}

async function processes(): Promise<readonly ProcessRow[]> {
  if (hasProc()) {
    const rows = await Promise.all((await processIds()).map(readRow));
    return rows.filter((row) => row !== undefined);
  }
  const { stdout } = await execa('ps', ['-A', '-o', 'pid=,pgid=,state='], { timeout: 5_000 });
  return stdout.split('\n').flatMap((line) => {
    const [pid, group, state] = line.trim().split(/\s+/);
    return state === undefined ? [] : [{ pid: Number(pid), group: Number(group), state }];
  });
}

async function readRow(pid: number): Promise<ProcessRow | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [state, , group] = afterName(text);
  return state === undefined || group === undefined ? undefined : { pid, state, group: Number(group) };
}

/** The fields of /proc/PID/stat from the third on. The name in brackets before may hold anything, brackets and blanks too. */
function afterName(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

async function processIds(): Promise<readonly number[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
}

function hasProc(): boolean {
  return existsSync('/proc/self/stat');
}
