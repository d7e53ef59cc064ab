import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { HarnessError } from '../kernel/harness-error.ts';
import { campaignFolder } from './campaign-folder.ts';

/** How deep below a given folder campaigns are looked for: a store holds them two folders down, artifacts one more. */
const MAX_DEPTH = 5;

/** Folders of all campaigns in or below some folders, each once. Throws a usage error for a folder without any. */
export function findCampaigns(directories: readonly string[]): readonly string[] {
  const found = directories.flatMap((directory) => {
    if (!existsSync(directory) || !statSync(directory).isDirectory()) {
      throw new HarnessError('usage', `expected the folder of a campaign, found nothing at ${directory}`);
    }
    const here = below(directory, MAX_DEPTH);
    if (here.length === 0) throw new HarnessError('usage', `there is no campaign in ${directory}`);
    return here;
  });
  return [...new Set(found.map((directory) => path.resolve(directory)))].map(shorter);
}

/** Links are not followed: `latest` would find everything twice. */
function below(directory: string, depth: number): readonly string[] {
  if (existsSync(campaignFolder(directory).recordFile)) return [directory];
  if (depth === 0) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => below(path.join(directory, entry.name), depth - 1))
    .toSorted();
}

/** A path as it is read most easily: relative where that does not climb. */
function shorter(directory: string): string {
  const relative = path.relative('', directory);
  return relative.startsWith('..') ? directory : relative;
}
