import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The control group of a container, as far as freezing and listing its processes goes. */
export interface CgroupFreezer {
  readonly path: string;
  readonly version: 1 | 2;
}

const FREEZE_TIMEOUT_MS = 2000;
const FREEZE_POLL_MS = 1;
const VERSION_1_ROOT = '/sys/fs/cgroup/freezer';
const VERSION_2_ROOTS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'] as const;

/** Finds the control group by which the process can be frozen; undefined where this machine shows none. */
export function findFreezer(pid: number): CgroupFreezer | undefined {
  let memberships: string;
  try {
    memberships = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  } catch {
    return undefined;
  }
  const version1 = /^\d+:freezer:(\/.+)$/m.exec(memberships)?.[1];
  if (version1 && existsSync(join(VERSION_1_ROOT, version1, 'freezer.state'))) {
    return { path: join(VERSION_1_ROOT, version1), version: 1 };
  }
  const version2 = /^0::(\/.+)$/m.exec(memberships)?.[1];
  const root = version2 && VERSION_2_ROOTS.find((at) => existsSync(join(at, version2, 'cgroup.freeze')));
  return version2 && root ? { path: join(root, version2), version: 2 } : undefined;
}

/** Stops every process of the group where it is and waits until all have stopped. Rejects after 2 s. */
export async function freeze(freezer: CgroupFreezer): Promise<void> {
  writeFileSync(stateFile(freezer), freezer.version === 1 ? 'FROZEN' : '1');
  const deadline = performance.now() + FREEZE_TIMEOUT_MS;
  while (!isFrozen(freezer)) {
    if (performance.now() > deadline) {
      thaw(freezer);
      throw new Error(`${freezer.path} did not freeze within ${FREEZE_TIMEOUT_MS} ms`);
    }
    await sleep(FREEZE_POLL_MS);
  }
}

/** Lets the processes of the group go on. A group that is gone has nothing to thaw. */
export function thaw(freezer: CgroupFreezer): void {
  if (existsSync(stateFile(freezer))) writeFileSync(stateFile(freezer), freezer.version === 1 ? 'THAWED' : '0');
}

/** Whether the kernel says that all processes of the group have stopped. */
export function isFrozen({ path, version }: CgroupFreezer): boolean {
  try {
    return version === 1
      ? readFileSync(join(path, 'freezer.state'), 'utf8').trim() === 'FROZEN'
      : /^frozen 1$/m.test(readFileSync(join(path, 'cgroup.events'), 'utf8'));
  } catch {
    return false;
  }
}

/** Every process of the group and of the groups below it. */
export function processesOf(freezer: CgroupFreezer): readonly number[] {
  return processesBelow(freezer.path);
}

function processesBelow(path: string): readonly number[] {
  try {
    const here = readFileSync(join(path, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
    const below = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [...here, ...below.flatMap(({ name }) => processesBelow(join(path, name)))];
  } catch {
    return [];
  }
}

function stateFile({ path, version }: CgroupFreezer): string {
  return join(path, version === 1 ? 'freezer.state' : 'cgroup.freeze');
}
