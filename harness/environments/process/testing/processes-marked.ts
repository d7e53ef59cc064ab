import { readdirSync, readFileSync } from 'node:fs';
import { MARK_VARIABLE } from '../process-group.ts';

/** Processes that belong to clusters whose mark begins so; none where there is no /proc. */
export async function processesMarked(prefix: string): Promise<readonly string[]> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${MARK_VARIABLE}=${prefix}`);
    } catch {
      // It ended meanwhile, or is somebody else's.
      return false;
    }
  });
}
