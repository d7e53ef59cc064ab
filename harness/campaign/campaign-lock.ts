import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { formatIdentity, isAlive, parseIdentity, processIdentity } from '../agent/process-identity.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import type { CampaignFolder } from './campaign-folder.ts';

/** Others may come and go while this one looks. */
const ATTEMPTS = 5;

/**
 * Makes this process the only one that works in a campaign's folder, and returns what ends that. The lock of a process that
 * was killed is taken over, by one heir at most. Throws a usage error while another one is at work.
 *
 * The lock appears whole: it is written beside and linked to its name, which fails where the name is taken.
 */
export function lockCampaign(folder: CampaignFolder): () => void {
  const { lockFile, directory } = folder;
  const own = formatIdentity(processIdentity(process.pid) ?? { pid: process.pid, startTicks: 0, bootId: '' });
  const draft = `${lockFile}.${process.pid}`;
  try {
    writeFileSync(draft, own);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (linked(draft, lockFile)) return () => removeOwn(lockFile, own);
      const found = readText(lockFile);
      if (found === undefined) continue;
      const owner = livingOwner(found);
      if (owner !== undefined) {
        throw new HarnessError('usage', `process ${owner} is running the campaign in ${directory}; wait for it`);
      }
      if (takeOver(lockFile, draft, { own, dead: found })) return () => removeOwn(lockFile, own);
    }
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    throw new HarnessError('storage', `cannot write ${lockFile}: ${String(error)}`, { cause: error });
  } finally {
    rmSync(draft, { force: true });
  }
  throw new HarnessError('usage', `another process has just taken the campaign in ${directory}`);
}

/** The living process that holds the lock of a campaign's folder. */
export function campaignOwner(folder: CampaignFolder): number | undefined {
  const text = readText(folder.lockFile);
  return text === undefined ? undefined : livingOwner(text);
}

/**
 * Replaces the lock of a dead process. Only who holds the name of the heir may replace it, and the same rename that puts
 * the new lock in place frees that name: a later heir finds another lock than the dead one and gives up. Who holds the lock
 * in the end is what the lock says.
 */
function takeOver(lockFile: string, draft: string, { own, dead }: { own: string; dead: string }): boolean {
  const heirFile = `${lockFile}.heir`;
  const heir = readText(heirFile);
  if (heir !== undefined && livingOwner(heir) === undefined) rmSync(heirFile, { force: true });
  if (!linked(draft, heirFile)) return false;
  if (readText(lockFile) === dead) renameIfThere(heirFile, lockFile);
  else removeOwn(heirFile, own);
  return readText(lockFile) === own;
}

/** Gives a file a second name; false where that name is taken. */
function linked(file: string, name: string): boolean {
  try {
    linkSync(file, name);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}

function removeOwn(file: string, own: string): void {
  if (readText(file) === own) rmSync(file, { force: true });
}

function livingOwner(text: string): number | undefined {
  const identity = parseIdentity(text);
  if (identity === undefined) return undefined;
  if (identity.bootId !== '') return isAlive(identity) ? identity.pid : undefined;
  try {
    process.kill(identity.pid, 0);
    return identity.pid;
  } catch {
    return undefined;
  }
}

/** Undefined where there is no such file; empty where it cannot be read. */
function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return isCode(error, 'ENOENT') ? undefined : '';
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
