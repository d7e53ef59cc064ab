import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { markedProcesses, signalGroup, startTicks } from './process-group.ts';

/** Sweeps until nothing is found: a process may be starting another one while it is killed. */
const SWEEPS_MAX = 20;

const [mark = '', directory = ''] = process.argv.slice(2);
if (mark === '' || directory === '') throw new Error('expected a mark and a folder');

/** Groups by number, with the start of their first process as it was when they were told; undefined where nobody knows. */
const groups = new Map<number, number | undefined>();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);
process.stdout.on('error', () => undefined);
process.stdout.write('watching\n');
for await (const line of createInterface({ input: process.stdin })) {
  const group = Number(line);
  if (!Number.isInteger(group)) continue;
  if (group > 1) groups.set(group, startTicks(group));
  else groups.delete(-group);
}
await cleanUp();

async function cleanUp(): Promise<void> {
  for (const [group, ticks] of groups) if (!isAnother(group, ticks)) signalGroup(group, 'SIGKILL');
  for (let sweep = 0; sweep < SWEEPS_MAX; sweep++) {
    const left = (await markedProcesses(mark)).filter((pid) => pid !== process.pid);
    if (left.length === 0) break;
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself meanwhile.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  rmSync(directory, { recursive: true, force: true });
}

/**
 * Whether the number of a group now belongs to a process that started later. A group whose first process is gone keeps its
 * number as long as one of its processes lives.
 */
function isAnother(group: number, ticks: number | undefined): boolean {
  const now = startTicks(group);
  return now !== undefined && ticks !== undefined && now !== ticks;
}
