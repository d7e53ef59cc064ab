import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { markedProcesses, signalGroup } from './process-group.ts';

/** Sweeps until nothing is found: a process may be starting another one while it is killed. */
const SWEEPS_MAX = 20;

const [mark = '', directory = ''] = process.argv.slice(2);
if (mark === '' || directory === '') throw new Error('expected a mark and a folder');

const groups = new Set<number>();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);
process.stdout.on('error', () => undefined);
process.stdout.write('watching\n');
for await (const line of createInterface({ input: process.stdin })) {
  const group = Number(line);
  if (Number.isInteger(group) && group > 1) groups.add(group);
}
await cleanUp();

async function cleanUp(): Promise<void> {
  for (const group of groups) signalGroup(group, 'SIGKILL');
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
