import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { campaignFolder, createCampaignFolder, latestCampaign } from './campaign-folder.ts';
import { campaignOwner, lockCampaign } from './campaign-lock.ts';

const store = mkdtempSync(path.join(tmpdir(), 'faultline-lock-'));
afterAll(() => rmSync(store, { recursive: true, force: true }));

const DEAD = `999999999@1@${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}`;

describe('the lock of a campaign', () => {
  const folder = campaignFolder(mkdtempSync(path.join(store, 'campaign-')));

  it('is held by one, and gone with its end', () => {
    const unlock = lockCampaign(folder);
    expect(campaignOwner(folder)).toBe(process.pid);
    expect(() => lockCampaign(folder)).toThrow(`process ${process.pid} is running`);
    unlock();
    expect(readdirSync(folder.directory)).toEqual([]);
  });

  it.each([DEAD, ''])('is taken over from the dead, even with the claim of a dead heir (%j)', (left) => {
    writeFileSync(folder.lockFile, left);
    writeFileSync(`${folder.lockFile}.heir`, DEAD);
    expect(campaignOwner(folder)).toBeUndefined();
    lockCampaign(folder)();
    expect(readdirSync(folder.directory)).toEqual([]);
  });

  it('is left alone while a living heir takes it over', () => {
    writeFileSync(folder.lockFile, DEAD);
    writeFileSync(`${folder.lockFile}.heir`, readFileOfOwnLock());
    expect(() => lockCampaign(folder)).toThrow('another process has just taken');
    expect(readFileSync(folder.lockFile, 'utf8')).toBe(DEAD);
  });

  it('is not removed by who lost it', () => {
    const other = campaignFolder(mkdtempSync(path.join(store, 'campaign-')));
    const unlock = lockCampaign(other);
    writeFileSync(other.lockFile, 'somebody else');
    unlock();
    expect(existsSync(other.lockFile)).toBe(true);
  });

  function readFileOfOwnLock(): string {
    const own = campaignFolder(mkdtempSync(path.join(store, 'campaign-')));
    const unlock = lockCampaign(own);
    const text = readFileSync(own.lockFile, 'utf8');
    unlock();
    return text;
  }
});

describe('the latest campaign', () => {
  it('stays the one it was when a fresh one starts, and has its record before it is the latest', () => {
    const begin = (second: number): string =>
      createCampaignFolder(store, 'n', new Date(second * 1000), 'hash', ({ recordFile }) => {
        const latest = path.join(store, 'campaigns', 'n', 'latest');
        expect(existsSync(latest) && existsSync(path.join(latest, 'campaign.json'))).toBe(second > 1);
        writeFileSync(recordFile, '{}');
      }).directory;
    const first = begin(1);
    const resumed = latestCampaign(store, 'n');
    expect(begin(2)).not.toBe(first);
    expect(resumed.directory).toBe(first);
  });
});
