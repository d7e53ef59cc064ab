import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { formatIdentity, isAlive, parseIdentity, processIdentity } from '../agent/process-identity.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import type { CampaignFolder } from './campaign-folder.ts';

/**
 * Makes this process the only one that works in a campaign's folder, and returns what ends that. The lock of a process that
 * was killed is taken over. Throws a usage error while another one is at work.
 */
export function lockCampaign(folder: CampaignFolder): () => void {
  const own = formatIdentity(processIdentity(process.pid) ?? { pid: process.pid, startTicks: 0, bootId: '' });
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(folder.lockFile, own, { flag: 'wx' });
      return () => rmSync(folder.lockFile, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
        throw new HarnessError('storage', `cannot write ${folder.lockFile}: ${String(error)}`, { cause: error });
      }
    }
    const owner = ownerOf(folder);
    if (owner !== undefined) {
      throw new HarnessError('usage', `process ${owner} is running the campaign in ${folder.directory}; wait for it`);
    }
    rmSync(folder.lockFile, { force: true });
  }
  throw new HarnessError('usage', `another process has just taken the campaign in ${folder.directory}`);
}

/** The living process that holds the lock. */
function ownerOf(folder: CampaignFolder): number | undefined {
  const identity = parseIdentity(readText(folder.lockFile));
  if (identity === undefined) return undefined;
  if (identity.bootId !== '') return isAlive(identity) ? identity.pid : undefined;
  try {
    process.kill(identity.pid, 0);
    return identity.pid;
  } catch {
    return undefined;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
